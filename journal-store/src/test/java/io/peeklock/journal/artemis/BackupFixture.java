/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.BackupReport;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.LoadedRecords;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordedProgress;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.FaultyDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A store on a simulated disk whose journals keep the last few of consecutive numbers.
 *
 * <p>Owned by the test's thread, but for {@link OneJournal}, which another may own.
 */
final class BackupFixture implements AutoCloseable {

    static final Path STORE = Path.of("/store");
    static final Path BACKUP = Path.of("/backups/one");
    static final Path RESTORED = Path.of("/restored");
    static final int PARTITIONS = 3;
    /** So many numbers are live in a journal. */
    static final int KEPT = 50;

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    static final StoreOptions OPTIONS = StoreOptions.builder()
            .partitions(PARTITIONS)
            .fileSizeBytes(StoreOptions.MIN_FILE_SIZE_BYTES)
            .build();

    final FaultyDisk disk;
    final ArtemisJournalStore store;
    private final Map<Integer, OneJournal> journals = new HashMap<>();

    /** A journal, what its load gave, and a writer of numbers. */
    static final class OneJournal {
        final PartitionJournal journal;
        final RecordedProgress progress = new RecordedProgress();
        final LoadedRecords loaded = new LoadedRecords();
        final LoadReport report;

        OneJournal(JournalStore store, int index) throws JournalException {
            journal = store.open(index, progress);
            report = journal.load(loaded);
        }

        /** Puts a number, and removes the one that is too many, in one batch; returns when that is durable. */
        void put(long number) throws JournalException {
            Batch batch = new Batch().put(number, 1, body(number));
            if (number > KEPT) {
                batch.remove(number - KEPT);
            }
            long index = journal.append(batch.durable());
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> journal.durableIndex() >= index);
        }

        /** The highest number; checks that exactly those up to it are there that should be. */
        long last() {
            List<Long> ids = loaded.ids().stream().sorted().toList();
            long last = ids.isEmpty() ? 0 : ids.get(ids.size() - 1);
            for (int i = 0; i < ids.size(); i++) {
                assertThat(ids.get(i)).isEqualTo(last - ids.size() + 1 + i);
                assertThat(loaded.get(ids.get(i)).text()).isEqualTo(text(ids.get(i)));
            }
            assertThat(ids).hasSize((int) Math.min(last, KEPT));
            assertThat(report.maxRecordId()).isGreaterThanOrEqualTo(last);
            return last;
        }

        private static RecordBody body(long number) {
            return RecordBody.of(text(number).getBytes(StandardCharsets.US_ASCII));
        }

        private static String text(long number) {
            return (number + " ").repeat(400);
        }
    }

    BackupFixture() throws JournalException {
        this(new FaultyDisk(), STORE);
    }

    BackupFixture(FaultyDisk disk, Path path) throws JournalException {
        this(disk, ArtemisJournalStore.open(path, OPTIONS, disk, CLOCK));
    }

    BackupFixture(FaultyDisk disk, ArtemisJournalStore store) throws JournalException {
        this.disk = disk;
        this.store = store;
        for (int index = JournalStore.DEFINITIONS; index < PARTITIONS; index++) {
            journals.put(index, new OneJournal(store, index));
        }
    }

    OneJournal journal(int index) {
        OneJournal journal = journals.get(index);
        if (journal == null) {
            throw new IllegalArgumentException("no journal " + index);
        }
        return journal;
    }

    /** Puts numbers into the definitions and two partitions; the third is never written. */
    BackupFixture fill(long from, long to) throws JournalException {
        for (long number = from; number <= to; number++) {
            for (int index : new int[] {-1, 0, 1}) {
                journal(index).put(number);
            }
        }
        return this;
    }

    BackupReport backUp() throws JournalException {
        return store.backup(BACKUP, ignored -> {});
    }

    UUID restore(Path to) throws JournalException {
        return restore(disk, to);
    }

    static UUID restore(FaultyDisk disk, Path to) throws JournalException {
        return new StoreRestore(BACKUP, false, Map.of()).into(to, disk, CLOCK, ignored -> {});
    }

    /** Opens what was restored; it has the numbers up to these in the definitions and two partitions. */
    static void requireNumbers(FaultyDisk disk, Path path, long... upTo) throws JournalException {
        try (BackupFixture restored = new BackupFixture(disk, path)) {
            for (int index = -1; index < upTo.length - 1; index++) {
                assertThat(restored.journal(index).report.isHealthy())
                        .as(
                                "journal %s: %s",
                                index, restored.journal(index).report.findings())
                        .isTrue();
                assertThat(restored.journal(index).last()).isEqualTo(upTo[index + 1]);
                // It goes on where it was.
                restored.journal(index).put(upTo[index + 1] + 1);
            }
        }
    }

    @Override
    public void close() throws JournalException {
        store.close();
    }
}
