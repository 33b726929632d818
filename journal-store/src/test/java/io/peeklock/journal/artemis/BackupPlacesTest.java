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
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.LoadedRecords;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordedProgress;
import io.peeklock.journal.directory.ClosedStore;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.disk.Crash;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.FaultyDisk;
import io.peeklock.journal.disk.FileSystemDisk;
import io.peeklock.journal.disk.Gate;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where backups and restored stores may lie, and whose files they leave alone.
 *
 * <p>Not thread safe.
 */
@Timeout(60)
final class BackupPlacesTest {

    private static final Path AWAY = Path.of("/mnt/two/bus-1").toAbsolutePath();

    private final FaultyDisk disk = new FaultyDisk();

    @Nested
    class ABackup {

        @TempDir
        Path directory;

        private ArtemisJournalStore store() throws JournalException {
            StoreOptions options = StoreOptions.builder()
                    .partitions(2)
                    .partitionDirectory(1, directory.resolve("away"))
                    .build();
            ArtemisJournalStore store = ArtemisJournalStore.open(directory.resolve("bus"), options);
            for (int index = 0; index < 2; index++) {
                PartitionJournal journal = store.open(index, new RecordedProgress());
                journal.load(new LoadedRecords());
                journal.append(
                        new Batch().put(1, 1, RecordBody.of(new byte[1000])).durable());
            }
            return store;
        }

        @Test
        void intoTheStoreByALinkIsRefused() throws Exception {
            try (ArtemisJournalStore store = store()) {
                Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("bus/partition-00"));
                refused(Reason.REFUSED, () -> store.backup(link.resolve("not/yet"), ignored -> {}))
                        .withMessageContaining("lies in the store");
                assertThat(link.resolve("not")).doesNotExist();
            }
        }

        @Test
        void intoTheDirectoryOfAPartitionThatLiesElsewhereIsRefused() throws Exception {
            try (ArtemisJournalStore store = store()) {
                Path target = directory.resolve("away/backup");
                refused(Reason.REFUSED, () -> store.backup(target, ignored -> {}))
                        .withMessageContaining("lies in the store");
                assertThat(target).doesNotExist();
            }
        }

        @Test
        void ofAClosedStoreIntoItselfIsRefused() throws Exception {
            store().close();
            Path bus = directory.resolve("bus");
            refused(
                            Reason.REFUSED,
                            () -> ClosedStore.backup(
                                    bus, bus.resolve("backup"), new FileSystemDisk(), CLOCK, ignored -> {}))
                    .withMessageContaining("lies in the store");
            assertThat(bus.resolve("backup")).doesNotExist();
        }

        @Test
        void ofAClosedStoreLeavesOutWhatIsNotOfTheStore() throws Exception {
            store().close();
            Files.writeString(directory.resolve("bus/partition-00/.DS_Store"), "a file manager was here");
            Files.writeString(directory.resolve("away/notes of mine.txt"), "a user was here");
            Path backup = directory.resolve("backup");
            ClosedStore.backup(directory.resolve("bus"), backup, new FileSystemDisk(), CLOCK, ignored -> {});
            assertThat(BackupVerifier.verify(backup, new FileSystemDisk(), ignored -> {})
                            .liveRecords())
                    .isEqualTo(2);
            assertThat(backup.resolve("partition-00/.DS_Store")).doesNotExist();
        }

        @Test
        void whoseListenerInterruptsItLeavesNothing() throws Exception {
            try (ArtemisJournalStore store = store()) {
                Path target = directory.resolve("backup");
                refused(
                        Reason.IO,
                        () -> store.backup(
                                target, ignored -> Thread.currentThread().interrupt()));
                assertThat(target).isEmptyDirectory();
                store.backup(target, ignored -> {});
            }
        }

