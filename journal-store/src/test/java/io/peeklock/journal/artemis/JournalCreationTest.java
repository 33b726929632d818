/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.LoadedRecords;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordedProgress;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A journal whose creation is cut short is a new one for the next opening, and never a damaged one.
 *
 * <p>Not thread safe.
 */
@Timeout(60)
final class JournalCreationTest {

    private static final Path DIRECTORY = Path.of("/store");
    private static final int FIRST = JournalStore.DEFINITIONS;
    private static final int MORE_CALLS_THAN_A_CREATION = 200;

    private final StoreOptions options = StoreOptions.builder()
            .partitions(1)
            .fileSizeBytes(StoreOptions.MIN_FILE_SIZE_BYTES)
            .build();

    @Nested
    class OnAFullDisk {

        @Test
        void canBeMadeUpForAtTheNextAppend() throws Exception {
            int failed = 0;
            for (int calls = 0; calls < MORE_CALLS_THAN_A_CREATION; calls++) {
                FaultyDisk disk = withAStore();
                disk.add(Fault.in(Operation.WRITE, Operation.CREATE_DIRECTORY)
                        .skip(calls)
                        .as(Effect.NO_SPACE));
                failed += appendAndClose(disk) ? 0 : 1;
                disk.heal();
                assertHealthy(disk, "full after " + calls + " calls");
            }
            assertThat(failed).isBetween(5, MORE_CALLS_THAN_A_CREATION - 1);
        }
    }

    @Nested
    class InAPowerCut {

        @Test
        void leavesAHealthyJournal() throws Exception {
            for (int changes = 0; changes < MORE_CALLS_THAN_A_CREATION; changes++) {
                for (Crash crash : new Crash[] {
                    Crash.keepNothing(), Crash.keepEverything(), Crash.tear(changes), Crash.keepRandom(changes)
                }) {
                    FaultyDisk disk = withAStore();
                    disk.cutPowerAfter(changes);
                    appendAndClose(disk);
                    assertHealthy(disk.crash(crash), "power cut after " + changes + " changes, " + crash);
                }
            }
        }
    }

    private FaultyDisk withAStore() throws JournalException {
        FaultyDisk disk = new FaultyDisk();
        open(disk).close();
        return disk;
    }

    private JournalStore open(FaultyDisk disk) throws JournalException {
        return ArtemisJournalStore.open(DIRECTORY, options, disk, Clock.systemUTC());
    }

    /** Whether the first batch of a journal could be appended. */
    private boolean appendAndClose(FaultyDisk disk) {
        return catchThrowable(() -> {
                    try (JournalStore store = open(disk)) {
                        PartitionJournal journal = store.open(FIRST, new RecordedProgress());
                        journal.load(new LoadedRecords());
                        journal.append(new Batch().put(1, 1, JournalFixture.body("first")));
                    }
                })
                == null;
    }

    /** Opens it twice, because an opening that only looks must not make of half a journal a lost one. */
    private void assertHealthy(FaultyDisk disk, String when) throws Exception {
        for (int opening = 1; opening <= 2; opening++) {
            try (JournalStore store = open(disk)) {
                PartitionJournal journal = store.open(FIRST, new RecordedProgress());
                LoadReport report = journal.load(new LoadedRecords());
                assertThat(report.findings()).as(when + ", opening " + opening).isEmpty();
            }
        }
        try (JournalStore store = open(disk)) {
            PartitionJournal journal = store.open(FIRST, new RecordedProgress());
            journal.load(new LoadedRecords());
            journal.append(new Batch().put(100, 1, JournalFixture.body("later")).durable());
        }
        try (JournalStore store = open(disk)) {
            PartitionJournal journal = store.open(FIRST, new RecordedProgress());
            LoadReport report = journal.load(new LoadedRecords());
            assertThat(report.findings()).as(when).isEmpty();
            assertThat(report.maxRecordId()).as(when).isGreaterThanOrEqualTo(100);
        }
    }
}
