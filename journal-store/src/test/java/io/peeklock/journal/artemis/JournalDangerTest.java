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
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.artemis.ReadRecord.What;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import io.peeklock.journal.disk.Gate;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What an Artemis journal by itself would do, seen not to happen (journal dangers 3, 9, 13, 16 and 17).
 *
 * <p>Not thread safe.
 */
@Timeout(60)
final class JournalDangerTest {

    private static final Predicate<Path> DATA = path -> path.toString().endsWith(".pjf");

    private JournalFixture fixture = new JournalFixture(SMALL.withReserveBytes(0));

    @AfterEach
    void close() throws JournalException {
        fixture.faulty().heal();
        fixture.close();
    }

    private void openWithOneRecord() throws JournalException {
        fixture.open();
        fixture.commit(new Batch().put(1, 1, body("one")));
    }

    private static List<ReadRecord> records(FaultyDisk disk) throws Exception {
        List<ReadRecord> records = new ArrayList<>();
        JournalReader.read(DIRECTORY, disk, JournalFixture.KEY, JournalFixture.STORE, 0, records::add);
        return records;
    }

    /** Danger 3: without a buffer its callbacks never come, and who waits for them hangs. */
    @Nested
    class WhoeverWaitsWhenTheDiskFails {

        @Test
        void forRoomIsToldOfTheFailure() throws Exception {
            openWithOneRecord();
            try (Gate gate = fixture.faulty().hold(Operation.WRITE, DATA)) {
                Future<?> appends = fixture.pool.submit(() -> {
                    for (int id = 10; id < 300; id++) {
                        fixture.journal.append(new Batch().put(id, 1, RecordBody.of(new byte[20_000])));
                    }
                    return null;
                });
                await().until(() -> gate.waiting() > 0 && !fixture.journal.hasRoomFor(20_000, 1));
                fixture.faulty().add(Fault.in(Operation.WRITE).of(DATA));
                gate.open();
                assertFailsWithIt(appends);
            }
        }

        @Test
        void forASyncIsToldOfTheFailure() throws Exception {
            openWithOneRecord();
            fixture.journal.append(new Batch().put(2, 1, body("two")));
            try (Gate gate = fixture.faulty().hold(Operation.SYNC, DATA)) {
                Future<?> close = fixture.pool.submit(() -> {
                    fixture.journal.close();
                    return null;
                });
                await().until(() -> gate.waiting() > 0);
                fixture.faulty().add(Fault.in(Operation.SYNC).of(DATA));
                gate.open();
                assertFailsWithIt(close);
            }
        }

        /** Two flushers that wait for each other's journals would wait for ever. */
        @Test
        void hasACallThatDoesNotWait() throws Exception {
            openWithOneRecord();
            Batch small = new Batch().put(2, 1, body("two"));
            await().until(() -> fixture.journal.hasRoomFor(100, 1));
            CountDownLatch encoding = new CountDownLatch(1);
            CountDownLatch encoded = new CountDownLatch(1);
            RecordBody slow = new RecordBody() {
                @Override
                public int encodedBytes() {
                    return 1;
                }

                @Override
                public void encodeTo(ByteBuffer out) {
                    encoding.countDown();
                    try {
                        encoded.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    out.put((byte) 1);
                }
            };
            Future<Long> other = fixture.pool.submit(() -> fixture.journal.append(new Batch().put(3, 1, slow)));
            encoding.await();
            Future<Long> tried = fixture.pool.submit(() -> fixture.journal.tryAppend(small));
            try {
                assertThat(tried.get(30, TimeUnit.SECONDS)).isEqualTo(PartitionJournal.NOT_NOW);
            } finally {
                encoded.countDown();
            }
            other.get(30, TimeUnit.SECONDS);
            await().until(() -> fixture.journal.tryAppend(small) != PartitionJournal.NOT_NOW);
        }

        private void assertFailsWithIt(Future<?> waiting) {
            assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(JournalException.class)
                    .hasMessageContaining("Input/output error");
        }
    }

    /** Danger 9: the highest id is forgotten with its records. */
    @Nested
    class TheHighestId {

        private static final long HIGHEST = 1_000_000;

        /** No file has a trace of the highest id but checkpoint and mark. */
        private FaultyDisk afterItsRecordsAreGone() throws Exception {
            fixture.open();
            fixture.commit(new Batch().put(HIGHEST, 1, body("gone")));
            fixture.commit(new Batch().remove(HIGHEST));
            for (int id = 1; id <= 300; id++) {
                fixture.commit(new Batch().put(id, 1, RecordBody.of(new byte[1000])));
                fixture.commit(new Batch().remove(id));
            }
            fixture.journal.awaitReclaim();
            fixture.reopen().journal.close();
            FaultyDisk left = fixture.faulty();
            assertThat(records(left)).noneMatch(record -> record.id() == HIGHEST);
            return left;
        }

        private long loadedFrom(FaultyDisk disk) throws JournalException {
            fixture.disk = disk;
            fixture.open();
            return fixture.report.maxRecordId();
        }

        @Test
        void isInTheCheckpoint() throws Exception {
            FaultyDisk left = afterItsRecordsAreGone();
            left.lose(DIRECTORY.resolve(MarkFile.NAME));
            assertThat(loadedFrom(left)).isEqualTo(HIGHEST);
        }

        @Test
        void isInTheMark() throws Exception {
            FaultyDisk left = afterItsRecordsAreGone();
            for (ReadRecord record : records(left)) {
                if (record.what() == What.CHECKPOINT) {
                    left.zero(DIRECTORY.resolve(record.file()), record.position(), (int) record.length());
                }
            }
            assertThat(loadedFrom(left)).isEqualTo(HIGHEST);
        }
    }

