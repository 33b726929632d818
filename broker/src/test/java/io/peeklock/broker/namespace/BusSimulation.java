/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
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
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A namespace to which random things happen, and what its users may rely on all the same.
 *
 * <p>Not thread safe.
 */
final class BusSimulation {
    private static final Duration LOCK = Duration.ofSeconds(5);

    private record Come(
            EntityPath queue,
            ReceiveMode mode,
            @Nullable Delivery delivery,
            @Nullable Throwable failure) {}

    private record Asking(Receiver receiver, EntityPath queue, ReceiveMode mode, CompletableFuture<Delivery> request) {}

    private final Random random;
    private final int partitions;
    private static final EntityPath BRIEF = EntityPath.queue("brief");
    private final List<EntityPath> queues =
            List.of(EntityPath.queue("plain"), EntityPath.queue("spread"), EntityPath.queue("frail"), BRIEF);
    /** What can be received from. */
    private final List<EntityPath> sources = new ArrayList<>(queues);

    private final BusExpectations expected = new BusExpectations();
    private final List<Come> come = new ArrayList<>();
    private final List<Asking> asking = new ArrayList<>();
    private final List<CompletableFuture<?>> operations = new ArrayList<>();
    private final Map<EntityPath, List<Receiver>> receivers = new HashMap<>();
    private final BusSettling settling;
    private final BusSchedules schedules;
    private final FailedPartitions failed = new FailedPartitions(expected);
    private final BusBulk bulk;
    private TestBus bus;

