/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.BackupFixture.BACKUP;
import static io.peeklock.journal.artemis.BackupFixture.CLOCK;
import static io.peeklock.journal.artemis.BackupFixture.OPTIONS;
import static io.peeklock.journal.artemis.BackupFixture.RESTORED;
import static io.peeklock.journal.artemis.BackupFixture.STORE;
import static io.peeklock.journal.artemis.OnlineBackupTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.directory.BackupManifest;
import io.peeklock.journal.directory.ClosedStore;
import io.peeklock.journal.directory.StoreView;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.FaultyDisk;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Backups become stores, whole or not at all, whatever happens to them.
 *
 * <p>Not thread safe.
 */
final class StoreRestoreTest {

    private static final int LAST = 130;

    private FaultyDisk disk = new FaultyDisk();

    private UUID backUp() throws JournalException {
        try (BackupFixture fixture = new BackupFixture(disk, STORE).fill(1, LAST)) {
            fixture.backUp();
            return fixture.store.id();
        }
    }

    /** Another disk with the same on it; this one is used up by it, but for more copies. */
    private FaultyDisk copy() {
        return disk.crash(Crash.keepEverything());
    }

    private UUID restore(StoreRestore restore, Path to) throws JournalException {
        return restore.into(to, disk, CLOCK, ignored -> {});
    }

    @Nested
    class ARestore {

        @Test
        void hasAnIdentityOfItsOwnAndBothCanBeUsedAtATime() throws Exception {
            UUID original = backUp();
            UUID restored = restore(new StoreRestore(BACKUP, false, Map.of()), RESTORED);
            assertThat(restored).isNotEqualTo(original);
            try (BackupFixture first = new BackupFixture(disk, STORE);
                    BackupFixture second = new BackupFixture(disk, RESTORED)) {
                assertThat(first.store.id()).isEqualTo(original);
                assertThat(second.store.id()).isEqualTo(restored);
                second.fill(LAST + 1, LAST + 60);
            }
            BackupFixture.requireNumbers(disk, STORE, LAST, LAST, LAST);
            BackupFixture.requireNumbers(disk, RESTORED, LAST + 60, LAST + 60, LAST + 60);
        }

        @Test
        void takesThePlaceOfTheOriginalIfThatIsAskedFor() throws Exception {
            UUID original = backUp();
            assertThat(restore(new StoreRestore(BACKUP, true, Map.of()), RESTORED))
                    .isEqualTo(original);
            BackupFixture.requireNumbers(disk, RESTORED, LAST, LAST, LAST);
        }

        @Test
        void canPutPartitionsOnOtherDisks() throws Exception {
            backUp();
            Path elsewhere = Path.of("/mnt/two/bus").toAbsolutePath();
            restore(new StoreRestore(BACKUP, false, Map.of(1, elsewhere)), RESTORED);
            assertThat(disk.list(elsewhere)).contains("partition.identity", "journal.mark");
            assertThat(disk.exists(RESTORED.resolve("partition-01"))).isFalse();
            BackupFixture.requireNumbers(disk, RESTORED, LAST, LAST, LAST);
        }

        @Test
        void overwritesNothing() throws Exception {
            backUp();
            Map<Path, String> before = disk.fingerprint();
            refused(Reason.REFUSED, () -> restore(new StoreRestore(BACKUP, true, Map.of()), STORE))
                    .withMessageContaining("not empty");
            refused(
                            Reason.REFUSED,
                            () -> restore(
                                    new StoreRestore(BACKUP, true, Map.of(1, STORE.resolve("partition-00"))), RESTORED))
                    .withMessageContaining("partition-00");
            assertThat(disk.fingerprint()).isEqualTo(before);
        }

        @Test
        void withoutRoomIsRefused() throws Exception {
            backUp();
            disk.limitCapacity(64 << 20);
            refused(Reason.DISK_FULL, () -> restore(new StoreRestore(BACKUP, false, Map.of()), RESTORED));
            assertThat(disk.exists(RESTORED)).isFalse();
        }

        @Test
        void thatIsKilledAnywhereLeavesNoStoreOrAWholeOne() throws Exception {
            backUp();
            int whole = 0;
            for (int calls = 0; whole < 2; calls++) {
                FaultyDisk cut = copy();
                cut.cutPowerAfter(calls);
                try {
                    BackupFixture.restore(cut, RESTORED);
                } catch (JournalException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
                FaultyDisk left = cut.crash(calls % 2 == 0 ? Crash.keepNothing() : Crash.keepRandom(calls));
                whole += isWholeOrNothing(left) ? 1 : 0;
                assertThat(calls).isLessThan(2_000);
            }
        }

        /** What is left can be deleted and is no store, or is one that is whole. */
        private boolean isWholeOrNothing(FaultyDisk left) throws Exception {
            boolean isStore;
            try {
                StoreView.of(RESTORED, left);
                isStore = true;
            } catch (JournalException e) {
                assertThat(e.reason()).isEqualTo(Reason.REFUSED);
                isStore = false;
            }
            if (isStore) {
                BackupFixture.requireNumbers(left, RESTORED, LAST, LAST, LAST);
            } else if (!left.listDirectories(RESTORED).isEmpty()) {
                refused(Reason.REFUSED, () -> ArtemisJournalStore.open(RESTORED, OPTIONS, left, CLOCK))
                        .withMessageContaining("cut short");
            }
            return isStore;
        }
    }