    /** Danger 13: a delete or an update with a callback blocks for its look-up in another thread. */
    @Nested
    class ARemoval {

        @Test
        void waitsForNoOtherThread() throws Exception {
            ConcurrentLinkedQueue<Runnable> held = new ConcurrentLinkedQueue<>();
            AtomicBoolean hold = new AtomicBoolean();
            fixture.io = task -> {
                if (hold.get()) {
                    held.add(task);
                } else {
                    fixture.pool.execute(task);
                }
            };
            openWithOneRecord();
            fixture.commit(new Batch().put(2, 1, body("two")));
            await().until(() -> ((ThreadPoolExecutor) fixture.pool).getActiveCount() == 0);
            hold.set(true);
            long index = fixture.journal.append(
                    new Batch().replace(1, 2, body("one again")).remove(2).durable());
            assertThat(held).as("the flusher alone").hasSize(1);
            assertThat(fixture.journal.durableIndex()).isLessThan(index);
            hold.set(false);
            held.forEach(fixture.pool::execute);
            fixture.awaitDurable(index);
            fixture.reopen();
            assertThat(fixture.loaded.keySet()).containsExactly(1L);
        }
    }

    /** Danger 16: prepared transactions pin their files. */
    @Nested
    class ABatchThatNeverCameToBe {

        @Test
        void pinsNoFile() throws Exception {
            openWithOneRecord();
            Batch large = new Batch();
            for (int id = 100; id < 200; id++) {
                large.put(id, 1, RecordBody.of(new byte[10_000]));
            }
            fixture.journal.append(large);
            await().until(() -> fixture.journal.statistics().bytesInFlight() == 0);
            FaultyDisk left = fixture.faulty().crash(Crash.keepEverything());
            ReadRecord head = records(left).stream()
                    .filter(record -> record.what() == What.HEAD)
                    .reduce((first, second) -> second)
                    .orElseThrow();
            left.zero(DIRECTORY.resolve(head.file()), head.position(), (int) head.length());
            int files = JournalFiles.dataFiles(left, DIRECTORY).size();
            assertThat(files).isGreaterThan(10);
            assertThatThrownBy(() -> fixture.journal.close()).isInstanceOf(JournalException.class);
            fixture.disk = left;
            fixture.open();
            assertThat(fixture.loaded.keySet()).containsExactly(1L);
            await().untilAsserted(() -> {
                fixture.journal.shrink();
                assertThat(fixture.journal.statistics().files()).isLessThanOrEqualTo(4);
            });
        }

        @Test
        void isNoTransactionOfArtemis() throws Exception {
            openWithOneRecord();
            fixture.commit(new Batch().put(2, 1, body("two")).put(3, 1, body("three")));
            fixture.commit(new Batch().replace(1, 1, body("again")).remove(2).remove(3));
            fixture.journal.close();
            Set<Byte> types = new TreeSet<>();
            new JournalFolder(fixture.disk, DIRECTORY).read(new JournalFolder.Sink() {
                @Override
                public void record(JournalFolder.Found found) {
                    types.add(found.artemisType());
                }

                @Override
                public void garbage(JournalFolder.Region region) {
                    throw new AssertionError("something else at " + region);
                }

                @Override
                public void unreadable(String file, String why) {
                    throw new AssertionError(file + " " + why);
                }

                @Override
                public void damagedHeader(String file, long fileId) {
                    throw new AssertionError(file);
                }
            });
            assertThat(types).containsExactly(RecordScanner.ADD, RecordScanner.UPDATE, RecordScanner.DELETE);
        }
    }

    /** Danger 17: a committed transaction with missing elements is dropped, and a line is logged. */
    @Nested
    class ACommittedBatchWithAMissingElement {

        /** A durable batch after the last checkpoint, of which one record is gone. */
        private void loadWithout(long missing, boolean isMarked) throws Exception {
            fixture = new JournalFixture(
                    SMALL.withReserveBytes(0).withMarkInterval(isMarked ? Duration.ZERO : Duration.ofHours(1)));
            openWithOneRecord();
            fixture.commit(new Batch()
                    .put(10, 1, body("ten"))
                    .put(11, 1, body("eleven"))
                    .replace(1, 2, body("again")));
            // Its lag vouches for the batch before.
            fixture.commit(new Batch().put(12, 1, body("twelve")));
            FaultyDisk left = fixture.faulty().crash(Crash.keepEverything());
            ReadRecord record = records(left).stream()
                    .filter(found -> found.id() == missing && found.what() == What.PUT)
                    .findFirst()
                    .orElseThrow();
            left.zero(DIRECTORY.resolve(record.file()), record.position(), (int) record.length());
            assertThatThrownBy(() -> fixture.journal.close()).isInstanceOf(JournalException.class);
            fixture.disk = left;
            fixture.open();
        }

        @Test
        void isReportedByRecord() throws Exception {
            loadWithout(11, true);
            assertReported();
        }

        @Test
        void isReportedByRecordAlsoBeforeTheFirstMark() throws Exception {
            loadWithout(11, false);
            assertReported();
        }

        private void assertReported() {
            assertThat(fixture.report.findings())
                    .filteredOn(finding -> finding.damage() == Damage.MISSING_RECORD)
                    .extracting(Finding::recordId)
                    .containsExactly(11L);
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 10L, 12L);
            assertThat(fixture.loaded.get(1L).replaced()).isEqualTo("again");
        }
    }
}