        @Test
        void andWhatIsRestoredAreForTheirOwnerOnly() throws Exception {
            Path backup = Files.createDirectory(directory.resolve("backup"));
            Files.setPosixFilePermissions(backup, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path restored = Files.createDirectory(directory.resolve("restored"));
            Files.setPosixFilePermissions(restored, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (ArtemisJournalStore store = store()) {
                store.backup(backup, ignored -> {});
            }
            new StoreRestore(backup, false, Map.of()).into(restored, new FileSystemDisk(), CLOCK, ignored -> {});
            for (Path root : List.of(backup, restored)) {
                try (Stream<Path> files = Files.walk(root)) {
                    assertThat(files.toList())
                            .hasSizeGreaterThan(5)
                            .allSatisfy(file -> assertThat(
                                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                    .as(file.toString())
                                    .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
                }
            }
        }
    }

    @Nested
    class ARestore {

        private void backUp(StoreOptions options) throws Exception {
            try (ArtemisJournalStore store = ArtemisJournalStore.open(STORE, options, disk, CLOCK);
                    BackupFixture fixture = new BackupFixture(disk, store)) {
                fixture.fill(1, 60).backUp();
            }
        }

        private UUID restore(boolean sameIdentity, Map<Integer, Path> elsewhere, Path to) throws JournalException {
            return new StoreRestore(BACKUP, sameIdentity, elsewhere).into(to, disk, CLOCK, ignored -> {});
        }

        @Test
        void underTheSameIdentityDoesNotOverwriteWhatTheOriginalHasElsewhere() throws Exception {
            backUp(StoreOptions.builder()
                    .partitions(BackupFixture.PARTITIONS)
                    .fileSizeBytes(StoreOptions.MIN_FILE_SIZE_BYTES)
                    .partitionDirectory(1, AWAY)
                    .build());
            Map<Path, String> before = disk.fingerprint();
            refused(Reason.REFUSED, () -> restore(true, Map.of(1, AWAY), RESTORED))
                    .withMessageContaining(AWAY.toString())
                    .withMessageContaining("not empty");
            assertThat(disk.fingerprint()).isEqualTo(before);
        }

        @Test
        void needsRoomOnEachDiskForWhatItPutsThere() throws Exception {
            backUp(OPTIONS);
            disk.limitRoom(AWAY, 64L << 20);
            refused(Reason.DISK_FULL, () -> restore(false, Map.of(1, AWAY), RESTORED))
                    .withMessageContaining(AWAY.toString());
            assertThat(disk.exists(RESTORED)).isFalse();
            disk.limitRoom(AWAY, Long.MAX_VALUE);
            disk.limitRoom(RESTORED, 64L << 20);
            refused(Reason.DISK_FULL, () -> restore(false, Map.of(1, AWAY), RESTORED))
                    .withMessageContaining(RESTORED.toString());
            Path all = Path.of("/mnt/three").toAbsolutePath();
            restore(false, Map.of(0, all.resolve("0"), 1, all.resolve("1"), 2, all.resolve("2")), Path.of("/other"));
            disk.limitRoom(Path.of("/small"), (64L << 20) + sizeOf("definitions"));
            restore(false, Map.of(0, all.resolve("3"), 1, all.resolve("4"), 2, all.resolve("5")), Path.of("/small"));
        }

        private long sizeOf(String journal) throws Exception {
            long bytes = 0;
            for (String name : disk.list(BACKUP.resolve(journal))) {
                bytes += disk.size(BACKUP.resolve(journal).resolve(name));
            }
            return bytes;
        }

        @Test
        void intoTheBackupIsRefused() throws Exception {
            backUp(OPTIONS);
            Map<Path, String> before = disk.fingerprint();
            refused(Reason.REFUSED, () -> restore(false, Map.of(), BACKUP.resolve("restored")))
                    .withMessageContaining("lies in the backup");
            assertThat(disk.fingerprint()).isEqualTo(before);
        }

        @Test
        void intoADirectoryThatAnotherMadeAStoreOfMeanwhileIsRefused() throws Exception {
            backUp(OPTIONS);
            AtomicBoolean first = new AtomicBoolean(true);
            CompletableFuture<Reason> late;
            Map<Path, String> made;
            try (Gate gate = disk.hold(
                    Operation.OPEN,
                    path -> path.startsWith(RESTORED) && path.endsWith("store.lock") && first.getAndSet(false))) {
                late = CompletableFuture.supplyAsync(() -> {
                    try {
                        throw new AssertionError(restore(false, Map.of(), RESTORED));
                    } catch (JournalException e) {
                        return e.reason();
                    }
                });
                await().until(() -> gate.waiting() == 1);
                restoreByAnotherProcess();
                made = disk.fingerprint();
            }
            assertThat(late.join()).isEqualTo(Reason.REFUSED);
            made.remove(RESTORED.resolve("store.lock"));
            assertThat(disk.fingerprint()).containsAllEntriesOf(made);
            BackupFixture.requireNumbers(disk, RESTORED, 60, 60, 60);
        }

        /** It has a lock of its own; whoever waits at the gate has not taken his yet. */
        private void restoreByAnotherProcess() throws Exception {
            String lock = "io.peeklock.store.lock:" + disk.identity(RESTORED);
            Object waiting = requireNonNull(System.getProperties().remove(lock));
            restore(false, Map.of(), RESTORED);
            System.getProperties().put(lock, waiting);
        }
    }

    @Nested
    class AVerification {

        @Test
        void ignoresFilesThatAreNotInTheManifestAsARestoreDoes() throws Exception {
            try (BackupFixture fixture = new BackupFixture(disk, STORE)) {
                fixture.fill(1, 60).backUp();
            }
            FaultyDisk more = disk.crash(Crash.keepEverything());
            long records = BackupVerifier.verify(BACKUP, more, ignored -> {}).liveRecords();
            byte[] file = more.bytes(BACKUP.resolve("partition-00/peeklock-1.pjf"));
            for (String name : List.of("partition-00/peeklock-99.pjf", "partition-00/.DS_Store", "notes.txt")) {
                try (var open = more.open(BACKUP.resolve(name), true)) {
                    open.writeFully(ByteBuffer.wrap(file, 0, file.length / 2), 0);
                }
            }
            assertThat(BackupVerifier.verify(BACKUP, more, ignored -> {}).liveRecords())
                    .isEqualTo(records);
            BackupFixture.restore(more, RESTORED);
            BackupFixture.requireNumbers(more, RESTORED, 60, 60, 60);
        }
    }
}
