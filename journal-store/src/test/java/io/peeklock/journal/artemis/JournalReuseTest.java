/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.DIRECTORY;
import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.artemis.JournalFolder.Found;
import io.peeklock.journal.artemis.JournalFolder.Region;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Files that nothing needs any more are written over, and what they held before is taken for nothing (journal danger 6).
 *
 * <p>Not thread safe.
 */
@Timeout(60)
final class JournalReuseTest {

    private static final int BODY_BYTES = 3000;
    private static final long KEPT = 1;

    private final JournalFixture fixture =
            new JournalFixture(SMALL.withReserveBytes(0).withCheckpointOperations(40));
    private long lastId = KEPT;

    @BeforeEach
    void open() throws JournalException {
        fixture.open();
        fixture.commit(new Batch().put(KEPT, 1, body("kept")));
    }

    @AfterEach
    void close() throws JournalException {
        if (fixture.faulty().isOff()) {
            assertThatThrownBy(fixture::close).hasMessageContaining("power is off");
        } else {
            fixture.close();
        }
    }

    /** Each record is removed again; what was let go by then is a spare file or gone. */
    private void fillFiles(int records) throws JournalException, InterruptedException {
        for (int i = 0; i < records; i++) {
            lastId++;
            fixture.commit(new Batch().put(lastId, 1, RecordBody.of(new byte[BODY_BYTES])));
            fixture.commit(new Batch().remove(lastId));
            fixture.journal.awaitReclaim();
        }
    }

    private static List<String> spares(Disk disk) throws IOException {
        return disk.list(DIRECTORY).stream().filter(JournalFiles::isSpare).toList();
    }

    /** What is in the files besides records and zeros. */
    private static List<Region> others(Disk disk, boolean remains) throws JournalException, IOException {
        List<Region> found = new ArrayList<>();
        new JournalFolder(disk, DIRECTORY).read(new JournalFolder.Sink() {
            @Override
            public void record(Found record) {}

            @Override
            public void garbage(Region region) {
                if (!remains) {
                    found.add(region);
                }
            }

            @Override
            public void remains(Region region) {
                if (remains) {
                    found.add(region);
                }
            }

            @Override
            public void unreadable(String file, String why) {
                throw new AssertionError(file + ": " + why);
            }

            @Override
            public void damagedHeader(String file, long fileId) {
                throw new AssertionError(file + " has a damaged header");
            }
        });
        return found;
    }

    /** Goes on until the file in use has records of its last use behind those of this one. */
    private void fillUntilThereAreRemains() throws Exception {
        fillFiles(100);
        while (others(fixture.disk, true).isEmpty() || spares(fixture.disk).isEmpty()) {
            fillFiles(1);
        }
    }

    @Test
    void writesOverFilesInsteadOfFillingNewOnes() throws Exception {
        fillFiles(400);
        long before = fixture.faulty().bytesWritten();
        int records = 400;
        fillFiles(records);
        assertThat(fixture.faulty().bytesWritten() - before).isLessThan(records * BODY_BYTES * 2L);
    }

    @Test
    void keepsFewOfThemAndGivesThemBackWhenAsked() throws Exception {
        fillFiles(400);
        assertThat(spares(fixture.disk)).hasSizeBetween(1, 4);
        await().untilAsserted(() -> {
            fixture.journal.shrink();
            assertThat(spares(fixture.disk)).isEmpty();
        });
    }

    @Test
    void countsThemAsItsRoom() throws Exception {
        fillFiles(400);
        long spare = 0;
        for (String name : spares(fixture.disk)) {
            spare += fixture.disk.size(DIRECTORY.resolve(name));
        }
        assertThat(fixture.journal.statistics().diskBytes()).isGreaterThan(spare);
        assertThat(spare).isPositive();
    }

    @Test
    void leavesNothingOfAFormerUseWhenItIsClosed() throws Exception {
        fillUntilThereAreRemains();
        fixture.journal.close();
        assertThat(spares(fixture.disk)).isEmpty();
        assertThat(others(fixture.disk, true)).isEmpty();
        assertThat(others(fixture.disk, false)).isEmpty();
        fixture.open();
        assertThat(fixture.report.cleanlyClosed()).isTrue();
        assertThat(fixture.report.findings()).isEmpty();
        assertThat(fixture.loaded).containsOnlyKeys(KEPT);
    }

    @Test
    void takesWhatIsLeftOfAFormerUseForNothingAfterACrash() throws Exception {
        fillUntilThereAreRemains();
        FaultyDisk left = fixture.faulty().crash(Crash.keepEverything());
        assertThat(spares(left)).isNotEmpty();
        try (JournalFixture after = new JournalFixture(fixture.settings, left)) {
            after.open();
            assertThat(after.report.findings()).isEmpty();
            assertThat(after.loaded).containsOnlyKeys(KEPT);
            assertThat(others(left, true)).isEmpty();
            assertThat(spares(left)).isEmpty();
            assertThat(left.list(DIRECTORY.resolve(JournalFiles.QUARANTINE))).isEmpty();
        }
    }

    /** Something is reported, and nothing but that. */
    @Test
    void takesItForNothingBesideWhatIsLost() throws Exception {
        fillUntilThereAreRemains();
        FaultyDisk left = fixture.faulty().crash(Crash.keepEverything());
        Found kept = kept(left);
        left.flipBit(
                DIRECTORY.resolve(kept.region().file()),
                kept.region().position() + kept.region().length() / 2,
                1);
        try (JournalFixture after = new JournalFixture(fixture.settings, left)) {
            after.open();
            assertThat(after.report.findings()).extracting(Finding::damage).containsOnly(Damage.CORRUPT_RECORD);
            assertThat(after.report.findings()).extracting(Finding::recordId).containsExactly(KEPT);
        }
    }

    private static Found kept(Disk disk) throws JournalException, IOException {
        List<Found> found = new ArrayList<>();
        new JournalFolder(disk, DIRECTORY).read(new JournalFolder.Sink() {
            @Override
            public void record(Found record) {
                if (record.id() == KEPT) {
                    found.add(record);
                }
            }

            @Override
            public void garbage(Region region) {}

            @Override
            public void unreadable(String file, String why) {}

            @Override
            public void damagedHeader(String file, long fileId) {}
        });
        return found.get(found.size() - 1);
    }

    /** Only files with lower ids were there before. */
    @Test
    void takesOnlyRecordsOfOlderFilesForThoseOfAFormerUse() throws JournalException {
        assertThat(scan(7, 6)).isEqualTo("record remains");
        assertThat(scan(7, 8)).isEqualTo("record garbage");
        assertThat(scan(7, 7)).isEqualTo("record record");
    }

    private static String scan(int own, int other) throws JournalException {
        ByteBuffer file = ByteBuffer.allocate(100);
        file.position(RecordScanner.FILE_HEADER_BYTES);
        for (int mark : new int[] {own, other}) {
            file.put(RecordScanner.DELETE).putInt(mark).put((byte) 0).putLong(1).putInt(RecordScanner.DELETE_BYTES);
        }
        List<String> found = new ArrayList<>();
        RecordScanner.scan(file.clear(), own, new RecordScanner.Sink() {
            @Override
            public void record(int position, int length, byte type, long id, byte userType, ByteBuffer body) {
                found.add("record");
            }

            @Override
            public void garbage(int from, int to) {
                found.add("garbage");
            }

            @Override
            public void remains(int from, int to) {
                found.add("remains");
            }
        });
        return String.join(" ", found);
    }
}
