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
import io.peeklock.journal.artemis.JournalFolder.Region;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import io.peeklock.journal.disk.Gate;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damage of files that are written over: at the border between own records and those of a former use, and of the file ids
 * that tell the one from the other (journal danger 6).
 *
 * <p>Not thread safe.
 */
@Timeout(60)
final class JournalReuseDamageTest {

    private static final long KEPT = 1;
    private static final int SECTOR = 512;
    private static final int FIRST_RECORDS_ID_ENDS = 21;
    private static final JournalSettings UNMARKED =
            SMALL.withReserveBytes(0).withCheckpointOperations(40).withMarkInterval(Duration.ofMinutes(1));
    private static final JournalSettings MARKED = UNMARKED.withMarkInterval(Duration.ZERO);

    private JournalFixture fixture = new JournalFixture(UNMARKED);
    private ReusedFiles files = new ReusedFiles(fixture, KEPT);
    private final Set<Long> live = new TreeSet<>(Set.of(KEPT));

    @AfterEach
    void close() {
        fixture.pool.shutdownNow();
    }

    private void open(JournalSettings settings) throws JournalException {
        fixture = new JournalFixture(settings);
        files = new ReusedFiles(fixture, KEPT);
        fixture.open();
        fixture.commit(new Batch().put(KEPT, 1, body("kept")));
    }

    private void put(int records) throws JournalException {
        for (int i = 0; i < records; i++) {
            live.add(files.put());
        }
    }

    private FaultyDisk kill() {
        return fixture.faulty().crash(Crash.keepEverything());
    }

    private record Loaded(Set<Long> lost, List<Finding> findings) {}

    /** Loads, and sees that nothing is served that was removed, and that the next load finds nothing more to tell. */
    private Loaded load(FaultyDisk disk, String what) throws JournalException {
        try (JournalFixture after = new JournalFixture(fixture.settings, disk)) {
            after.open();
            assertThat(live).as(what).containsAll(after.loaded.keySet());
            Set<Long> lost = new TreeSet<>(live);
            lost.removeAll(after.loaded.keySet());
            List<Finding> findings = after.report.findings();
            after.reopen();
            assertThat(after.report.findings()).as(what).isEmpty();
            return new Loaded(lost, findings);
        }
    }

    private static List<byte[]> quarantined(FaultyDisk disk) throws Exception {
        List<byte[]> contents = new ArrayList<>();
        Path quarantine = DIRECTORY.resolve(JournalFiles.QUARANTINE);
        for (String name : disk.list(quarantine)) {
            contents.add(disk.bytes(quarantine.resolve(name)));
        }
        return contents;
    }

    private static void assertSetAside(FaultyDisk disk, byte[] bytes, String what) throws Exception {
        assertThat(quarantined(disk))
                .as(what)
                .anySatisfy(content -> assertThat(content).containsSequence(bytes));
    }

    private static byte[] bytes(FaultyDisk disk, Path file, Region region) {
        return Arrays.copyOfRange(disk.bytes(file), region.position(), region.position() + region.length());
    }

    @Test
    void noBitOfTheHeaderLosesAnythingInTheFileInUse() throws Exception {
        open(UNMARKED);
        files.fillUntilThereAreRemains();
        put(3);
        Path file = ReusedFiles.inUse(kill());
        for (int position = 0; position < RecordScanner.FILE_HEADER_BYTES; position++) {
            for (int bit = 0; bit < 8; bit++) {
                String what = "bit " + bit + " of byte " + position;
                FaultyDisk disk = kill();
                ReusedFiles.bringIdsTogether(disk, file);
                disk.flipBit(file, position, bit);
                Loaded loaded = load(disk, what);
                assertThat(loaded.lost()).as(what).isEmpty();
                assertThat(loaded.findings())
                        .as(what)
                        .extracting(Finding::damage)
                        .containsExactly(Damage.DAMAGED_FILE);
            }
        }
    }

    @Test
    void noBitOfTheFirstRecordsFileIdIsTakenForTheFilesId() throws Exception {
        open(UNMARKED);
        files.fillUntilThereAreRemains();
        put(3);
        Path file = ReusedFiles.inUse(kill());
        int first = RecordScanner.FILE_HEADER_BYTES;
        for (int position = first; position < FIRST_RECORDS_ID_ENDS; position++) {
            for (int bit = 0; bit < 8; bit++) {
                String what = "bit " + bit + " of byte " + position;
                FaultyDisk disk = kill();
                ReusedFiles.bringIdsTogether(disk, file);
                byte[] header = Arrays.copyOf(disk.bytes(file), first);
                disk.flipBit(file, position, bit);
                Loaded loaded = load(disk, what);
                assertThat(Arrays.copyOf(disk.bytes(file), first)).as(what).isEqualTo(header);
                assertThat(loaded.lost()).as(what).isEmpty();
                assertThat(loaded.findings()).as(what).isNotEmpty();
            }
        }
    }

