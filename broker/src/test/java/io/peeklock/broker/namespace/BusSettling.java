/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The receivers of a simulated bus: what they hold, and what they do with it, alone and in transactions.
 *
 * <p>Not thread safe.
 */
final class BusSettling {
    private static final int MANY = 4;

    private record Held(TrackedMessage message, Delivery delivery) {
        LockToken token() {
            return delivery.requireLockToken();
        }
    }

    private final Random random;
    private final BusExpectations expected;
    private final List<CompletableFuture<?>> operations;
    private final List<Held> held = new ArrayList<>();
    private final List<Delivery> deferred = new ArrayList<>();
    private final List<Delivery> fetched = new ArrayList<>();

    BusSettling(Random random, BusExpectations expected, List<CompletableFuture<?>> operations) {
        this.random = random;
        this.expected = expected;
        this.operations = operations;
    }

    void hold(TrackedMessage message, Delivery delivery) {
        held.add(new Held(message, delivery));
    }

    /** The process has ended. */
    void forget() {
        held.clear();
        fetched.clear();
    }

    private Held letGo(int index) {
        Held one = held.remove(index);
        if (one.token().equals(one.message().holder)) {
            one.message().holder = null;
        }
        return one;
    }

    /** A completion whose outcome is not known yet. */
    private static final class Completing {
        private final TrackedMessage message;
        private final LockToken token;
        private final boolean certainBefore;

        Completing(Held one) {
            message = one.message();
            token = one.token();
            certainBefore = !message.perhapsCompleted;
            message.completing = token;
            message.perhapsCompleted = true;
        }

        void ended(@Nullable Throwable failure) {
            if (failure == null) {
                message.completed = true;
            } else if (((BrokerException) failure).code() != ErrorCode.OutcomeUnknown) {
                message.perhapsCompleted &= !(certainBefore && token.equals(message.completing));
            }
        }
    }

    void settle(TestBus bus) {
        if (held.isEmpty()) {
            return;
        }
        Held one = letGo(random.nextInt(held.size()));
        Settlement settlement = anySettlement(one);
        Completing completing = settlement == Settlement.COMPLETE ? new Completing(one) : null;
        CompletableFuture<Void> settled = bus.namespace.settle(one.token(), settlement);
        operations.add(settled);
        settled.whenComplete((done, failure) -> ended(one, settlement, completing, failure));
    }

    /** What is to become of a message, and what may happen to it from now on. */
    private Settlement anySettlement(Held one) {
        Settlement settlement = switch (random.nextInt(6)) {
            case 0 ->
                random.nextBoolean() ? Settlement.ABANDON : new Settlement.Abandon(Map.of(), random.nextInt(3000));
            case 5 -> Settlement.DEFER;
            case 1 -> Settlement.RELEASE;
            case 2 ->
                one.delivery().entity().deadLetter()
                        ? Settlement.COMPLETE
                        : new Settlement.DeadLetter("why", null, Map.of());
            default -> Settlement.COMPLETE;
        };
        if (settlement instanceof Settlement.DeadLetter) {
            expected.perhapsDead(one.message());
        } else if (settlement == Settlement.DEFER) {
            deferred.add(one.delivery());
        }
        return settlement;
    }

    /** Somebody asks for what he deferred, alone or with another, unless it was lost on the way. */
    void receiveDeferred(TestBus bus) {
        if (deferred.isEmpty()) {
            return;
        }
        EntityPath source = deferred.get(random.nextInt(deferred.size())).entity();
        List<Delivery> some = deferred.stream()
                .filter(delivery -> delivery.entity().equals(source))
                .limit(1 + random.nextInt(MANY))
                .toList();
        deferred.removeAll(some);
        CompletableFuture<List<Delivery>> received = bus.namespace.receiveDeferred(
                source, some.stream().map(Delivery::sequenceNumber).toList(), ReceiverOptions.peekLock());
        operations.add(received);
        received.whenComplete((deliveries, failure) -> {
            if (failure == null) {
                fetched.addAll(deliveries);
            } else {
                // All or none: those that are there can be had another time.
                deferred.addAll(some);
            }
        });
    }

    /** What has come by its number since this was asked last. */
    List<Delivery> fetched() {
        List<Delivery> come = List.copyOf(fetched);
        fetched.clear();
        return come;
    }

    private static void ended(
            Held one, Settlement settlement, @Nullable Completing completing, @Nullable Throwable failure) {
        if (completing != null) {
            completing.ended(failure);
        } else if (failure == null && settlement instanceof Settlement.Abandon) {
            one.message().leastCount =
                    Math.max(one.message().leastCount, one.delivery().deliveryCount() + 1);
        }
    }

