/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.journal.Batch;
import io.peeklock.journal.FailingJournalContract;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.LoadedRecords;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordedProgress;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.FaultyDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The journals of a store directory keep the contract, also on a disk that fails.
 *
 * <p>Not thread safe.
 */
final class ArtemisJournalStoreTest extends FailingJournalContract {

    private static final Path DIRECTORY = Path.of("/store");

    private FaultyDisk disk = new FaultyDisk();
    private final StoreOptions options = StoreOptions.builder()
            .partitions(4)
            .fileSizeBytes(StoreOptions.MIN_FILE_SIZE_BYTES)
            .build();

    @Override
    protected JournalStore openStore() throws Exception {
        return ArtemisJournalStore.open(DIRECTORY, options, disk, Clock.systemUTC());
    }

    @Override
    protected void breakDisk() {
        disk.add(Fault.in(Fault.Operation.WRITE, Fault.Operation.SYNC)
                .of(path -> path.toString().contains("partition-00")));
    }

    @Override
    protected void healDisk() {
        disk.heal();
    }

    @Override
    protected JournalStore crash() throws Exception {
        FaultyDisk left = disk.crash(Crash.keepNothing());
        try {
            store().close();
        } catch (JournalException e) {
            assertThat(e).hasMessageContaining("power is off");
        }
        disk = left;
        return openStore();
    }

    @AfterEach
    void leavesNoThreads() throws Exception {
        store().close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("peeklock-journal-io"));
    }

    @Test
    @Tag("P14")
    void partitionsMayLieElsewhere() throws Exception {
        store().close();
        disk = new FaultyDisk();
        Path elsewhere = Path.of("/other/disk/p1");
        StoreOptions placed = StoreOptions.builder()
                .partitions(2)
                .partitionDirectory(1, elsewhere)
                .build();
        try (JournalStore other = ArtemisJournalStore.open(DIRECTORY, placed, disk, Clock.systemUTC())) {
            var journal = other.open(1, new RecordedProgress());
            journal.load(new LoadedRecords());
            journal.append(new Batch().put(1, 1, JournalFixture.body("x")));
            journal.close();
        }
        assertThat(JournalFiles.dataFiles(disk, elsewhere)).isNotEmpty();
    }

    @Test
    void anIdleStoreHasNoThreads() throws Exception {
        makeDurable(
                journal(),
                journal().append(new Batch().put(1, 1, JournalFixture.body("x")).durable()));
        waitUntil(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("peeklock-journal-io")));
        makeDurable(
                journal(),
                journal().append(new Batch().put(2, 1, JournalFixture.body("x")).durable()));
    }

    @Test
    void anInterruptedThreadClosesAndOpensItAsAnyOther() throws Exception {
        makeDurable(
                journal(),
                journal().append(new Batch().put(1, 1, JournalFixture.body("x")).durable()));
        try {
            Thread.currentThread().interrupt();
            store().close();
            JournalStore again = openStore();
            openJournalOf(again);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertThat(report().cleanlyClosed()).isTrue();
        assertThat(report().findings()).isEmpty();
        assertThat(loaded().ids()).containsExactly(1L);
    }

    @Test
    void quarantinedNamesNeverBecomePaths() throws Exception {
        String where = store().quarantine(0, "../../etc/passwd\0", "x".getBytes(StandardCharsets.UTF_8));
        assertThat(Path.of(where)).isEqualTo(Path.of("/store/partition-00/quarantine/______etc_passwd_.bin"));
        assertThat(disk.bytes(Path.of(where))).containsExactly('x');
        assertThat(store().quarantine(0, "../../etc/passwd\0", new byte[0])).endsWith(".bin.1");
    }

    /** A record that no load can use is found by every one of them. */
    @Test
    void quarantinesTheSameContentOnce() throws Exception {
        String where = store().quarantine(0, "record-1", new byte[] {1, 2});
        assertThat(store().quarantine(0, "record-1", new byte[] {1, 2})).isEqualTo(where);
        assertThat(store().quarantine(0, "record-1", new byte[] {1, 3})).isNotEqualTo(where);
        assertThat(store().quarantine(0, "record-1", new byte[] {1, 3})).endsWith(".bin.1");
        assertThat(store().quarantine(0, "record-1", new byte[] {1, 2})).isEqualTo(where);
    }

    @Nested
    class AJournalWhoseFilesAreAllGone {

        private void loseThem() throws Exception {
            Path directory = DIRECTORY.resolve("partition-00");
            for (String name : List.copyOf(disk.list(directory))) {
                if (!name.equals("partition.identity")) {
                    disk.lose(directory.resolve(name));
                }
            }
        }

        @BeforeEach
        void writeOneRecord() throws Exception {
            makeDurable(
                    journal(),
                    journal()
                            .append(new Batch()
                                    .put(1, 1, JournalFixture.body("x"))
                                    .durable()));
        }

        @Test
        void isReported() throws Exception {
            store().close();
            loseThem();
            openJournalOf(openStore());
            assertThat(report().findings()).hasSize(1);
        }

        @Test
        void isReportedAlsoAfterAnUncleanStop() throws Exception {
            crash().close();
            loseThem();
            disk.lose(DIRECTORY.resolve("store.state"));
            openJournalOf(openStore());
            assertThat(report().findings()).hasSize(1);
        }
    }

    @Test
    void aJournalThatIsCutOffWhileItIsMadeIsNoLoss() throws Exception {
        store().close();
        for (int cut = 1; ; cut++) {
            FaultyDisk making = new FaultyDisk();
            JournalStore first = ArtemisJournalStore.open(DIRECTORY, options, making, Clock.systemUTC());
            PartitionJournal made = first.open(0, new RecordedProgress());
            made.load(new LoadedRecords());
            making.cutPowerAfter(cut);
            try {
                long index = made.append(
                        new Batch().put(1, 1, JournalFixture.body("x")).durable());
                waitUntil(() -> made.durableIndex() == index || making.isOff());
            } catch (JournalException e) {
                assertThat(e).hasMessageContaining("power is off");
            }
            boolean whole = !making.isOff();
            for (int seed = 0; seed < 4; seed++) {
                disk = making.crash(seed == 0 ? Crash.keepNothing() : Crash.keepRandom(seed));
                openJournalOf(openStore());
                assertThat(report().findings())
                        .as("cut after " + cut + ", seed " + seed)
                        .isEmpty();
                makeDurable(
                        journal(),
                        journal()
                                .append(new Batch()
                                        .put(2, 1, JournalFixture.body("y"))
                                        .durable()));
                assertThat(store().exists(0)).isTrue();
                store().close();
            }
            assertThatThrownBy(first::close).isInstanceOf(JournalException.class);
            if (whole) {
                assertThat(cut).isGreaterThan(10);
                return;
            }
        }
    }
}
