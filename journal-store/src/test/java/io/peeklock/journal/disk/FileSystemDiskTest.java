/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.Disk.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file system of the machine, on real files.
 *
 * <p>Not thread safe.
 */
final class FileSystemDiskTest {

    private final Disk disk = new FileSystemDisk();

    @TempDir
    Path directory;

    @Nested
    class Open {

        @Test
        void createsAFileOfTheOwnerAlone() throws IOException {
            assumeTrue(isPosix(), "the file system has no POSIX permissions");
            disk.open(directory.resolve("a"), true).close();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a"))))
                    .isEqualTo("rw-------");
        }

        @Test
        void ofAMissingFileThatIsNotToBeCreatedFails() {
            assertThatThrownBy(() -> disk.open(directory.resolve("a"), false)).isInstanceOf(NoSuchFileException.class);
            assertThat(directory).isEmptyDirectory();
        }

        @Test
        void readsWhatWasWrittenAtItsPlace() throws IOException {
            try (DiskFile file = disk.open(directory.resolve("a"), true)) {
                file.writeFully(ByteBuffer.wrap(new byte[] {1, 2, 3}), 4);
                file.sync();
                ByteBuffer target = ByteBuffer.allocate(10);
                assertThat(file.readFully(target, 3)).isEqualTo(4);
                assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {0, 1, 2, 3}));
                file.truncate(5);
                assertThat(file.size()).isEqualTo(5).isEqualTo(disk.size(directory.resolve("a")));
            }
        }

        @Test
        void readOnlyRefusesToWrite() throws IOException {
            Files.write(directory.resolve("a"), new byte[] {1});
            try (DiskFile file = disk.openReadOnly(directory.resolve("a"))) {
                assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 0)).isInstanceOf(RuntimeException.class);
            }
        }
    }

    @Nested
    class TryLock {

        @Test
        void isRefusedWhileTheFileIsLockedInThisProcess() throws IOException {
            DiskFile first = disk.open(directory.resolve("a"), true);
            assertThat(first.tryLock()).isTrue();
            try (DiskFile second = disk.open(directory.resolve("a"), true)) {
                assertThat(second.tryLock()).isFalse();
                first.close();
                assertThat(second.tryLock()).isTrue();
            }
        }
    }

    @Nested
    class Directories {

        @Test
        void areCreatedWithTheirParentsForTheOwnerAlone() throws IOException {
            Path deep = directory.resolve("a/b/c");
            disk.createDirectoriesDurably(deep);
            assertThat(disk.isDirectory(deep)).isTrue();
            assertThat(disk.access(deep)).isIn(Access.OWNER_ONLY, Access.UNKNOWN);
            assertThat(disk.access(directory.resolve("a"))).isIn(Access.OWNER_ONLY, Access.UNKNOWN);
        }

        @Test
        void areNotCreatedInPlaceOfAFile() throws IOException {
            Files.write(directory.resolve("a"), new byte[] {1});
            assertThatThrownBy(() -> disk.createDirectories(directory.resolve("a")))
                    .isInstanceOf(NotDirectoryException.class);
            assertThatThrownBy(() -> disk.createDirectories(directory.resolve("a/b")))
                    .isInstanceOf(FileSystemException.class);
        }

        @Test
        void listFilesAndDirectoriesApartInOrder() throws IOException {
            disk.createDirectories(directory.resolve("d2"));
            disk.createDirectories(directory.resolve("d1"));
            disk.open(directory.resolve("f2"), true).close();
            disk.open(directory.resolve("f1"), true).close();
            assertThat(disk.list(directory)).containsExactly("f1", "f2");
            assertThat(disk.listDirectories(directory)).containsExactly("d1", "d2");
        }

        @Test
        void thatAreMissingListNothing() throws IOException {
            assertThat(disk.list(directory.resolve("x"))).isEmpty();
            assertThat(disk.listDirectories(directory.resolve("x"))).isEmpty();
        }

        @Test
        void areSyncedAndMeasured() throws IOException {
            disk.syncDirectory(directory);
            assertThat(disk.usableBytes(directory)).isPositive();
            assertThat(disk.usableBytes(directory.resolve("not/there/yet"))).isPositive();
        }

        @Test
        void haveOneIdentityHoweverTheyAreReached() throws IOException {
            disk.createDirectories(directory.resolve("a"));
            Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("a"));
            assertThat(disk.identity(link))
                    .isEqualTo(disk.identity(directory.resolve("a/../a")))
                    .isNotEqualTo(disk.identity(directory));
        }

        @Test
        void tellWhoCanGetAtThem() throws IOException {
            assumeTrue(isPosix(), "the file system has no POSIX permissions");
            Path open = directory.resolve("a");
            disk.createDirectories(open);
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-x---"));
            assertThat(disk.access(open)).isEqualTo(Access.SOME_OTHERS);
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThat(disk.access(open)).isEqualTo(Access.ANYBODY_WRITES);
            disk.restrictToOwner(open);
            assertThat(disk.access(open)).isEqualTo(Access.OWNER_ONLY);
        }
    }

    @Nested
    class RenameAndDelete {

        @Test
        void replaceTheTarget() throws IOException {
            Files.write(directory.resolve("a"), new byte[] {1});
            Files.write(directory.resolve("b"), new byte[] {2});
            disk.rename(directory.resolve("a"), directory.resolve("b"));
            assertThat(disk.list(directory)).containsExactly("b");
            assertThat(Files.readAllBytes(directory.resolve("b"))).containsExactly(1);
        }

        @Test
        void ofAMissingFileDeleteNothing() throws IOException {
            disk.delete(directory.resolve("a"));
            assertThat(disk.exists(directory.resolve("a"))).isFalse();
        }
    }

    @Nested
    class Errors {

        @Test
        void sayWhatWasTriedAndWhy() {
            assertThat(DiskErrors.because("cannot write /x", new IOException("No space left on device")))
                    .hasMessageContaining("cannot write /x")
                    .extracting(JournalException::reason)
                    .isEqualTo(Reason.DISK_FULL);
            assertThat(DiskErrors.because("cannot write /x", new AccessDeniedException("/x"))
                            .reason())
                    .isEqualTo(Reason.ACCESS_DENIED);
            assertThat(DiskErrors.because(
                                    "cannot write /x", new FileSystemException("/x", null, "Read-only file system"))
                            .reason())
                    .isEqualTo(Reason.ACCESS_DENIED);
            assertThat(DiskErrors.because("cannot write /x", new IOException("Input/output error"))
                            .reason())
                    .isEqualTo(Reason.IO);
        }
    }

    private boolean isPosix() {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