    /** The header alone, in a file that was prepared and has nothing but what a former use has left. */
    @Test
    void aPreparedFileIsNotTakenForItsFormerUse() throws Exception {
        open(UNMARKED);
        files.fillUntilThereAreRemains();
        FaultyDisk disk = kill();
        Path prepared = null;
        for (String name : JournalFiles.dataFiles(disk, DIRECTORY)) {
            Path file = DIRECTORY.resolve(name);
            if (ReusedFiles.records(disk, file).isEmpty()
                    && !ReusedFiles.formerIds(disk, file).isEmpty()) {
                prepared = file;
            }
        }
        assertThat(prepared).isNotNull();
        int former = ReusedFiles.formerIds(disk, prepared).iterator().next();
        disk.overwrite(prepared, 12, ByteBuffer.allocate(4).putInt(former).array());
        int records = ReusedFiles.records(disk).size();
        assertThat(ReusedFiles.records(disk, prepared)).isEmpty();
        assertThat(records).isPositive();
        assertThat(load(disk, "header of a former use").lost()).isEmpty();
    }

    /** If the write of the new header and the first records is lost, there is nothing at their place. */
    @Test
    void theBeginningOfAFileIsGoneForGoodBeforeItIsWritten() throws Exception {
        open(UNMARKED);
        files.fillUntilThereAreRemains();
        List<String> beginnings = new ArrayList<>();
        try (Gate gate = fixture.faulty().hold(Operation.SYNC, JournalReuseDamageTest::isMadeNow)) {
            ExecutorService other = Executors.newSingleThreadExecutor();
            Future<?> filling = other.submit(() -> {
                files.fill(60);
                return null;
            });
            await().until(() -> gate.waiting() > 0);
            for (String name : fixture.disk.list(DIRECTORY)) {
                Path file = DIRECTORY.resolve(name);
                if (isMadeNow(file)
                        && !ReusedFiles.formerIds(fixture.faulty(), file).isEmpty()) {
                    beginnings.add(
                            Arrays.toString(Arrays.copyOf(fixture.faulty().bytes(file), 4096)));
                }
            }
            gate.open();
            filling.get();
            other.shutdown();
        }
        assertThat(beginnings).containsExactly(Arrays.toString(new byte[4096]));
    }

    private static boolean isMadeNow(Path file) {
        return file.toString().endsWith(".tmp");
    }

    @Test
    void theBeginningOfTheFileInUseIsMissed() throws Exception {
        open(UNMARKED);
        files.fillUntilThereAreRemains();
        put(3);
        long lastPut = files.put();
        FaultyDisk disk = kill();
        Path file = ReusedFiles.inUse(disk);
        disk.zero(file, 0, 4096);
        try (JournalFixture after = new JournalFixture(fixture.settings, disk)) {
            after.open();
            assertThat(after.report.findings())
                    .extracting(Finding::damage)
                    .contains(Damage.DAMAGED_FILE, Damage.MISSING_BATCHES);
            // What is behind it was acknowledged, and is there.
            assertThat(after.loaded).containsKey(lastPut);
            after.reopen();
            assertThat(after.report.findings()).isEmpty();
        }
    }

    /** The mark says that it was durable: it is told of and set aside as if nothing were behind it. */
    @Test
    void aDamagedLastRecordIsSetAsideWithoutWhatIsBehindIt() throws Exception {
        open(MARKED);
        files.fillUntilThereAreRemains();
        put(3);
        awaitMark();
        FaultyDisk disk = kill();
        Path file = ReusedFiles.inUse(disk);
        Region last = ReusedFiles.last(disk, file);
        disk.flipBit(file, last.position() + 17, 3);
        byte[] damaged = bytes(disk, file, last);
        Loaded loaded = load(disk, "size of the last record");
        assertThat(loaded.lost()).hasSize(1);
        assertThat(loaded.findings()).extracting(Finding::where).contains(last.file() + " at " + last.position());
        assertSetAside(disk, damaged, "size of the last record");
        // Of what is behind it the next record's beginning may be missing, but no more.
        assertThat(quarantined(disk)).allSatisfy(content -> assertThat(content).hasSizeLessThan(3 * damaged.length));
    }

    private void awaitMark() throws Exception {
        long[] last = {0};
        JournalReader.read(
                DIRECTORY,
                fixture.disk,
                JournalFixture.KEY,
                JournalFixture.STORE,
                0,
                record -> last[0] = Math.max(last[0], record.sequence()));
        MarkFile marks = new MarkFile(
                fixture.disk, DIRECTORY, JournalFixture.STORE, 0, new BodyMask(JournalFixture.KEY).check());
        await().until(() -> {
            Mark mark = marks.read();
            return mark != null && mark.sequence() >= last[0];
        });
    }

