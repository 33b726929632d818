/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordedProgress;
import io.peeklock.journal.disk.FileSystemDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.PreparedTransactionInfo;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What this journal relies on in Artemis, and what Artemis finds in its files.
 *
 * <p>Not thread safe.
 */
final class ArtemisCompatibilityTest {

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private volatile long durable;

    @TempDir
    Path root;

    @AfterEach
    void end() {
        pool.shutdownNow();
    }

    private ArtemisPartitionJournal open(JournalSettings settings) throws Exception {
        durable = 0;
        ArtemisPartitionJournal journal = new ArtemisPartitionJournal(
                root.resolve("j"),
                new FileSystemDisk(),
                JournalFixture.KEY,
                JournalFixture.STORE,
                0,
                pool,
                settings,
                new JournalListener() {
                    @Override
                    public void durable(long index) {
                        durable = index;
                    }

                    @Override
                    public void failed(JournalException cause) {
                        throw new AssertionError(cause);
                    }
                });
        journal.load(JournalFixture.collector(new TreeMap<>()));
        return journal;
    }

    @Test
    void artemisItselfLoadsTheFiles() throws Exception {
        try (ArtemisPartitionJournal journal = open(JournalFixture.SMALL)) {
            for (int id = 1; id <= 100; id++) {
                journal.append(
                        new Batch().put(id, 1, RecordBody.of(new byte[3000])).durable());
            }
            journal.append(new Batch().remove(1).remove(2).durable());
            journal.compact();
        }
        JournalImpl bare = new JournalImpl(
                64 * 1024,
                2,
                2,
                0,
                0,
                new NIOSequentialFileFactory(root.resolve("j").toFile(), 1),
                JournalFiles.PREFIX,
                JournalFiles.EXTENSION,
                1);
        bare.start();
        List<RecordInfo> records = new ArrayList<>();
        List<PreparedTransactionInfo> prepared = new ArrayList<>();
        bare.load(records, prepared, null);
        bare.stop();
        assertThat(records.stream().filter(record -> record.userRecordType == RecordType.PUT.id()))
                .hasSize(98);
        assertThat(prepared).isEmpty();
    }

    @Test
    void appendsRunInTheCallersThread() throws Exception {
        // The third executor that the journal asks for is that of appends; if that changes, bodies are encoded
        // elsewhere.
        JournalExecutors executors = new JournalExecutors(pool);
        List<Thread> ran = new ArrayList<>();
        executors.getExecutor();
        executors.getExecutor();
        executors.getExecutor().execute(() -> ran.add(Thread.currentThread()));
        assertThat(ran).containsExactly(Thread.currentThread());
        try (ArtemisPartitionJournal journal = open(JournalFixture.SMALL)) {
            journal.append(new Batch().put(1, 1, body("x")).durable());
            assertThat(journal.statistics().batches()).isEqualTo(1);
            // Taken when append returns: nothing of it waits in another thread.
            await().until(() -> durable == 1);
        }
    }

    @Test
    void aFreshJournalCostsLessThanHalfAMegabyte() throws Exception {
        try (ArtemisPartitionJournal journal = open(JournalSettings.DEFAULT)) {
            journal.append(new Batch().put(1, 1, body("x")).durable());
            await().until(() -> durable == 1);
            try (Stream<Path> files = Files.walk(root)) {
                long bytes = files.filter(Files::isRegularFile)
                        .mapToLong(file -> file.toFile().length())
                        .sum();
                assertThat(bytes).isLessThan(512 * 1024);
            }
        }
    }

    @Test
    void anInterruptedThreadMayAppendWhileThereIsRoom() throws Exception {
        try (ArtemisPartitionJournal journal = open(JournalSettings.DEFAULT)) {
            journal.append(new Batch().put(1, 1, body("x")).durable());
            await().until(() -> durable == 1);
            Thread.currentThread().interrupt();
            try {
                for (int id = 2; id < 500; id++) {
                    assertThat(journal.hasRoomFor(1, 1)).isTrue();
                    journal.append(new Batch().put(id, 1, body("x")).durable());
                }
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            await().atMost(30, TimeUnit.SECONDS).until(() -> durable == 499);
        }
    }

    @Test
    void aJournalWithFilesOfAnotherSizeIsLoaded() throws Exception {
        for (int bytes : new int[] {256 * 1024, 64 * 1024, 1024 * 1024}) {
            try (ArtemisPartitionJournal journal = open(JournalSettings.DEFAULT.withFileBytes(bytes))) {
                for (int i = 0; i < 60; i++) {
                    journal.append(new Batch()
                            .put(bytes + i, 1, RecordBody.of(new byte[20_000]))
                            .durable());
                }
            }
        }
        TreeMap<Long, JournalFixture.Live> loaded = new TreeMap<>();
        ArtemisPartitionJournal last = new ArtemisPartitionJournal(
                root.resolve("j"),
                new FileSystemDisk(),
                JournalFixture.KEY,
                JournalFixture.STORE,
                0,
                pool,
                JournalFixture.SMALL,
                new RecordedProgress());
        assertThat(last.load(JournalFixture.collector(loaded)).findings()).isEmpty();
        assertThat(loaded).hasSize(180);
        last.close();
    }
}
