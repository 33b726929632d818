/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Some partitions with a queue each, which fail, are loaded again, and end with their process.
 *
 * <p>Not thread safe.
 */
final class SpannedBus {
    static final int PARTITIONS = 4;
    private static final Duration LOCK = Duration.ofMinutes(1);
    /** A peek shows no more. */
    private static final int MOST = 1000;

    private final Random random;
    final List<Partition> partitions = new ArrayList<>();
    private final List<EntityFlags> flags = new ArrayList<>();
    SimulatedRuntime runtime;
    private int probes;
    private SimulatedJournalStore store = new SimulatedJournalStore(PARTITIONS);

    SpannedBus(Random random) {
        this.random = random;
        runtime = new SimulatedRuntime(random.nextLong());
        open();
    }

    /** The queue of a partition. */
    static long queue(int partition) {
        return 1L + partition;
    }

    private void open() {
        partitions.clear();
        flags.clear();
        Exchange exchange = new Exchange(PARTITIONS);
        MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);
        PartitionSettings settings = new PartitionSettings(store, runtime, Profile.JMS, budget, exchange, false);
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new Partition(i, settings, Duration.ofSeconds(60)));
            flags.add(EntityFlags.forPartitions(PARTITIONS));
        }
        for (int i = 0; i < PARTITIONS; i++) {
            QueueDescription queue = QueueDescription.builder("q" + i)
                    .homePartition(i)
                    .lockDuration(LOCK)
                    .maxDeliveryCount(MOST)
                    .build();
            EntityDefinition definition = new EntityDefinition(queue(i), 1, queue);
            partitions.get(i).start(List.of(new Partition.Entity(definition, flags.get(i))), List.of(), PARTITIONS);
            if (random.nextBoolean()) {
                runtime.runUntilIdle();
            }
        }
        runtime.runUntilIdle();
    }

    static Message message(String text) {
        return Message.builder()
                .body(BodyKind.TEXT, text.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    static String textOf(Delivery delivery) {
        return StandardCharsets.UTF_8.decode(delivery.message().body()).toString();
    }

    /** A message of a partition's queue, or none. */
    List<Delivery> receive(int partition) {
        TestSubscriber subscriber =
                new TestSubscriber(flags.get(partition).queue().requests(), ReceiveMode.PEEK_LOCK, null, 0);
        subscriber.want(1);
        partitions.get(partition).subscribe(queue(partition), false, subscriber);
        runtime.runUntilIdle();
        partitions.get(partition).unsubscribe(queue(partition), false, subscriber);
        runtime.runUntilIdle();
        return subscriber.received;
    }

    /** Something happens to the disk or the clock, or a partition is loaded. */
    void step() {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> store.sync(random.nextInt(PARTITIONS), 1 + random.nextInt(3));
            case 4 -> syncAll();
            case 5, 6 -> runtime.advance(Duration.ofMillis(random.nextInt(5000)));
            case 7 -> fail(random.nextInt(PARTITIONS));
            default -> reopen();
        }
    }

    private void fail(int partition) {
        if (partitions.get(partition).health().state() != State.SERVING) {
            return;
        }
        if (random.nextBoolean() && store.waiting(partition) > 0) {
            store.failNextSync(partition, Reason.IO, random.nextInt(store.waiting(partition) + 1));
            store.sync(partition, 1);
        } else {
            store.failNextAppend(partition, Reason.IO);
        }
    }

    private void reopen() {
        for (Partition partition : partitions) {
            if (partition.health().state() == State.FAILED && random.nextBoolean()) {
                partition.reopen();
            }
        }
    }

    /** The process is killed, or the power fails; it starts again on what is left, perhaps only to end at once. */
    void end() {
        do {
            runtime.crash();
            store = random.nextBoolean() ? store.kill() : store.crash(random);
            for (int i = 0; i < PARTITIONS; i++) {
                if (random.nextInt(3) == 0) {
                    store.compact(i, random.nextLong());
                }
            }
            runtime = runtime.after();
            open();
            for (int i = random.nextInt(3); i > 0; i--) {
                store.sync(random.nextInt(PARTITIONS), 1);
                runtime.runUntilIdle();
            }
        } while (random.nextInt(3) == 0);
    }

    void syncAll() {
        runtime.runUntilIdle();
        for (int i = 0; i < 100 && isAnyWaiting(); i++) {
            store.sync();
            runtime.runUntilIdle();
        }
    }

    private boolean isAnyWaiting() {
        for (int i = 0; i < PARTITIONS; i++) {
            if (store.waiting(i) > 0) {
                return true;
            }
        }
        return false;
    }

    /** All partitions are loaded, and time passes in which they may come to an end with each other. */
    void heal() {
        // Failures that wait for an append.
        partitions.forEach(partition -> partition.send(queue(partition.index()), message("probe" + probes++)));
        for (int round = 0; round < 6; round++) {
            syncAll();
            partitions.forEach(Partition::reopen);
            syncAll();
            runtime.advance(Duration.ofSeconds(7));
        }
        syncAll();
    }

    <T> T get(CompletableFuture<T> future) {
        syncAll();
        assertThat(future).isDone();
        return future.join();
    }

    /** What lies in the queues, by its text, and where. All of it can be received. */
    Map<String, Integer> places() {
        Map<String, Integer> places = new TreeMap<>();
        // Locks of receivers that are gone.
        runtime.advance(LOCK.plusSeconds(1));
        syncAll();
        for (int i = 0; i < PARTITIONS; i++) {
            for (Delivery delivery : get(partitions.get(i).peek(queue(i), false, BrowsePosition.START, MOST, null))
                    .deliveries()) {
                assertThat(delivery.state().name()).as(textOf(delivery)).isEqualTo("ACTIVE");
                assertThat(places.put(textOf(delivery), i))
                        .as("the other place of %s", textOf(delivery))
                        .isNull();
            }
        }
        return places;
    }

    /** How many records of a kind all journals have; ends all partitions. */
    long records(RecordKind... kinds) throws JournalException {
        long count = 0;
        for (int i = 0; i < PARTITIONS; i++) {
            get(partitions.get(i).close());
            LiveRecords live = LiveRecords.of(store, i);
            for (RecordKind kind : kinds) {
                count += live.ofKind(kind).size();
            }
        }
        return count;
    }
}
