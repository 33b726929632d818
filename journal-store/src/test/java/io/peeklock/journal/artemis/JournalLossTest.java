/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.DIRECTORY;
import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.artemis.JournalFixture.Live;
import io.peeklock.journal.artemis.ReadRecord.What;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.DiskFile;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What a load says of bytes that are gone without a trace: the register knows what they were (journal dangers 5, 17 and 18).
 *
 * <p>Not thread safe.
 */
final class JournalLossTest {

    private final JournalFixture fixture =
            new JournalFixture(SMALL.withReserveBytes(0).withMarkInterval(Duration.ZERO));

    @BeforeEach
    void write() throws Exception {
        fixture.open();
        fixture.commit(new Batch().put(1, 1, body("first")));
        fixture.commit(new Batch().put(2, 2, body("second")).put(3, 3, body("third")));
        fixture.commit(new Batch().replace(1, 4, body("first again")));
        fixture.commit(new Batch().remove(2));
        fixture.commit(new Batch().put(4, 1, body("fourth")));
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private void kill() throws Exception {
        await().until(() -> {
            Mark mark = new MarkFile(
                            fixture.disk, DIRECTORY, JournalFixture.STORE, 0, new BodyMask(JournalFixture.KEY).check())
                    .read();
            return mark != null && mark.maxRecordId() == 4;
        });
        FaultyDisk left = fixture.faulty().crash(Crash.keepEverything());
        try {
            fixture.journal.close();
        } catch (JournalException e) {
            assertThat(e).hasMessageContaining("power is off");
        }
        fixture.disk = left;
    }

    /** Puts zeros in the place of records. */
    private void zero(Predicate<ReadRecord> which) throws Exception {
        List<ReadRecord> found = new ArrayList<>();
        JournalReader.read(DIRECTORY, fixture.disk, JournalFixture.KEY, JournalFixture.STORE, 0, found::add);
        found.removeIf(which.negate());
        assertThat(found).isNotEmpty();
        found.forEach(record -> fixture.faulty().zero(file(record.file()), record.position(), record.length()));
    }

    private static Path file(String name) {
        return DIRECTORY.resolve(name);
    }

    private List<Long> ids(Damage damage) {
        return fixture.report.findings().stream()
                .filter(finding -> finding.damage() == damage)
                .map(Finding::recordId)
                .toList();
    }

    private void assertSecondLoadIsHealthy() throws Exception {
        List<Live> first = List.copyOf(fixture.loaded.values());
        fixture.reopen();
        assertThat(fixture.report.findings()).isEmpty();
        assertThat(fixture.loaded.values()).containsExactlyElementsOf(first);
    }

    @Nested
    class AfterAKill {

        @Test
        void ofAReplacementServesNoOlderState() throws Exception {
            kill();
            zero(record -> record.what() == What.REPLACE);
            fixture.open();
            assertThat(fixture.loaded.keySet()).containsExactly(3L, 4L);
            assertThat(ids(Damage.MISSING_REPLACEMENT)).containsExactly(1L);
            assertThat(ids(Damage.MISSING_BATCHES)).containsExactly(0L);
            assertSecondLoadIsHealthy();
        }

        @Test
        void ofARemovalServesNothingThatWasRemoved() throws Exception {
            kill();
            zero(record -> record.what() == What.DELETE || record.what() == What.HEAD);
            fixture.open();
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 3L, 4L);
            assertThat(fixture.report.isHealthy()).isFalse();
            assertSecondLoadIsHealthy();
        }

        @Test
        void ofAPutIsReportedByRecord() throws Exception {
            kill();
            zero(record -> record.id() == 4);
            fixture.open();
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 3L);
            assertThat(ids(Damage.MISSING_RECORD)).containsExactly(4L);
            assertSecondLoadIsHealthy();
        }

