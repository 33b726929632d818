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
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.artemis.ReadRecord.What;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import io.peeklock.journal.disk.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a journal does on a disk that fails, lies, is slow or full (journal dangers 1 to 4, 10 and 11).
 *
 * <p>Not thread safe.
 */
@Timeout(60)
final class JournalFaultTest extends JournalOnAFaultyDisk {

    private static final Predicate<Path> DATA = path -> path.toString().endsWith(".pjf");

    private void assertFailed(Reason reason) {
        fixture.awaitFailure();
        assertThat(fixture.failure.reason()).isEqualTo(reason);
        assertThat(fixture.durable).isEqualTo(1);
        fixture.faulty().heal();
        assertThatThrownBy(() -> fixture.journal.append(
                        new Batch().put(77, 1, body("later")).durable()))
                .isInstanceOfSatisfying(
                        JournalException.class, e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(fixture.journal.hasRoomFor(1, 1)).isFalse();
        assertThat(fixture.failures).hasValue(1);
    }

    @Nested
    class AFailedWrite {

        @Test
        void isNeverAcknowledgedAndEndsTheJournal() throws JournalException {
            openWithOneRecord();
            fixture.faulty().add(Fault.in(Operation.WRITE).of(DATA).once());
            fixture.journal.append(new Batch().put(2, 1, body("two")).durable());
            assertFailed(Reason.IO);
            fixture.reopen();
            assertThat(fixture.loaded.keySet()).containsExactly(1L);
            assertThat(fixture.report.findings()).isEmpty();
            assertThat(fixture.report.cleanlyClosed()).isFalse();
        }
    }

    @Nested
    class AFailedSync {

        @Test
        void isNeverAcknowledgedNorTriedAgain() throws JournalException {
            openWithOneRecord();
            fixture.faulty().add(Fault.in(Operation.SYNC).of(DATA).once());
            fixture.journal.append(new Batch().put(2, 1, body("two")).durable());
            fixture.awaitFailure();
            long syncs = fixture.faulty().calls(Operation.SYNC);
            assertFailed(Reason.IO);
            fixture.journal.close();
            assertThat(fixture.faulty().calls(Operation.SYNC)).isEqualTo(syncs);
            assertThat(fixture.durable).isEqualTo(1);
        }
    }

    @Nested
    class AShortWrite {

        @Test
        void isContinued() throws JournalException {
            openWithOneRecord();
            fixture.faulty().add(Fault.in(Operation.WRITE).as(Effect.SHORT));
            fixture.commit(
                    new Batch().put(2, 1, RecordBody.of(new byte[20_000])).put(3, 1, body("three")));
            fixture.faulty().heal();
            crash(Crash.keepNothing());
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 2L, 3L);
            assertThat(fixture.report.findings()).isEmpty();
        }
    }

    @Nested
    class ALostWrite {