    @Nested
    class ABackupThatIsKilled {

        @Test
        void anywhereIsNoneOrAWholeOneAndTheStoreIsWhole() throws Exception {
            int whole = 0;
            for (int calls = 0; whole < 2; calls += 3) {
                FaultyDisk cut = new FaultyDisk();
                try (BackupFixture fixture = new BackupFixture(cut, STORE).fill(1, 20)) {
                    cut.cutPowerAfter(calls);
                    fixture.backUp();
                } catch (JournalException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
                FaultyDisk left = cut.crash(calls % 2 == 0 ? Crash.keepNothing() : Crash.keepRandom(calls));
                BackupFixture.requireNumbers(left, STORE, 20, 20, 20);
                try {
                    BackupVerifier.verify(BACKUP, left, ignored -> {});
                    BackupFixture.restore(left, RESTORED);
                    BackupFixture.requireNumbers(left, RESTORED, 20, 20, 20);
                    whole++;
                } catch (JournalException e) {
                    assertThat(e.getMessage())
                            .contains(left.exists(BACKUP) ? "cut short" : "there is no directory " + BACKUP);
                    refused(Reason.REFUSED, () -> BackupFixture.restore(left, RESTORED));
                    assertThat(left.exists(RESTORED)).isFalse();
                }
                assertThat(calls).isLessThan(3_000);
            }
        }
    }

    @Nested
    class ADamagedBackup {

        @Test
        void isFoundWhateverFileItIs() throws Exception {
            backUp();
            BackupManifest manifest = BackupManifest.read(disk, BACKUP);
            for (BackupManifest.Entry file : manifest.files()) {
                Path path = BACKUP.resolve(file.name());
                FaultyDisk lost = copy();
                lost.lose(path);
                requireFound(lost, file.name());
                if (file.bytes() > 0) {
                    FaultyDisk flipped = copy();
                    flipped.flipBit(path, file.bytes() / 2, 1);
                    requireFound(flipped, file.name());
                    FaultyDisk cut = copy();
                    cut.cut(path, file.bytes() - 1);
                    requireFound(cut, file.name());
                }
            }
        }

        @Test
        void inItsManifestIsFound() throws Exception {
            backUp();
            disk.flipBit(BACKUP.resolve(BackupManifest.FILE), 100, 0);
            refused(Reason.CORRUPT, () -> BackupVerifier.verify(BACKUP, disk, ignored -> {}))
                    .withMessageContaining(BackupManifest.FILE);
            refused(Reason.CORRUPT, () -> BackupFixture.restore(disk, RESTORED));
            assertThat(disk.exists(RESTORED)).isFalse();
        }

        private void requireFound(FaultyDisk damaged, String file) {
            refused(Reason.CORRUPT, () -> BackupVerifier.verify(BACKUP, damaged, ignored -> {}))
                    .withMessageContaining(file);
            refused(Reason.CORRUPT, () -> BackupFixture.restore(damaged, RESTORED))
                    .withMessageContaining(file);
            refused(Reason.REFUSED, () -> ArtemisJournalStore.open(RESTORED, OPTIONS, damaged, CLOCK))
                    .withMessageContaining("cut short");
        }
    }

    @Nested
    class ABackup {

        @Test
        void cannotBeOpenedAsAStore() throws Exception {
            backUp();
            Map<Path, String> before = disk.fingerprint();
            refused(Reason.REFUSED, () -> ArtemisJournalStore.open(BACKUP, OPTIONS, disk, CLOCK))
                    .withMessageContaining("is a backup, not a store; restore it");
            assertThat(disk.fingerprint()).containsAllEntriesOf(before);
        }

        @Test
        void ofAClosedStoreIsTheSame() throws Exception {
            new BackupFixture(disk, STORE).fill(1, LAST).close();
            ClosedStore.backup(STORE, BACKUP, disk, CLOCK, ignored -> {});
            assertThat(BackupVerifier.verify(BACKUP, disk, ignored -> {}).liveRecords())
                    .isEqualTo(3L * BackupFixture.KEPT);
            restore(new StoreRestore(BACKUP, false, Map.of()), RESTORED);
            BackupFixture.requireNumbers(disk, RESTORED, LAST, LAST, LAST);
        }

        @Test
        void ofAStoreThatWasNotClosedHasWhatTheNextOpeningWouldFind() throws Exception {
            new BackupFixture(disk, STORE).fill(1, LAST);
            disk = disk.crash(Crash.keepNothing());
            ClosedStore.backup(STORE, BACKUP, disk, CLOCK, ignored -> {});
            restore(new StoreRestore(BACKUP, false, Map.of()), RESTORED);
            restore(new StoreRestore(BACKUP, true, Map.of()), Path.of("/again"));
            BackupFixture.requireNumbers(disk, RESTORED, LAST, LAST, LAST);
            BackupFixture.requireNumbers(disk, Path.of("/again"), LAST, LAST, LAST);
        }

        @Test
        void fileByFileOfAStoreThatIsInUseIsRefused() throws Exception {
            try (BackupFixture fixture = new BackupFixture(disk, STORE).fill(1, 3)) {
                refused(Reason.STORE_LOCKED, () -> ClosedStore.backup(STORE, BACKUP, disk, CLOCK, ignored -> {}));
                assertThat(fixture.disk.exists(BACKUP)).isFalse();
            }
        }
    }
}
