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
import io.peeklock.journal.disk.FaultyDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What a load says of damaged files: nothing wrong is ever served, and what is missing is reported (journal dangers 5, 6,
 * 17 and 18).
 *
 * <p>Not thread safe.
 */
final class JournalDamageTest {

    private final JournalFixture fixture = new JournalFixture(SMALL.withReserveBytes(0));
    private FaultyDisk original;
    private Map<Long, Live> expected;
    // Every state that a record ever had.
    private final Map<Long, List<Live>> written = new TreeMap<>();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    /** A closed journal with puts, replacements and removals of every form. */
    private void writeAndClose() throws Exception {
        fixture.open();
        fixture.commit(new Batch().put(1, 1, body("first")));
        fixture.commit(new Batch().put(2, 2, body("second")).put(3, 3, body("third")));
        fixture.commit(new Batch().replace(1, 4, body("first again")));
        fixture.commit(new Batch().remove(2));
        fixture.commit(new Batch().put(4, 1, body("fourth")));
        fixture.reopen().journal.close();
        original = fixture.faulty();
        expect();
        written.put(2L, List.of(new Live(2, "second", 0, "")));
        written.put(1L, List.of(new Live(1, "first", 0, ""), expected.get(1L)));
        assertThat(expected.keySet()).containsExactly(1L, 3L, 4L);
    }

    private void expect() {
        expected = new TreeMap<>(fixture.loaded);
        expected.forEach((id, live) -> written.put(id, List.of(live)));
    }

    /** Loads a copy of the closed journal that was damaged like this. */
    private void loadDamaged(Consumer<FaultyDisk> damage) throws Exception {
        FaultyDisk copy = original.crash(Crash.keepEverything());
        damage.accept(copy);
        fixture.disk = copy;
        fixture.open();
    }

    private void assertNothingWrong(String where) {
        Set<Long> different = new HashSet<>();
        expected.forEach((id, live) -> {
            if (!live.equals(fixture.loaded.get(id))) {
                different.add(id);
            }
        });
        fixture.loaded.forEach((id, live) -> {
            if (!live.equals(expected.get(id))) {
                different.add(id);
            }
        });
        Set<Long> reported = new HashSet<>();
        fixture.report.findings().forEach(finding -> reported.add(finding.recordId()));
        boolean unnamed = !findings(Damage.DAMAGED_BOOKKEEPING).isEmpty();
        fixture.loaded.forEach((id, live) -> assertThat(live).as(where).isIn(written.get(id)));
        if (unnamed) {
            // The checkpoint is gone too, and the report says that what is missing cannot be named.
            return;
        }
        assertThat(fixture.loaded.values()).as(where).isSubsetOf(expected.values());
        assertThat(reported).as(where + " " + fixture.report.findings()).containsAll(different);
        assertThat(fixture.report.maxRecordId()).as(where).isGreaterThanOrEqualTo(4);
    }

    private void assertSecondLoadIsHealthy(String where) throws Exception {
        Map<Long, Live> first = new TreeMap<>(fixture.loaded);
        fixture.reopen();
        assertThat(fixture.report.findings()).as(where).isEmpty();
        assertThat(fixture.loaded).as(where).isEqualTo(first);
    }

    private List<Finding> findings(Damage damage) {
        return fixture.report.findings().stream()
                .filter(finding -> finding.damage() == damage)
                .toList();
    }

    private List<ReadRecord> records() throws Exception {
        List<ReadRecord> records = new ArrayList<>();
        JournalReader.read(DIRECTORY, original, JournalFixture.KEY, JournalFixture.STORE, 0, records::add);
        return records;
    }

    private static Path file(String name) {
        return DIRECTORY.resolve(name);
    }

    @Nested
    class AFlippedBit {

        @Test
        void anywhereHasNoEffectOrIsReported() throws Exception {
            writeAndClose();
            ReadRecord last = records().get(records().size() - 1);
            long end = (long) last.position() + last.length() + 8;
            for (long position = 0; position < end; position++) {
                for (int bit = 0; bit < 8; bit++) {
                    flip(last.file(), position, bit);
                }
            }
        }

        @Test
        void inTheMarkIsReportedOrWithoutEffect() throws Exception {
            writeAndClose();
            for (int slot = 0; slot < 2; slot++) {
                for (long position = 0; position < 72; position += 5) {
                    flip(MarkFile.NAME, slot * 4096 + position, (int) position % 8);
                }
            }
        }