    @Test
    void afterACloseNothingIsOfAFormerUse() throws Exception {
        open(UNMARKED);
        put(160);
        fixture.journal.close();
        flipIdsOfLastRecords(null);
    }

    @Test
    void afterAKillEndedFilesHaveNothingOfAFormerUse() throws Exception {
        open(UNMARKED);
        put(160);
        flipIdsOfLastRecords(ReusedFiles.inUse(fixture.disk));
    }

    private void flipIdsOfLastRecords(@Nullable Path but) throws Exception {
        FaultyDisk before = kill();
        int flipped = 0;
        for (String name : JournalFiles.dataFiles(before, DIRECTORY)) {
            Path file = DIRECTORY.resolve(name);
            if (file.equals(but) || ReusedFiles.records(before, file).isEmpty()) {
                continue;
            }
            Region last = ReusedFiles.last(before, file);
            int id = ReusedFiles.idInHeader(before, file);
            for (int bit = 0; bit < 4; bit++) {
                String what = "file " + id + ", last record of " + (id ^ 1 << bit);
                FaultyDisk disk = kill();
                disk.flipBit(file, last.position() + 4, bit);
                byte[] damaged = bytes(disk, file, last);
                Loaded loaded = load(disk, what);
                assertThat(loaded.findings())
                        .as(what)
                        .extracting(Finding::where)
                        .contains(last.file() + " at " + last.position());
                assertSetAside(disk, damaged, what);
                flipped += (id ^ 1 << bit) > 0 && (id ^ 1 << bit) < id ? 1 : 0;
            }
        }
        assertThat(flipped).as("that became those of an older file").isGreaterThanOrEqualTo(5);
    }

    /** A write that went to the wrong place: the first sector of an ended file is that of a newer one. */
    @Test
    void anotherFilesFirstSectorTakesNoMoreThanThatSector() throws Exception {
        for (boolean closed : new boolean[] {true, false}) {
            live.clear();
            live.add(KEPT);
            open(UNMARKED);
            put(60);
            if (closed) {
                fixture.journal.close();
            }
            FaultyDisk disk = kill();
            Path ended = DIRECTORY.resolve(ReusedFiles.records(disk).get(0).file());
            int id = ReusedFiles.idInHeader(disk, ended);
            for (int other : new int[] {id + 1, id + 2, id + 40}) {
                FaultyDisk struck = kill();
                byte[] sector = new byte[SECTOR];
                ByteBuffer.wrap(sector)
                        .putInt(RecordScanner.FORMAT_VERSION)
                        .putInt(0)
                        .putLong(other);
                struck.overwrite(ended, 0, sector);
                Loaded loaded = load(struck, "first sector of " + other);
                assertThat(loaded.findings()).isNotEmpty();
                assertThat(loaded.lost()).hasSizeLessThanOrEqualTo(2);
            }
        }
    }

    /** Their ids are lower than the numbers in their names. */
    @Test
    void compactedFilesKeepTheirIds() throws Exception {
        open(UNMARKED.withCompactMinFiles(2));
        files.fill(60);
        put(10);
        fixture.journal.compact();
        put(20);
        fixture.journal.close();
        FaultyDisk before = kill();
        List<Path> compacted = new ArrayList<>();
        for (String name : JournalFiles.dataFiles(before, DIRECTORY)) {
            Path file = DIRECTORY.resolve(name);
            if (ReusedFiles.idInHeader(before, file) < JournalFiles.number(name)) {
                compacted.add(file);
            }
        }
        assertThat(compacted).isNotEmpty();
        for (Path file : compacted) {
            for (int position = 0; position < FIRST_RECORDS_ID_ENDS; position++) {
                for (int bit = 0; bit < 8; bit++) {
                    String what = "bit " + bit + " of byte " + position + " of " + file;
                    FaultyDisk disk = kill();
                    disk.flipBit(file, position, bit);
                    assertAtMostOneIsLost(load(disk, what), what);
                }
            }
            // The number itself, which no record of the file has.
            byte[] number = ByteBuffer.allocate(4)
                    .putInt((int) JournalFiles.number(file.getFileName().toString()))
                    .array();
            for (int position : new int[] {12, RecordScanner.FILE_HEADER_BYTES + 1}) {
                String what = "number at " + position + " of " + file;
                FaultyDisk disk = kill();
                disk.overwrite(file, position, number);
                assertAtMostOneIsLost(load(disk, what), what);
            }
        }
    }

    private static void assertAtMostOneIsLost(Loaded loaded, String what) {
        assertThat(loaded.lost()).as(what).hasSizeLessThanOrEqualTo(1);
        assertThat(loaded.findings()).as(what).isNotEmpty();
    }
}
