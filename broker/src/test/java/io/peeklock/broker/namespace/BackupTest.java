/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.BackupReport;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.artemis.StoreRestore;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.FileSystemDisk;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backups of a bus in use, and what a restored one has.
 *
 * <p>Not thread safe.
 */
@Timeout(120)
class BackupTest {
    private static final int PARTITIONS = 4;
    private static final EntityPath PLAIN = EntityPath.queue("plain");
    private static final EntityPath SPREAD = EntityPath.queue("spread");
    // Over a record's size, so that it is in chunks.
    private static final int LARGE_CHARS = 300_000;

    @TempDir
    Path directory;

    /** Bodies of more than 2 MiB go to the swap file. */
    private static LocalNamespace open(Path store) throws Exception {
        StoreOptions options = StoreOptions.builder()
                .partitions(PARTITIONS)
                .fileSizeBytes(1 << 20)
                .build();
        NamespaceConfig config =
                new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, false, 2L << 20, 256L << 20);
        return LocalNamespace.open(ArtemisJournalStore.open(store, options), config);
    }

    private Path restored(Path backup, String name) throws Exception {
        Path to = directory.resolve(name);
        new StoreRestore(backup, false, Map.of()).into(to, new FileSystemDisk(), Clock.systemUTC(), ignored -> {});
        return to;
    }

    @Nested
    class OfABusInUse {
        private final Set<String> sending = ConcurrentHashMap.newKeySet();
        private final Set<String> sent = ConcurrentHashMap.newKeySet();
        private final Set<String> completing = ConcurrentHashMap.newKeySet();
        private final Set<String> completed = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean enough = new AtomicBoolean();

        private void send(LocalNamespace bus, EntityPath queue, int sender) {
            for (int i = 0; !enough.get(); i++) {
                String name = queue + "/" + sender + "/" + i;
                String text = i % 10 == 0 ? name + "!" + "x".repeat(LARGE_CHARS) : name + "!";
                sending.add(name);
                bus.send(
                                queue,
                                TestBus.text(text)
                                        .durable(true)
                                        .partitionKey("key" + i % 7)
                                        .build())
                        .join();
                sent.add(name);
            }
        }

        private void receive(LocalNamespace bus, EntityPath queue) {
            try (Receiver receiver = bus.openReceiver(queue, ReceiverOptions.peekLock())) {
                int count = 0;
                while (!enough.get()) {
                    Delivery delivery = receiver.receive().join();
                    String name = nameOf(delivery);
                    count++;
                    // Some stay, so that there is always something to find.
                    if (count % 3 == 0) {
                        continue;
                    }
                    completing.add(name);
                    bus.settle(delivery.requireLockToken(), Settlement.COMPLETE).join();
                    completed.add(name);
                }
            }
        }

        /** Queues that come and go, each with a message. */
        private void churn(LocalNamespace bus) {
            for (int i = 0; !enough.get(); i++) {
                String name = "passing-" + i;
                bus.createQueue(QueueDescription.builder(name)
                                .partitioned(i % 2 == 0)
                                .build())
                        .join();
                bus.send(
                                EntityPath.queue(name),
                                TestBus.text(name).durable(true).build())
                        .join();
                bus.deleteQueue(name).join();
            }
        }

        @Test
        void hasWhatWasAcknowledgedBeforeAndNotCompleted_andNothingUnknown() throws Exception {
            ExecutorService threads = Executors.newFixedThreadPool(7);
            List<Future<?>> tasks = new ArrayList<>();
            try (LocalNamespace bus = open(directory.resolve("bus"))) {
                for (EntityPath queue : List.of(PLAIN, SPREAD)) {
                    bus.createQueue(QueueDescription.builder(queue.name())
                                    .partitioned(queue.equals(SPREAD))
                                    .maxMessageBytes(1 << 20)
                                    .build())
                            .join();
                    tasks.add(threads.submit(() -> send(bus, queue, 1)));
                    tasks.add(threads.submit(() -> send(bus, queue, 2)));
                    tasks.add(threads.submit(() -> receive(bus, queue)));
                }
                tasks.add(threads.submit(() -> churn(bus)));
                for (int round = 1; round <= 3; round++) {
                    int more = sent.size() + 60;
                    await().until(() -> sent.size() >= more);
                    final Set<String> sentBefore = new TreeSet<>(sent);
                    final Set<String> completedBefore = new TreeSet<>(completed);
                    Path backup = directory.resolve("backup" + round);
                    BackupReport report = bus.backup(backup).join();
                    final Set<String> completingAfter = new TreeSet<>(completing);
                    final Set<String> sendingAfter = new TreeSet<>(sending);
                    assertThat(report.liveRecords()).isPositive();
                    Set<String> there = contentOf(restored(backup, "restored" + round));
                    Set<String> expected = new TreeSet<>(sentBefore);
                    expected.removeAll(completingAfter);
                    assertThat(there).containsAll(expected);
                    assertThat(sendingAfter).containsAll(there);
                    assertThat(there).doesNotContainAnyElementsOf(completedBefore);
                }
                enough.set(true);
                // Receivers that wait need one more.
                for (EntityPath queue : List.of(PLAIN, SPREAD)) {
                    bus.send(queue, TestBus.text("end!").build()).join();
                    bus.send(queue, TestBus.text("end!").build()).join();
                }
                for (Future<?> task : tasks) {
                    task.get();
                }
            } finally {
                threads.shutdownNow();
            }
        }

        /** Names of the messages in the two queues of a restored store; each once, and whole. */
        private Set<String> contentOf(Path store) throws Exception {
            Set<String> names = new TreeSet<>();
            try (LocalNamespace bus = open(store)) {
                assertThat(bus.health()).allSatisfy(health -> {
                    assertThat(health.state()).isIn(PartitionHealth.State.SERVING, PartitionHealth.State.UNUSED);
                    assertThat(health.findings()).isEmpty();
                });
                for (EntityPath queue : List.of(PLAIN, SPREAD)) {
                    long there = bus.counters(queue).join().active();
                    try (Receiver receiver = bus.openReceiver(queue, ReceiverOptions.receiveAndDelete())) {
                        for (long i = 0; i < there; i++) {
                            String name = nameOf(receiver.receive().join());
                            assertThat(names.add(name)).as(name).isTrue();
                        }
                    }
                    assertThat(bus.counters(queue).join().sizeBytes()).isZero();
                }
                // What was being created or deleted is there whole, or not.
                for (QueueDescription queue : bus.queues().join()) {
                    bus.counters(EntityPath.queue(queue.name())).join();
                    bus.deleteQueue(queue.name()).join();
                }
                bus.createQueue(QueueDescription.of("new")).join();
                bus.send(EntityPath.queue("new"), TestBus.text("new").build()).join();
            }
            return names;
        }

        private static String nameOf(Delivery delivery) {
            String text = TestBus.textOf(delivery);
            String name = text.substring(0, text.indexOf('!'));
            boolean large = name.endsWith("0") && !name.equals("end");
            assertThat(text).hasSize(name.length() + 1 + (large ? LARGE_CHARS : 0));
            return name;
        }
    }

    @Nested
    class Restored {
        @Test
        @Tag("Q6")
        void hasThePoliciesWithTheirKeys() throws Exception {
            AccessPolicy made;
            Path backup = directory.resolve("backup");
            try (LocalNamespace bus = open(directory.resolve("bus"))) {
                made = bus.createPolicy(new AccessPolicy(null, "sender", Set.of(Claim.SEND), null, null))
                        .join();
                bus.backup(backup).join();
            }
            try (LocalNamespace bus = open(restored(backup, "restored"))) {
                AccessPolicy found = bus.policy(null, "sender").join();
                assertThat(found).isEqualTo(made);
                assertThat(found.primaryKey()).isNotNull();
            }
        }
    }

    @Nested
    class IsRefused {

        @Test
        void whereMessagesAreInMemory() throws Exception {
            try (LocalNamespace bus =
                    LocalNamespace.open(new MemoryJournalStore(1, false), TestBus.config(Profile.JMS))) {
                refused(ErrorCode.InvalidOperation, "in memory", bus.backup(directory.resolve("backup")));
            }
        }

        @Test
        void whileAnotherIsUnderWay() throws Exception {
            try (LocalNamespace bus = open(directory.resolve("bus"))) {
                bus.createQueue(QueueDescription.of("plain")).join();
                CountDownLatch begun = new CountDownLatch(1);
                CountDownLatch goOn = new CountDownLatch(1);
                CompletableFuture<BackupReport> first = bus.backup(directory.resolve("first"), progress -> {
                    begun.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                begun.await();
                Path second = directory.resolve("second");
                refused(ErrorCode.InvalidOperation, "another backup", bus.backup(second));
                // Nobody waits for it meanwhile.
                bus.send(PLAIN, TestBus.text("meanwhile").build()).join();
                goOn.countDown();
                first.join();
                bus.backup(second).join();
            }
        }

        @Test
        void whereItsListenerFailsAndIsNoBackupForEver() throws Exception {
            try (LocalNamespace bus = open(directory.resolve("bus"))) {
                bus.createQueue(QueueDescription.of("plain")).join();
                for (Throwable failure : List.of(new IllegalStateException("mine"), new AssertionError("mine"))) {
                    Path target =
                            directory.resolve("backup" + failure.getClass().getSimpleName());
                    refused(ErrorCode.InvalidOperation, "mine", bus.backup(target, progress -> {
                        if (failure instanceof Error error) {
                            throw error;
                        }
                        throw (RuntimeException) failure;
                    }));
                    bus.backup(target).join();
                }
            }
        }

        @Test
        void intoADirectoryThatHasSomethingAndWhenClosed() throws Exception {
            LocalNamespace bus = open(directory.resolve("bus"));
            refused(ErrorCode.InvalidOperation, "not empty", bus.backup(directory));
            bus.close();
            refused(ErrorCode.Closed, "closed", bus.backup(directory.resolve("backup")));
        }

        private static void refused(ErrorCode code, String message, CompletableFuture<BackupReport> backup) {
            assertThatThrownBy(() -> backup.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(code))
                    .hasMessageContaining(message);
        }
    }
}