        private void flip(String file, long position, int bit) throws Exception {
            String where = file + " byte " + position + " bit " + bit;
            try {
                loadDamaged(disk -> disk.flipBit(file(file), position, bit));
            } catch (JournalException e) {
                throw new AssertionError(where, e);
            }
            assertNothingWrong(where);
            if (position % 7 == 0) {
                assertSecondLoadIsHealthy(where);
            }
            fixture.journal.close();
        }

        @Test
        void inABodyIsReportedByRecordAndSetAside() throws Exception {
            writeAndClose();
            ReadRecord put = records().stream()
                    .filter(record -> record.what() == What.PUT && record.id() == 3)
                    .findFirst()
                    .orElseThrow();
            loadDamaged(disk -> disk.flipBit(file(put.file()), put.position() + 45, 0));
            assertThat(fixture.loaded).doesNotContainKey(3L);
            assertThat(findings(Damage.CORRUPT_RECORD)).singleElement().satisfies(finding -> {
                assertThat(finding.recordId()).isEqualTo(3);
                assertThat(finding.description()).contains("quarantine/");
            });
            byte[] aside = fixture.faulty()
                    .bytes(DIRECTORY.resolve("quarantine/" + put.file() + "-at-" + put.position() + "-record-3.bin"));
            assertThat(aside).hasSize((int) put.length());
            assertSecondLoadIsHealthy("body");
        }

        @Test
        void inADeletesIdDeletesNothingElse() throws Exception {
            writeAndClose();
            ReadRecord delete = records().stream()
                    .filter(record -> record.what() == What.DELETE && record.id() == 2)
                    .findFirst()
                    .orElseThrow();
            // 2 becomes 3, which is live.
            loadDamaged(disk -> disk.flipBit(file(delete.file()), delete.position() + 13, 0));
            assertThat(fixture.loaded).isEqualTo(expected);
            // Artemis must not have taken it either: it could not be replaced, and compaction would drop it.
            fixture.commit(new Batch().replace(3, 5, body("third again")));
            fixture.journal.compact();
            fixture.reopen();
            assertThat(fixture.report.findings()).isEmpty();
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 3L, 4L);
            assertThat(fixture.loaded.get(3L)).isEqualTo(new Live(3, "third", 5, "third again"));
        }