    void settleAll(TestBus bus) {
        Settlement settlement = random.nextBoolean() ? Settlement.COMPLETE : Settlement.ABANDON;
        List<Held> some = new ArrayList<>();
        List<@Nullable Completing> completing = new ArrayList<>();
        while (!held.isEmpty() && some.size() < MANY) {
            Held one = letGo(random.nextInt(held.size()));
            some.add(one);
            completing.add(settlement == Settlement.COMPLETE ? new Completing(one) : null);
        }
        CompletableFuture<List<SettlementOutcome>> settled =
                bus.namespace.settleAll(some.stream().map(Held::token).toList(), settlement);
        operations.add(settled);
        settled.thenAccept(outcomes -> {
            for (int i = 0; i < outcomes.size(); i++) {
                ended(
                        some.get(i),
                        settlement,
                        completing.get(i),
                        outcomes.get(i).failure());
            }
        });
    }

    /** A transaction that settles what is held in one partition, and sends. */
    void commit(TestBus bus, List<EntityPath> queues) {
        int partition = 1;
        if (!held.isEmpty()) {
            partition = held.get(random.nextInt(held.size())).token().partition();
        }
        List<Staged> staged = new ArrayList<>();
        for (int i = held.size() - 1; i >= 0 && staged.size() < MANY; i--) {
            if (held.get(i).token().partition() == partition) {
                staged.add(stage(letGo(i)));
            }
        }
        List<TrackedMessage> sends = new ArrayList<>();
        for (int i = random.nextInt(MANY); i > 0; i--) {
            // The first queue lies in partition 1 alone.
            EntityPath queue = queues.get(partition == 1 ? random.nextInt(queues.size()) : 1);
            sends.add(expected.newMessage(queue, random, bus.runtime.clock().wallTimeMs()));
        }
        List<OutgoingMessage> outgoing = new ArrayList<>();
        sends.forEach(message -> outgoing.add(
                new OutgoingMessage(message.queue, message.content().build())));
        if (random.nextInt(3) == 0) {
            List<TrackedMessage> copies =
                    expected.newPublication(random, bus.runtime.clock().wallTimeMs());
            outgoing.add(new OutgoingMessage(
                    SimulatedTopic.NEWS, copies.get(0).content().build()));
            sends.addAll(copies);
        }
        BusTransaction transaction = new BusTransaction(
                sends,
                staged.stream()
                        .filter(one -> one.completing() != null)
                        .map(one -> one.held().message())
                        .toList());
        CompletableFuture<Void> committed = bus.namespace.commit(new PartitionCommit(
                partition,
                outgoing,
                staged.stream()
                        .map(one -> new StagedSettlement(one.held().token(), one.settlement()))
                        .toList(),
                List.of()));
        operations.add(committed);
        committed.whenComplete((done, failure) -> {
            staged.forEach(one -> ended(one.held(), one.settlement(), one.completing(), failure));
            transaction.ended(failure);
        });
    }

    /** One settlement of a transaction. */
    private record Staged(
            Held held, Settlement settlement, @Nullable Completing completing) {}

    private Staged stage(Held one) {
        Settlement settlement = anySettlement(one);
        return new Staged(one, settlement, settlement == Settlement.COMPLETE ? new Completing(one) : null);
    }

    void renew(TestBus bus) {
        if (held.isEmpty()) {
            return;
        }
        TrackedMessage message = held.get(random.nextInt(held.size())).message();
        LockToken token = message.holder;
        if (token != null) {
            bus.namespace.renew(token).whenComplete((ms, failure) -> {
                if (failure == null && token.equals(message.holder)) {
                    message.heldUntilMs = ms;
                }
            });
        }
    }

    /** Takes and completes everything that is there: what is deferred by its number, then the rest. */
    void drain(TestBus bus, EntityPath path) {
        // Every list is whole, and short enough for one peek.
        List<Long> numbers = bus.get(bus.namespace.peek(path, 0, 250)).stream()
                .filter(delivery -> delivery.state() == MessageState.DEFERRED)
                .map(Delivery::sequenceNumber)
                .toList();
        bus.get(bus.namespace.receiveDeferred(path, numbers, ReceiverOptions.peekLock()))
                .forEach(delivery -> complete(bus, delivery));
        for (Delivery next = bus.receive(path); next != null; next = bus.receive(path)) {
            complete(bus, next);
        }
    }

    private void complete(TestBus bus, Delivery delivery) {
        TrackedMessage message = expected.received(
                delivery, ReceiveMode.PEEK_LOCK, bus.runtime.clock().wallTimeMs());
        bus.settle(delivery, Settlement.COMPLETE);
        if (message != null) {
            message.completed = true;
        }
    }
}