        @Test
        void ofTheMarkServesEverythingAndIsReported() throws Exception {
            kill();
            fixture.faulty().lose(file(MarkFile.NAME));
            zero(record -> record.id() == 4);
            fixture.open();
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 3L);
            assertThat(ids(Damage.MISSING_RECORD)).containsExactly(4L);
            assertThat(ids(Damage.DAMAGED_BOOKKEEPING)).hasSize(1);
            assertSecondLoadIsHealthy();
        }
    }

    @Nested
    class AfterAClose {

        @Test
        void ofTheLastCheckpointAndRecordsIsReportedByRecord() throws Exception {
            fixture.journal.close();
            zero(record -> record.what() != What.PUT || record.id() == 4);
            fixture.open();
            assertThat(fixture.loaded.keySet()).containsExactly(3L);
            assertThat(ids(Damage.MISSING_REPLACEMENT)).containsExactly(1L);
            assertThat(ids(Damage.MISSING_RECORD)).containsExactly(4L);
            assertThat(ids(Damage.DAMAGED_BOOKKEEPING)).hasSize(1);
            assertSecondLoadIsHealthy();
        }

        @Test
        void ofEverythingButTheRegisterIsReportedByRecord() throws Exception {
            fixture.journal.close();
            for (String name : fixture.disk.list(DIRECTORY)) {
                if (!name.startsWith(RegisterFile.PREFIX)) {
                    fixture.faulty().lose(file(name));
                }
            }
            fixture.open();
            assertThat(fixture.loaded).isEmpty();
            assertThat(ids(Damage.MISSING_RECORD)).containsExactly(1L, 3L, 4L);
            assertThat(fixture.report.maxRecordId()).isEqualTo(4);
        }

        @Test
        void ofTheRegisterIsReportedAndServesEverything() throws Exception {
            fixture.journal.close();
            for (String name : fixture.disk.list(DIRECTORY)) {
                if (name.startsWith(RegisterFile.PREFIX)) {
                    fixture.faulty().lose(file(name));
                }
            }
            fixture.open();
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 3L, 4L);
            assertThat(fixture.report.findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.where()).startsWith(RegisterFile.PREFIX));
            assertSecondLoadIsHealthy();
            assertThat(fixture.disk.list(DIRECTORY)).anyMatch(name -> name.startsWith(RegisterFile.PREFIX));
        }
    }

    @Nested
    class AFileHeader {

        @Test
        void withAnImpossibleIdDoesNotChangeTheOrderOfTheFiles() throws Exception {
            byte[] large = new byte[20_000];
            for (int id = 5; id <= 8; id++) {
                fixture.commit(new Batch().put(id, 1, RecordBody.of(large)));
            }
            fixture.commit(new Batch().replace(3, 9, body("third again")));
            fixture.journal.close();
            List<String> names = JournalFiles.dataFiles(fixture.disk, DIRECTORY);
            String oldest = names.get(names.size() - 1);
            fixture.faulty().flipBit(file(oldest), 9, 3);
            fixture.open();
            assertThat(fixture.loaded.get(3L)).isEqualTo(new Live(3, "third", 9, "third again"));
            assertThat(ids(Damage.DAMAGED_FILE)).hasSize(1);
            assertSecondLoadIsHealthy();
        }
    }

    @Nested
    class TheReport {

        @Test
        void outlivesAPowerCutAtAnyPointOfTheLoad() throws Exception {
            kill();
            zero(record -> record.what() == What.REPLACE || record.id() == 4);
            FaultyDisk damaged = fixture.faulty();
            boolean loaded = false;
            for (int calls = 0; !loaded; calls++) {
                FaultyDisk disk = damaged.crash(Crash.keepEverything());
                disk.cutPowerAfter(calls);
                fixture.disk = disk;
                try {
                    fixture.open();
                    loaded = true;
                } catch (JournalException e) {
                    assertThat(e).hasStackTraceContaining("power is off");
                }
                if (!loaded) {
                    fixture.disk = disk.crash(Crash.keepNothing());
                    fixture.open();
                }
                String where = "power cut after " + calls + " calls";
                assertThat(fixture.loaded.keySet()).as(where).containsExactly(3L);
                assertThat(ids(Damage.MISSING_REPLACEMENT)).as(where).contains(1L);
                // What was set aside before the cut is missing afterwards.
                assertThat(ids(Damage.MISSING_RECORD)).as(where).contains(4L).isSubsetOf(1L, 4L);
                closeQuietly();
            }
        }

        private void closeQuietly() {
            try {
                fixture.journal.close();
            } catch (JournalException e) {
                assertThat(e).hasStackTraceContaining("power is off");
            }
        }
    }

    @Nested
    class ACompactionThatWasCutShort {

        @Test
        void andLostANewFileKeepsTheOldOnes() throws Exception {
            fixture.journal.close();
            String old = JournalFiles.dataFiles(fixture.disk, DIRECTORY).stream()
                    .reduce((first, second) -> second)
                    .orElseThrow();
            new CompactionControl(List.of(old), List.of("peeklock-99.pjf.cmp")).write(fixture.disk, DIRECTORY);
            fixture.open();
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 3L, 4L);
            assertThat(ids(Damage.DAMAGED_BOOKKEEPING)).hasSize(1);
            assertSecondLoadIsHealthy();
        }
    }

    @Nested
    class ADelete {

        @Test
        void thatIsOlderThanItsRecordRemovesNothing() throws Exception {
            kill();
            forgeDeleteBefore(4);
            // With register and mark gone, deletes are the best there is.
            for (String name : List.of(MarkFile.NAME, RegisterFile.PREFIX + 0, RegisterFile.PREFIX + 1)) {
                if (fixture.disk.exists(file(name))) {
                    fixture.faulty().lose(file(name));
                }
            }
            zero(record -> record.what() == What.HEAD);
            fixture.open();
            assertThat(fixture.loaded).containsKey(4L);
        }

        /** In the place of record 1, which is the first. */
        private void forgeDeleteBefore(long id) throws Exception {
            List<ReadRecord> found = new ArrayList<>();
            JournalReader.read(DIRECTORY, fixture.disk, JournalFixture.KEY, JournalFixture.STORE, 0, found::add);
            ReadRecord first = found.stream()
                    .filter(record -> record.id() == 1)
                    .findFirst()
                    .orElseThrow();
            fixture.faulty().zero(file(first.file()), first.position(), first.length());
            ByteBuffer delete = ByteBuffer.allocate(RecordScanner.DELETE_BYTES)
                    .put(RecordScanner.DELETE)
                    .putInt(fileId(first.file()))
                    .put((byte) 0)
                    .putLong(id)
                    .putInt(RecordScanner.DELETE_BYTES);
            fixture.faulty().overwrite(file(first.file()), first.position(), delete.array());
        }

        private int fileId(String name) throws IOException {
            ByteBuffer header = ByteBuffer.allocate(RecordScanner.FILE_HEADER_BYTES);
            try (DiskFile in = fixture.disk.openReadOnly(file(name))) {
                in.readFully(header, 0);
            }
            return RecordScanner.recordFileId(header.getLong(8));
        }
    }
}
