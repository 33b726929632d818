/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.artemis.StoreRestore;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.FileSystemDisk;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backups while messages are forwarded from partition to partition, both ways: of the steps of a transfer a backup has those
 * that a crash might have left, and a restored bus ends them.
 *
 * <p>Not thread safe.
 */
@Timeout(120)
class BackupForwardingTest {
    private static final int PARTITIONS = 4;
    private static final List<EntityPath> SOURCES =
            List.of(EntityPath.queue("east"), EntityPath.queue("west"), EntityPath.queue("spread"));
    private static final List<EntityPath> ENDS = List.of(EntityPath.queue("end-0"), EntityPath.queue("end-3"));

    @TempDir
    Path directory;

    private final Set<String> sending = ConcurrentHashMap.newKeySet();
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final Semaphore allowed = new Semaphore(0);
    private final AtomicBoolean enough = new AtomicBoolean();

    private static LocalNamespace open(Path store) throws Exception {
        StoreOptions options = StoreOptions.builder()
                .partitions(PARTITIONS)
                .fileSizeBytes(StoreOptions.MIN_FILE_SIZE_BYTES)
                .build();
        return LocalNamespace.open(ArtemisJournalStore.open(store, options), TestBus.config(Profile.JMS));
    }

    private static void create(LocalNamespace bus, QueueDescription queue) {
        bus.createQueue(queue).join();
    }

    private void send(LocalNamespace bus, EntityPath source) {
        for (int i = 0; !enough.get(); i++) {
            // Sends are quicker than transfers, and a restored bus has to do what is left of them.
            allowed.acquireUninterruptibly();
            String name = source + "/" + i;
            sending.add(name);
            bus.send(source, TestBus.text(name).durable(true).build()).join();
            sent.add(name);
        }
    }

    @Test
    @Tag("W1")
    void loseNothingAndDoubleNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SOURCES.size());
        List<Future<?>> tasks = new ArrayList<>();
        try (LocalNamespace bus = open(directory.resolve("bus"))) {
            create(bus, QueueDescription.builder("end-0").homePartition(0).build());
            create(bus, QueueDescription.builder("end-3").homePartition(3).build());
            create(
                    bus,
                    QueueDescription.builder("east")
                            .homePartition(0)
                            .forwardTo("end-3")
                            .build());
            create(
                    bus,
                    QueueDescription.builder("west")
                            .homePartition(3)
                            .forwardTo("end-0")
                            .build());
            create(
                    bus,
                    QueueDescription.builder("spread")
                            .partitioned(true)
                            .forwardTo("end-3")
                            .build());
            for (EntityPath source : SOURCES) {
                tasks.add(threads.submit(() -> send(bus, source)));
            }
            for (int round = 1; round <= 5; round++) {
                int more = sent.size() + 50 * round;
                allowed.release(600);
                await().pollInterval(Duration.ofMillis(1)).until(() -> sent.size() >= more);
                final Set<String> sentBefore = new TreeSet<>(sent);
                Path backup = directory.resolve("backup" + round);
                bus.backup(backup).join();
                final Set<String> sendingAfter = new TreeSet<>(sending);
                Path restored = directory.resolve("restored" + round);
                new StoreRestore(backup, false, Map.of())
                        .into(restored, new FileSystemDisk(), Clock.systemUTC(), ignored -> {});
                Set<String> there = arrivedIn(restored);
                assertThat(there).containsAll(sentBefore);
                assertThat(sendingAfter).containsAll(there);
            }
            enough.set(true);
            allowed.release(SOURCES.size());
            for (Future<?> task : tasks) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Names of what is in the ends when everything has arrived there; each once. */
    private static Set<String> arrivedIn(Path store) throws Exception {
        Set<String> names = new TreeSet<>();
        try (LocalNamespace bus = open(store)) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(left(bus)).allMatch(BackupForwardingTest::isEmpty));
            for (EntityPath end : ENDS) {
                long there = bus.counters(end).join().active();
                try (Receiver receiver = bus.openReceiver(end, ReceiverOptions.receiveAndDelete())) {
                    for (long i = 0; i < there; i++) {
                        String name = TestBus.textOf(receiver.receive().join());
                        assertThat(names.add(name)).as(name).isTrue();
                    }
                }
                assertThat(bus.counters(end).join().active()).isZero();
            }
        }
        return names;
    }

    private static List<EntityCounters> left(LocalNamespace bus) {
        return SOURCES.stream().map(source -> bus.counters(source).join()).toList();
    }

    private static boolean isEmpty(EntityCounters counters) {
        return counters.active() == 0 && counters.locked() == 0 && counters.deadLettered() == 0;
    }
}