        @Test
        void thatTheDiskReportedAsDoneIsReportedAtLoad() throws JournalException {
            openWithOneRecord();
            fixture.faulty().add(Fault.in(Operation.WRITE).of(DATA).times(1).as(Effect.LOST));
            fixture.commit(new Batch().put(2, 1, body("two")));
            fixture.commit(new Batch().put(3, 1, body("three")));
            fixture.reopen();
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 3L);
            assertThat(fixture.report.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.damage()).isEqualTo(Damage.MISSING_RECORD);
                assertThat(finding.recordId()).isEqualTo(2);
            });
        }

        @Test
        void thatComesWithTheNextSyncIsNotLost() throws JournalException {
            openWithOneRecord();
            fixture.faulty().add(Fault.in(Operation.WRITE).of(DATA).as(Effect.LATE));
            fixture.commit(new Batch().put(2, 1, body("two")));
            fixture.faulty().heal();
            crash(Crash.keepNothing());
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 2L);
        }
    }

    @Nested
    class AFullDisk {

        @Test
        void isToldApartAndTheJournalCanBeLoadedAndDrained() throws JournalException {
            fixture = new JournalFixture(SMALL.withReserveBytes(32 * 1024));
            fixture.faulty().limitCapacity(64L << 20);
            fixture.open();
            int id = 0;
            byte[] large = new byte[8_000];
            while (id < 20) {
                fixture.commit(new Batch().put(++id, 1, RecordBody.of(large)));
            }
            await().until(() -> fixture.disk.size(DIRECTORY.resolve(JournalFiles.RESERVE)) == 256 * 1024);
            fixture.faulty().limitCapacity(1_000_000);
            while (fixture.failure == null) {
                try {
                    id++;
                    long index = fixture.journal.append(
                            new Batch().put(id, 1, RecordBody.of(large)).durable());
                    await().pollInterval(1, TimeUnit.MILLISECONDS)
                            .until(() -> fixture.durable >= index || fixture.failure != null);
                } catch (JournalException e) {
                    assertThat(e.reason()).isEqualTo(Reason.DISK_FULL);
                }
            }
            assertThat(fixture.failure.reason()).isEqualTo(Reason.DISK_FULL);
            long acknowledged = fixture.durable;
            assertThat(acknowledged).isGreaterThan(20);
            fixture.reopen();
            assertThat((long) fixture.loaded.size()).isGreaterThanOrEqualTo(acknowledged);
            assertThat(fixture.report.findings()).isEmpty();
            for (long record : List.copyOf(fixture.loaded.keySet())) {
                fixture.commit(new Batch().remove(record));
            }
            fixture.reopen();
            assertThat(fixture.loaded).isEmpty();
        }
    }

    @Nested
    class ASlowDisk {

        @Test
        void boundsTheBytesInFlight() throws Exception {
            openWithOneRecord();
            byte[] large = new byte[30_000];
            int appended = 0;
            try (Gate gate = fixture.faulty().hold(Operation.WRITE, DATA)) {
                fixture.journal.append(new Batch().put(2, 1, body("held")).durable());
                await().until(() -> gate.waiting() > 0);
                CompletableFuture<Void> appends = CompletableFuture.runAsync(
                        () -> {
                            try {
                                for (int id = 10; id < 200; id++) {
                                    fixture.journal.append(new Batch().put(id, 1, RecordBody.of(large)));
                                }
                            } catch (JournalException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        fixture.pool);
                await().until(() -> !fixture.journal.hasRoomFor(large.length, 1));
                assertThat(fixture.journal.statistics().bytesInFlight())
                        .isLessThanOrEqualTo(2L * fixture.settings.bufferBytes());
                assertThat(appends).isNotDone();
                gate.open();
                appends.get(30, TimeUnit.SECONDS);
                appended = 190;
            }
            fixture.reopen();
            assertThat(fixture.loaded).hasSize(2 + appended);
        }

        @Test
        void acknowledgesNothingBeforeItsSync() throws Exception {
            openWithOneRecord();
            try (Gate gate = fixture.faulty().hold(Operation.SYNC, DATA)) {
                long index = fixture.journal.append(
                        new Batch().put(2, 1, body("held")).durable());
                await().until(() -> gate.waiting() > 0);
                assertThat(fixture.journal.durableIndex()).isLessThan(index);
                gate.open();
                fixture.awaitDurable(index);
            }
        }
    }

    @Nested
    class ALargeBatch {

        @Test
        void ofAHundredMegabytesIsAtomic() throws Exception {
            fixture = new JournalFixture(JournalSettings.DEFAULT.withMarkInterval(Duration.ZERO));
            openWithOneRecord();
            byte[] chunk = new byte[128 * 1024];
            chunk[5] = 5;
            Batch message = new Batch();
            for (int id = 100; id < 900; id++) {
                message.put(id, 1, RecordBody.of(chunk));
            }
            // The batch has no head on disk before the last change.
            fixture.journal.append(message);
            await().until(() -> fixture.journal.statistics().bytesInFlight() == 0);
            List<ReadRecord> heads = new ArrayList<>();
            JournalReader.read(DIRECTORY, fixture.disk, JournalFixture.KEY, JournalFixture.STORE, 0, record -> {
                if (record.what() == What.HEAD) {
                    heads.add(record);
                }
            });
            ReadRecord head = heads.get(heads.size() - 1);
            FaultyDisk whole = fixture.faulty().crash(Crash.keepEverything());
            FaultyDisk torn = fixture.faulty().crash(Crash.keepEverything());
            torn.zero(DIRECTORY.resolve(head.file()), head.position() + head.length() - 8, 8);
            assertThat(load(torn).keySet()).containsExactly(1L);
            assertThat(load(whole))
                    .hasSize(801)
                    .containsEntry(899L, new JournalFixture.Live(1, JournalFixture.text(chunk), 0, ""));
        }

        private Map<Long, JournalFixture.Live> load(FaultyDisk disk) throws JournalException {
            try (JournalFixture after = new JournalFixture(fixture.settings, disk)) {
                after.open();
                assertThat(after.report.findings()).isEmpty();
                return new TreeMap<>(after.loaded);
            }
        }
    }
}
