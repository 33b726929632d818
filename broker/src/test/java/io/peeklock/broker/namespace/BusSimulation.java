/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A namespace to which random things happen, and what its users may rely on all the same.
 *
 * <p>Not thread safe.
 */
final class BusSimulation {
    private static final int PARTITIONS = 3;
    private static final Duration LOCK = Duration.ofSeconds(5);

    private record Held(TrackedMessage message, Delivery delivery) {}

    private record Come(
            EntityPath queue,
            ReceiveMode mode,
            @Nullable Delivery delivery,
            @Nullable Throwable failure) {}

    private record Asking(Receiver receiver, EntityPath queue, ReceiveMode mode, CompletableFuture<Delivery> request) {}

    private final Random random;
    private final List<EntityPath> queues =
            List.of(EntityPath.queue("plain"), EntityPath.queue("spread"), EntityPath.queue("frail"));
    private final BusExpectations expected = new BusExpectations();
    private final List<Come> come = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private final List<Asking> asking = new ArrayList<>();
    private final List<CompletableFuture<?>> operations = new ArrayList<>();
    private final Map<EntityPath, List<Receiver>> receivers = new HashMap<>();
    private TestBus bus;

    BusSimulation(long seed) {
        random = new Random(seed);
        bus = new TestBus(new SimulatedJournalStore(PARTITIONS), TestBus.config(Profile.AZURE), seed);
        bus.create(QueueDescription.builder("plain")
                .homePartition(1)
                .lockDuration(LOCK)
                .maxDeliveryCount(1000));
        bus.create(QueueDescription.builder("spread")
                .partitioned(true)
                .lockDuration(LOCK)
                .maxDeliveryCount(1000));
        bus.create(QueueDescription.builder("frail")
                .partitioned(true)
                .lockDuration(LOCK)
                .maxDeliveryCount(2));
        bus.syncs(false);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    void step() {
        bus.runtime.callFromApplication(random.nextBoolean());
        switch (random.nextInt(40)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> send();
            case 8, 9, 10, 11, 12, 13, 14 -> ask();
            case 15, 16, 17, 18, 19, 20, 21 -> settle();
            case 22, 23, 24, 25, 26, 27 -> bus.store().sync(random.nextInt(PARTITIONS), 1 + random.nextInt(5));
            case 28, 29 -> bus.runtime.advance(Duration.ofMillis(random.nextInt(3000)));
            case 30, 31 -> cancel();
            case 32 -> renew();
            case 33 -> failPartition();
            case 34, 35 -> reopen();
            case 36 -> closeReceiver();
            case 37 -> setRoom();
            case 38 -> checkNobodyWaitsInVain();
            default -> {
                if (random.nextInt(4) == 0) {
                    crash();
                }
            }
        }
        if (random.nextInt(3) > 0) {
            bus.runtime.runUntilIdle();
        }
        collect();
        expected.check();
    }

    private int openPartition() {
        int partition = random.nextInt(PARTITIONS);
        // The journal of a failed partition is closed; one that serves is always there.
        return bus.namespace.health().get(partition).state() == PartitionHealth.State.FAILED
                        || bus.namespace.health().get(partition).state() == PartitionHealth.State.OPENING
                ? -1
                : partition;
    }

    private void send() {
        TrackedMessage message = expected.newMessage(any(queues), random.nextInt(5) > 0);
        CompletableFuture<Long> sent = bus.namespace.send(
                message.queue,
                TestBus.text(message.text)
                        .durable(message.durable)
                        .partitionKey(random.nextBoolean() ? "key" + random.nextInt(5) : null)
                        .build());
        operations.add(sent);
        sent.whenComplete((number, failure) -> expected.sent(message, number, failure));
    }

    private void received(Delivery delivery, ReceiveMode mode) {
        TrackedMessage message =
                expected.received(delivery, mode, bus.runtime.clock().wallTimeMs());
        if (message != null) {
            held.add(new Held(message, delivery));
        }
    }

    private void ask() {
        EntityPath queue = any(queues);
        List<Receiver> open = receivers.computeIfAbsent(queue, q -> new ArrayList<>());
        ReceiveMode mode = random.nextInt(6) == 0 ? ReceiveMode.RECEIVE_AND_DELETE : ReceiveMode.PEEK_LOCK;
        Receiver receiver;
        if (mode == ReceiveMode.RECEIVE_AND_DELETE || open.size() < 3) {
            receiver = bus.namespace.openReceiver(queue, new ReceiverOptions(mode, null, Duration.ZERO));
            if (mode == ReceiveMode.PEEK_LOCK) {
                open.add(receiver);
            }
        } else {
            receiver = any(open);
        }
        CompletableFuture<Delivery> request = random.nextInt(6) == 0 ? receiver.receiveNow(-1) : receiver.receive();
        asking.add(new Asking(receiver, queue, mode, request));
        request.whenComplete((delivery, failure) -> come.add(new Come(queue, mode, delivery, failure)));
    }

    /** Looks at what has come, in the order in which it came; outside of callbacks, which swallow what they throw. */
    private void collect() {
        asking.removeIf(one -> one.request().isDone());
        List<Come> now = List.copyOf(come);
        come.clear();
        for (Come one : now) {
            if (one.delivery() != null) {
                received(one.delivery(), one.mode());
            } else if (one.failure() instanceof BrokerException e && e.code() == ErrorCode.OutcomeUnknown) {
                expected.perhapsRemovedFrom(one.queue());
            }
        }
    }

    private void settle() {
        if (held.isEmpty()) {
            return;
        }
        Held one = held.remove(random.nextInt(held.size()));
        TrackedMessage message = one.message();
        LockToken token = one.delivery().requireLockToken();
        Settlement settlement = switch (random.nextInt(5)) {
            case 0 -> Settlement.ABANDON;
            case 1 -> Settlement.RELEASE;
            case 2 ->
                one.delivery().entity().deadLetter()
                        ? Settlement.COMPLETE
                        : new Settlement.DeadLetter("why", null, Map.of());
            default -> Settlement.COMPLETE;
        };
        boolean complete = settlement == Settlement.COMPLETE;
        message.completing = complete ? token : message.completing;
        if (token.equals(message.holder)) {
            message.holder = null;
        }
        boolean certainBefore = !message.perhapsCompleted;
        message.perhapsCompleted |= complete;
        CompletableFuture<Void> settled = bus.namespace.settle(token, settlement);
        operations.add(settled);
        settled.whenComplete((done, failure) -> {
            if (failure == null) {
                message.completed |= complete;
                if (settlement == Settlement.ABANDON) {
                    message.leastCount =
                            Math.max(message.leastCount, one.delivery().deliveryCount() + 1);
                }
            } else if (((BrokerException) failure).code() != ErrorCode.OutcomeUnknown && complete) {
                message.perhapsCompleted &= !(certainBefore && token.equals(message.completing));
            }
        });
    }

    private void cancel() {
        if (!asking.isEmpty()) {
            Asking one = any(asking);
            if (one.receiver().cancel(one.request())) {
                asking.remove(one);
                assertThat(one.request()).isCancelled();
            }
        }
    }

    private void renew() {
        if (!held.isEmpty()) {
            TrackedMessage message = any(held).message();
            LockToken token = message.holder;
            if (token != null) {
                bus.namespace.renew(token).whenComplete((ms, failure) -> {
                    if (failure == null && token.equals(message.holder)) {
                        message.heldUntilMs = ms;
                    }
                });
            }
        }
    }

    private void setRoom() {
        int partition = openPartition();
        if (partition >= 0) {
            bus.store().setRoom(partition, random.nextBoolean());
        }
    }

    private void failPartition() {
        int partition = openPartition();
        if (partition >= 0 && random.nextInt(2) == 0) {
            if (random.nextBoolean()) {
                bus.store().failNextAppend(partition, Reason.IO);
            } else {
                bus.store().failNextSync(partition, Reason.IO, random.nextInt(4));
            }
        }
        forgetLocksOfFailedPartitions();
    }

    private void forgetLocksOfFailedPartitions() {
        for (PartitionHealth health : bus.namespace.health()) {
            if (health.state() == PartitionHealth.State.FAILED) {
                expected.partitionFailed(health.partition());
            }
        }
    }

    private void reopen() {
        bus.runtime.runUntilIdle();
        collect();
        forgetLocksOfFailedPartitions();
        bus.namespace.reopen(random.nextInt(PARTITIONS));
    }

    private void closeReceiver() {
        List<Receiver> open = receivers.getOrDefault(any(queues), List.of());
        if (!open.isEmpty()) {
            open.remove(random.nextInt(open.size())).close();
            expected.orderIsDisturbed();
        }
    }

    /** Nobody waits while there is something for him. */
    private void checkNobodyWaitsInVain() {
        bus.syncs(true);
        bus.run();
        collect();
        bus.syncs(false);
        for (Asking one : asking) {
            // A queue whose partition is out shows nothing.
            List<Delivery> there =
                    bus.get(bus.namespace.peek(one.queue(), 0, 250).exceptionally(out -> List.of())).stream()
                            .filter(delivery -> delivery.state() == MessageState.ACTIVE)
                            .toList();
            assertThat(there)
                    .as("ready in %s while somebody waits", one.queue())
                    .isEmpty();
        }
    }

    private void crash() {
        bus.runtime.runUntilIdle();
        collect();
        bus.runtime.crash();
        bus = new TestBus(bus.store().crash(random), bus.namespace.config(), bus.runtime.after());
        bus.syncs(false);
        expected.crashed();
        for (Asking one : asking) {
            if (one.mode() == ReceiveMode.RECEIVE_AND_DELETE) {
                expected.perhapsRemovedFrom(one.queue());
            }
        }
        held.clear();
        asking.clear();
        operations.clear();
        receivers.clear();
    }

    /** Mends everything and takes what is there: all that was promised must be. */
    void heal() {
        bus.runtime.callFromApplication(false);
        bus.syncs(true);
        bus.run();
        collect();
        checkNobodyWaitsInVain();
        bus.syncs(true);
        // A fault that lies in wait strikes now: one batch each, so that none is left for later.
        for (int partition = 0; partition < PARTITIONS; partition++) {
            bus.namespace.send(
                    queues.get(1),
                    TestBus.text("last").partitionKey(key(partition)).build());
        }
        bus.run();
        forgetLocksOfFailedPartitions();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            bus.get(bus.namespace.reopen(partition));
            bus.store().setRoom(partition, true);
        }
        bus.run();
        collect();
        for (Asking one : List.copyOf(asking)) {
            one.receiver().cancel(one.request());
        }
        bus.run();
        collect();
        bus.advance(LOCK.multipliedBy(2));
        assertThat(operations).as("every operation has ended").allMatch(CompletableFuture::isDone);
        for (EntityPath queue : queues) {
            drain(queue);
            drain(queue.deadLetterQueue());
        }
        expected.checkNothingIsLost();
        bus.close();
    }

    private static String key(int partition) {
        int number = 0;
        while (PartitionHash.partitionOf("key" + number, PARTITIONS) != partition) {
            number++;
        }
        return "key" + number;
    }

    private void drain(EntityPath path) {
        for (Delivery next = bus.receive(path); next != null; next = bus.receive(path)) {
            TrackedMessage message = expected.received(
                    next, ReceiveMode.PEEK_LOCK, bus.runtime.clock().wallTimeMs());
            bus.settle(next, Settlement.COMPLETE);
            if (message != null) {
                message.completed = true;
            }
        }
    }
}
