/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.BackupFixture.BACKUP;
import static io.peeklock.journal.artemis.BackupFixture.CLOCK;
import static io.peeklock.journal.artemis.BackupFixture.KEPT;
import static io.peeklock.journal.artemis.BackupFixture.RESTORED;
import static io.peeklock.journal.artemis.BackupFixture.STORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupProgress.Phase;
import io.peeklock.journal.BackupReport;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.directory.BackupManifest;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import io.peeklock.journal.disk.Gate;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Backups of stores that are open.
 *
 * <p>Not thread safe.
 */
final class OnlineBackupTest {

    @Nested
    class OfAStoreThatIsUsed {

        @Test
        void isOfOneInstantInAllJournals() throws Exception {
            try (BackupFixture fixture = new BackupFixture()) {
                AtomicLong acknowledged = new AtomicLong();
                AtomicBoolean enough = new AtomicBoolean();
                // A number is put into a journal when the one before has it durably: as steps of one thing are.
                CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                    try {
                        for (long number = 1; !enough.get(); number++) {
                            fixture.fill(number, number);
                            acknowledged.set(number);
                        }
                    } catch (JournalException e) {
                        throw new AssertionError(e);
                    }
                });
                for (int backup = 0; backup < 12; backup++) {
                    long reached = acknowledged.get() + 40;
                    await().until(() -> acknowledged.get() >= reached || writer.isDone());
                    final long before = acknowledged.get();
                    Path target = Path.of("/backups/" + backup);
                    Path restored = Path.of("/restored/" + backup);
                    fixture.store.backup(target, ignored -> {});
                    final long after = acknowledged.get();
                    new StoreRestore(target, false, Map.of()).into(restored, fixture.disk, CLOCK, ignored -> {});
                    try (BackupFixture copy = new BackupFixture(fixture.disk, restored)) {
                        long last = copy.journal(1).last();
                        assertThat(last).isBetween(before, after + 1);
                        assertThat(copy.journal(0).last()).isBetween(last, last + 1);
                        assertThat(copy.journal(-1).last())
                                .isBetween(copy.journal(0).last(), last + 1);
                    }
                }
                enough.set(true);
                writer.join();
            }
        }

        @Test
        void hasNothingOfWhatCameBehindIt_andFilesStayUntilTheyAreCopied() throws Exception {
            try (BackupFixture fixture = new BackupFixture().fill(1, 300)) {
                long files = fixture.journal(0).journal.statistics().files();
                CompletableFuture<BackupReport> backup;
                try (Gate gate = fixture.disk.hold(
                        Operation.OPEN,
                        path -> path.startsWith(BACKUP) && path.toString().endsWith(".pjf"))) {
                    backup = CompletableFuture.supplyAsync(() -> unchecked(fixture::backUp));
                    await().until(() -> gate.waiting() == 1);
                    fixture.fill(301, 1200);
                    fixture.journal(0).journal.shrink();
                    fixture.journal(1).journal.shrink();
                    assertThat(fixture.journal(0).journal.statistics().files()).isGreaterThan((int) files + 4);
                }
                assertThat(backup.join().liveRecords()).isEqualTo(3L * KEPT);
                await().until(() -> fixture.journal(0).journal.statistics().files() <= files + 2);
                fixture.restore(RESTORED);
                BackupFixture.requireNumbers(fixture.disk, RESTORED, 300, 300, 300);
                fixture.fill(1201, 1210);
            }
        }

        @Test
        void saysHowFarItIs() throws Exception {
            try (BackupFixture fixture = new BackupFixture().fill(1, 60)) {
                List<BackupProgress> progress = new ArrayList<>();
                BackupReport report = fixture.store.backup(BACKUP, progress::add);
                for (Phase phase : Phase.values()) {
                    assertThat(progress)
                            .filteredOn(part -> part.phase() == phase)
                            .isNotEmpty()
                            .last()
                            .satisfies(last -> assertThat(last.bytesDone()).isEqualTo(last.bytesTotal()));
                }
                assertThat(report.directory()).isEqualTo(BACKUP);
                assertThat(report.at()).isEqualTo(CLOCK.instant());
                assertThat(report.held()).isPositive();
                assertThat(report.bytes())
                        .isEqualTo(BackupManifest.read(fixture.disk, BACKUP).bytes());
            }
        }

        /** Whoever is told of it may delete the store. */
        @Test
        void isThereAfterALossOfPowerBehindIt() throws Exception {
            FaultyDisk disk = new FaultyDisk();
            try (BackupFixture fixture = new BackupFixture(disk, STORE).fill(1, 60)) {
                fixture.backUp();
            }
            FaultyDisk left = disk.crash(Crash.keepNothing());
            BackupFixture.restore(left, RESTORED);
            BackupFixture.requireNumbers(left, RESTORED, 60, 60, 60);
        }

        @Test
        void thatHoldsNothingRestoresToAStoreWithoutMessages() throws Exception {
            try (BackupFixture fixture = new BackupFixture()) {
                assertThat(fixture.backUp().liveRecords()).isZero();
                fixture.restore(RESTORED);
                BackupFixture.requireNumbers(fixture.disk, RESTORED, 0, 0, 0);
            }
        }
    }

    @Nested
    class IsRefused {

        @Test
        void intoADirectoryThatHasSomething() throws Exception {
            try (BackupFixture fixture = new BackupFixture().fill(1, 3)) {
                fixture.backUp();
                Map<Path, String> before = fixture.disk.fingerprint();
                refused(Reason.REFUSED, fixture::backUp).withMessageContaining("has a backup");
                assertThat(fixture.disk.fingerprint()).containsAllEntriesOf(before);
                fixture.disk.lose(BACKUP.resolve(BackupManifest.FILE));
                refused(Reason.REFUSED, fixture::backUp).withMessageContaining("cut short; delete it");
            }
        }

        @Test
        void intoTheStoreItself() throws Exception {
            try (BackupFixture fixture = new BackupFixture().fill(1, 3)) {
                refused(Reason.REFUSED, () -> fixture.store.backup(STORE.resolve("backup"), ignored -> {}))
                        .withMessageContaining("lies in the store");
            }
        }

        @Test
        void withoutRoomForItAndWritesNothing() throws Exception {
            try (BackupFixture fixture = new BackupFixture().fill(1, 60)) {
                fixture.disk.limitCapacity(64 << 20);
                refused(Reason.DISK_FULL, fixture::backUp).withMessageContaining("not enough room");
                assertThat(fixture.disk.exists(BACKUP)).isFalse();
                fixture.disk.limitCapacity(Long.MAX_VALUE);
                fixture.backUp();
            }
        }

        @Test
        void withAJournalThatIsOut() throws Exception {
            try (BackupFixture fixture = new BackupFixture().fill(1, 3)) {
                fixture.journal(1).journal.close();
                refused(Reason.REFUSED, fixture::backUp)
                        .withMessageContaining("partition-01 is out")
                        .withMessageContaining("bring it back");
                assertThat(fixture.disk.exists(BACKUP)).isFalse();
            }
        }

        @Test
        void withAJournalThatHasFailed() throws Exception {
            try (BackupFixture fixture = new BackupFixture().fill(1, 3)) {
                fixture.disk.add(Fault.in(Operation.SYNC).of(path -> path.startsWith(STORE.resolve("partition-00"))));
                fixture.journal(0)
                        .journal
                        .append(new Batch()
                                .put(4, 1, RecordBody.of(new byte[1]))
                                .durable());
                await().until(() -> fixture.journal(0).progress.failure() != null);
                refused(Reason.IO, fixture::backUp).withMessageContaining("partition-00");
                assertThat(fixture.disk.exists(BACKUP)).isFalse();
            }
        }

        @Test
        void ofAStoreThatIsClosedOrInMemory() throws Exception {
            BackupFixture fixture = new BackupFixture();
            fixture.close();
            refused(Reason.CLOSED, fixture::backUp);
            try (MemoryJournalStore memory = new MemoryJournalStore(1, true)) {
                refused(Reason.REFUSED, () -> memory.backup(BACKUP, ignored -> {}))
                        .withMessageContaining("in memory");
            }
        }
    }

    @Nested
    class ThatFails {

        @Test
        void leavesNothingAndTheStoreGoesOn() throws Exception {
            try (BackupFixture fixture = new BackupFixture().fill(1, 100)) {
                fixture.disk.add(Fault.in(Operation.SYNC).of(path -> path.startsWith(BACKUP.resolve("partition-01"))));
                refused(Reason.IO, fixture::backUp).withMessageContaining(BACKUP.toString());
                assertThat(fixture.disk.listDirectories(BACKUP)).isEmpty();
                assertThat(fixture.disk.list(BACKUP)).isEmpty();
                fixture.disk.heal();
                fixture.fill(101, 300);
                fixture.backUp();
                fixture.restore(RESTORED);
                BackupFixture.requireNumbers(fixture.disk, RESTORED, 300, 300, 300);
            }
        }

        @Test
        void becauseTheStoreIsClosedMeanwhileSaysSo() throws Exception {
            try (BackupFixture fixture = new BackupFixture().fill(1, 100)) {
                CompletableFuture<Reason> backup;
                try (Gate gate = fixture.disk.hold(
                        Operation.OPEN,
                        path -> path.startsWith(BACKUP) && path.toString().endsWith(".pjf"))) {
                    backup = CompletableFuture.supplyAsync(() -> {
                        try {
                            throw new AssertionError(fixture.backUp());
                        } catch (JournalException e) {
                            return e.reason();
                        }
                    });
                    await().until(() -> gate.waiting() == 1);
                    fixture.close();
                }
                assertThat(backup.join()).isEqualTo(Reason.CLOSED);
                assertThat(fixture.disk.listDirectories(BACKUP)).isEmpty();
                BackupFixture.requireNumbers(fixture.disk, STORE, 100, 100, 100);
            }
        }

        @Test
        void becauseWhatItReadIsDamagedSaysWhere() throws Exception {
            try (BackupFixture fixture = new BackupFixture().fill(1, 100)) {
                Path file = STORE.resolve("partition-00").resolve("peeklock-1.pjf");
                fixture.disk.flipBit(file, 5_000, 3);
                refused(Reason.CORRUPT, fixture::backUp)
                        .withMessageContaining("partition-00")
                        .withMessageContaining("peeklock-1.pjf");
                assertThat(fixture.disk.listDirectories(BACKUP)).isEmpty();
            }
        }
    }

    private interface Backup {
        BackupReport run() throws JournalException;
    }

    private static BackupReport unchecked(Backup backup) {
        try {
            return backup.run();
        } catch (JournalException e) {
            throw new AssertionError(e);
        }
    }

    static ThrowableAssertAlternative<JournalException> refused(Reason reason, ThrowingCallable call) {
        return assertThatExceptionOfType(JournalException.class)
                .isThrownBy(call)
                .matches(e -> e.reason() == reason, reason.name());
    }
}