        @Test
        void inAReplacementSetsTheRecordAside() throws Exception {
            writeAndClose();
            ReadRecord replace = records().stream()
                    .filter(record -> record.what() == What.REPLACE)
                    .findFirst()
                    .orElseThrow();
            loadDamaged(disk -> disk.flipBit(file(replace.file()), replace.position() + 45, 3));
            assertThat(fixture.loaded.keySet()).containsExactly(3L, 4L);
            assertThat(findings(Damage.MISSING_REPLACEMENT))
                    .extracting(Finding::recordId)
                    .containsExactly(1L);
            assertSecondLoadIsHealthy("replacement");
        }
    }

    @Nested
    class AFile {

        @Test
        void withAZeroedPageIsReportedByRecord() throws Exception {
            writeAndClose();
            String name = records().get(0).file();
            for (int from = 16; from < 800; from += 50) {
                int position = from;
                loadDamaged(disk -> disk.zero(file(name), position, 120));
                assertNothingWrong("zeros at " + from);
                assertSecondLoadIsHealthy("zeros at " + from);
                fixture.journal.close();
            }
        }

        @Test
        void cutShortIsReportedByRecord() throws Exception {
            writeAndClose();
            String name = records().get(0).file();
            for (int size = 0; size < 1000; size += 37) {
                int left = size;
                loadDamaged(disk -> disk.cut(file(name), left));
                assertNothingWrong("cut to " + size);
                assertSecondLoadIsHealthy("cut to " + size);
                fixture.journal.close();
            }
        }

        @Test
        void thatIsMissingIsReportedByRecord() throws Exception {
            byte[] large = new byte[20_000];
            fixture.open();
            for (int id = 1; id <= 12; id++) {
                fixture.commit(new Batch().put(id, 1, RecordBody.of(large)));
            }
            fixture.reopen().journal.close();
            original = fixture.faulty();
            expect();
            Set<String> files = new HashSet<>();
            records().forEach(record -> files.add(record.file()));
            assertThat(files).hasSizeGreaterThan(3);
            for (String name : files) {
                loadDamaged(disk -> disk.lose(file(name)));
                assertNothingWrong("without " + name);
                assertThat(fixture.report.isHealthy()).as(name).isFalse();
                assertSecondLoadIsHealthy("without " + name);
                fixture.journal.close();
            }
        }

        @Test
        void thatCannotBeReadIsMovedAway() throws Exception {
            writeAndClose();
            String name = records().get(0).file();
            loadDamaged(disk -> disk.overwrite(file(name), 0, new byte[3000]));
            assertThat(fixture.loaded).isEmpty();
            assertNothingWrong("header and records zeroed");
            assertSecondLoadIsHealthy("header and records zeroed");
        }

        @Test
        void ofTheMarkThatIsMissingIsReportedAndAllRecordsServed() throws Exception {
            writeAndClose();
            loadDamaged(disk -> disk.lose(file(MarkFile.NAME)));
            assertThat(fixture.loaded).isEqualTo(expected);
            assertThat(findings(Damage.DAMAGED_BOOKKEEPING)).hasSize(1);
            assertSecondLoadIsHealthy("mark");
        }
    }

    @Nested
    class Loss {

        @Test
        void ofAcknowledgedBatchesAfterTheLastCheckpointIsReported() throws Exception {
            JournalFixture marked = new JournalFixture(SMALL.withMarkInterval(Duration.ZERO));
            try (marked) {
                marked.open();
                for (int id = 1; id <= 10; id++) {
                    marked.commit(new Batch().put(id, 1, body("body " + id)));
                }
                // The mark of the last batch follows its acknowledgement.
                await().until(() -> {
                    Mark mark = new MarkFile(
                                    marked.disk,
                                    DIRECTORY,
                                    JournalFixture.STORE,
                                    0,
                                    new BodyMask(JournalFixture.KEY).check())
                            .read();
                    return mark != null && mark.maxRecordId() == 10;
                });
                List<ReadRecord> records = new ArrayList<>();
                JournalReader.read(DIRECTORY, marked.disk, JournalFixture.KEY, JournalFixture.STORE, 0, records::add);
                ReadRecord eighth = records.stream()
                        .filter(record -> record.id() == 8)
                        .findFirst()
                        .orElseThrow();
                FaultyDisk crashed = marked.faulty().crash(Crash.keepEverything());
                crashed.zero(file(eighth.file()), eighth.position(), 10_000);
                fixture.disk = crashed;
                fixture.open();
                assertThat(fixture.loaded.keySet()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
                assertThat(findings(Damage.MISSING_BATCHES)).hasSize(1);
                assertThat(fixture.report.cleanlyClosed()).isFalse();
                assertThat(fixture.report.maxRecordId()).isGreaterThanOrEqualTo(10);
                assertSecondLoadIsHealthy("loss");
            } catch (JournalException e) {
                assertThat(e).hasMessageContaining("power is off");
            }
        }
    }

    @Nested
    class AForgedBody {

        @Test
        void isNeverReadAsARecord() throws Exception {
            fixture.open();
            fixture.commit(new Batch().put(1, 1, body("victim")));
            // A body that is, byte for byte, deletes of record 1 in any file that could hold it.
            ByteBuffer forged = ByteBuffer.allocate(40 * RecordScanner.DELETE_BYTES);
            for (int fileId = 0; fileId < 40; fileId++) {
                forged.put(RecordScanner.DELETE)
                        .putInt(fileId)
                        .put((byte) 0)
                        .putLong(1)
                        .putInt(RecordScanner.DELETE_BYTES);
            }
            fixture.commit(new Batch().put(2, 1, RecordBody.of(forged.array())));
            fixture.journal.close();
            byte[] onDisk = fixture.faulty().bytes(file(JournalFilesIn.first(fixture.disk)));
            String text = new String(onDisk, StandardCharsets.ISO_8859_1);
            assertThat(text)
                    .doesNotContain(new String(forged.array(), 18, 18, StandardCharsets.ISO_8859_1))
                    .doesNotContain("victim");
            // Damage makes the scanner look into the body.
            ReadRecord second = null;
            List<ReadRecord> all = new ArrayList<>();
            JournalReader.read(DIRECTORY, fixture.disk, JournalFixture.KEY, JournalFixture.STORE, 0, all::add);
            for (ReadRecord record : all) {
                second = record.id() == 2 && record.what() == What.PUT ? record : second;
            }
            fixture.faulty().zero(file(second.file()), second.position(), 4);
            fixture.open();
            assertThat(fixture.loaded.keySet()).containsExactly(1L);
            assertThat(findings(Damage.MISSING_RECORD))
                    .extracting(Finding::recordId)
                    .containsExactly(2L);
        }
    }

    /** Finds files of a journal. */
    private static final class JournalFilesIn {
        static String first(io.peeklock.journal.disk.Disk disk) {
            try {
                List<String> names = JournalFiles.dataFiles(disk, DIRECTORY);
                return names.get(names.size() - 1);
            } catch (java.io.IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