    BusSimulation(long seed) {
        random = new Random(seed);
        partitions = random.nextInt(4) == 0 ? 16 : 3;
        sources.addAll(SimulatedTopic.SUBSCRIPTIONS);
        settling = new BusSettling(random, expected, operations);
        schedules = new BusSchedules(random, expected, operations);
        bulk = new BusBulk(random, expected, operations);
        // In two of three histories the contents hardly fit, and lie in the swap; in one of them some are read ahead.
        long bodyMemory = List.of(64L << 20, 100L, 20_000L).get(random.nextInt(3));
        NamespaceConfig config =
                new NamespaceConfig(Profile.AZURE, Duration.ofSeconds(60), true, false, bodyMemory, 256L << 20);
        bus = new TestBus(new SimulatedJournalStore(partitions), config, seed);
        bus.create(QueueDescription.builder("plain")
                .homePartition(1)
                .duplicateDetectionWindow(Duration.ofDays(1))
                .lockDuration(LOCK)
                .maxDeliveryCount(1000));
        bus.create(QueueDescription.builder("spread")
                .partitioned(true)
                .duplicateDetectionWindow(Duration.ofDays(1))
                .lockDuration(LOCK)
                .maxDeliveryCount(1000));
        bus.create(QueueDescription.builder("frail")
                .partitioned(true)
                .lockDuration(LOCK)
                .maxDeliveryCount(2));
        createBrief();
        SimulatedTopic.create(bus, LOCK);
        bus.syncs(false);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    void step() {
        bus.runtime.callFromApplication(random.nextBoolean());
        switch (random.nextInt(51)) {
            case 0, 1, 2, 3, 4, 5 -> send();
            case 6, 7 -> publish();
            case 8, 9, 10, 11, 12, 13, 14 -> ask();
            case 15, 16, 17, 18, 19, 20, 21 -> settling.settle(bus);
            case 22, 23, 24, 25, 26, 27 -> bus.store().sync(random.nextInt(partitions), 1 + random.nextInt(5));
            case 28, 29 -> bus.runtime.advance(Duration.ofMillis(random.nextInt(3000)));
            case 30, 31 -> cancel();
            case 32 -> settling.renew(bus);
            case 33 -> failPartition();
            case 34, 35 -> reopen();
            case 36 -> closeReceiver();
            case 37 -> setRoom();
            case 38 -> checkNobodyWaitsInVain();
            case 39 -> settling.settleAll(bus);
            case 40, 41 -> settling.commit(bus, queues);
            case 42 -> endOtherwise();
            case 43 -> expected.sendAgain(bus, queues.get(random.nextInt(2)), random, operations);
            case 44 -> settling.receiveDeferred(bus);
            case 45, 46 -> schedules.schedule(bus, any(queues));
            case 47, 48 -> schedules.cancel(bus);
            case 49 -> bulk.redrive(bus, any(sources));
            default -> {
                switch (random.nextInt(8)) {
                    case 0, 1 -> crash();
                    case 2 -> restart();
                    case 3 -> recreate();
                    case 4 -> bulk.purge(bus, BRIEF, this::collect);
                    default -> {}
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
        int partition = random.nextInt(partitions);
        // The journal of a failed partition is closed; one that serves is always there.
        return bus.namespace.health().get(partition).state() == PartitionHealth.State.FAILED
                        || bus.namespace.health().get(partition).state() == PartitionHealth.State.OPENING
                ? -1
                : partition;
    }

    private void send() {
        TrackedMessage message =
                expected.newMessage(any(queues), random, bus.runtime.clock().wallTimeMs());
        CompletableFuture<Long> sent = bus.namespace.send(
                message.queue,
                message.content().partitionKey(message.partitionKey()).build());
        operations.add(sent);
        sent.whenComplete((number, failure) -> expected.sent(message, number, failure));
    }

    private void publish() {
        List<TrackedMessage> copies =
                expected.newPublication(random, bus.runtime.clock().wallTimeMs());
        BusTransaction all = new BusTransaction(copies, List.of());
        CompletableFuture<Long> sent = bus.namespace.send(
                SimulatedTopic.NEWS,
                copies.get(0)
                        .content()
                        .partitionKey(random.nextBoolean() ? "key" + random.nextInt(5) : null)
                        .build());
        operations.add(sent);
        sent.whenComplete((number, failure) -> {
            all.ended(failure);
            expected.published(copies, number);
        });
    }

    private void received(Delivery delivery, ReceiveMode mode) {
        LockToken token = delivery.lockToken();
        if (token != null) {
            failed.comes(token.partition());
        }
        TrackedMessage message =
                expected.received(delivery, mode, bus.runtime.clock().wallTimeMs());
        if (message != null) {
            settling.hold(message, delivery);
        }
    }

    private void ask() {
        EntityPath queue = any(sources);
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
        failed.look(bus);
        List<Come> now = List.copyOf(come);
        come.clear();
        settling.fetched().forEach(delivery -> received(delivery, ReceiveMode.PEEK_LOCK));
        for (Come one : now) {
            if (one.delivery() != null) {
                received(one.delivery(), one.mode());
            } else if (one.failure() instanceof BrokerException e && e.code() == ErrorCode.OutcomeUnknown) {
                expected.perhapsRemovedFrom(one.queue());
            }
        }
        failed.allCame();
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

    /** Somebody sets a time-out on the future instead of taking the request back. */
    private void endOtherwise() {
        if (!asking.isEmpty()) {
            Asking one = any(asking);
            if (one.request().completeExceptionally(new TimeoutException())) {
                asking.remove(one);
                expected.orderIsDisturbed();
            }
        }
    }

    private void createBrief() {
        bus.create(QueueDescription.builder(BRIEF.name())
                .partitioned(true)
                .lockDuration(LOCK)
                .maxDeliveryCount(1000));
    }

    /** A queue is deleted, and there is a new one of its name. */
    private void recreate() {
        bus.syncs(true);
        bus.get(bus.namespace.deleteQueue(BRIEF.name()));
        collect();
        expected.deleted(BRIEF);
        receivers.remove(BRIEF);
        createBrief();
        bus.syncs(false);
        failed.look(bus);
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
    }

    private void reopen() {
        bus.runtime.runUntilIdle();
        collect();
        bus.namespace.reopen(random.nextInt(partitions));
    }

    private void closeReceiver() {
        List<Receiver> open = receivers.getOrDefault(any(sources), List.of());
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
                    .as("ready in %s while %s", one.queue(), one.request())
                    .isEmpty();
        }
    }

    private void crash() {
        if (random.nextBoolean()) {
            bus.runtime.runUntilIdle();
        }
        collect();
        bus.runtime.crash();
        bus = new TestBus(bus.store().crash(random), bus.namespace.config(), bus.runtime.after());
        startAgain();
    }

    private void restart() {
        TestBus next = bus.restarted();
        collect();
        bus = next;
        startAgain();
    }

    private void startAgain() {
        bus.syncs(false);
        expected.crashed();
        for (Asking one : asking) {
            if (one.mode() == ReceiveMode.RECEIVE_AND_DELETE) {
                expected.perhapsRemovedFrom(one.queue());
            }
        }
        settling.forget();
        asking.clear();
        operations.clear();
        receivers.clear();
        failed.forget();
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
        for (int partition = 0; partition < partitions; partition++) {
            bus.namespace.send(
                    queues.get(1),
                    TestBus.text("last").partitionKey(key(partition)).build());
        }
        bus.run();
        failed.look(bus);
        for (int partition = 0; partition < partitions; partition++) {
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
        for (EntityPath source : sources) {
            settling.drain(bus, source);
            settling.drain(bus, source.deadLetterQueue());
        }
        SimulatedTopic.check(bus);
        expected.checkNothingIsLost();
        bus.close();
    }

    private String key(int partition) {
        int number = 0;
        while (PartitionHash.partitionOf("key" + number, partitions) != partition) {
            number++;
        }
        return "key" + number;
    }
}
