/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The faults of the disk in memory: other tests trust them.
 *
 * <p>Not thread safe.
 */
final class FaultyDiskTest {

    private static final Path DIRECTORY = Path.of("/d").toAbsolutePath();
    private static final Path FILE = DIRECTORY.resolve("f");

    private final FaultyDisk disk = new FaultyDisk();

    @BeforeEach
    void createDirectory() throws IOException {
        disk.createDirectoriesDurably(DIRECTORY);
    }

    @Nested
    class AfterACrash {

        @Test
        void thatKeepsNothingAFileHasWhatWasSynced() throws IOException {
            write("one", 0).sync();
            disk.syncDirectory(DIRECTORY);
            write("TWO and more", 0);
            assertThat(text(disk)).isEqualTo("TWO and more");
            assertThat(text(disk.crash(Crash.keepNothing()))).isEqualTo("one");
        }

        @Test
        void thatKeepsEverythingAFileHasWhatWasWritten() throws IOException {
            write("one", 0);
            assertThat(text(disk.crash(Crash.keepEverything()))).isEqualTo("one");
        }

        @Test
        void aSyncedFileWhoseDirectoryWasNotSyncedIsGone() throws IOException {
            write("one", 0).sync();
            assertThat(disk.crash(Crash.keepNothing()).exists(FILE)).isFalse();
        }

        @Test
        void aRenameThatWasNotSyncedIsUndone() throws IOException {
            write("one", 0).sync();
            disk.syncDirectory(DIRECTORY);
            disk.rename(FILE, DIRECTORY.resolve("g"));
            FaultyDisk left = disk.crash(Crash.keepNothing());
            assertThat(left.list(DIRECTORY)).containsExactly("f");
        }

        @Test
        void aRenameThatWasSyncedIsKeptAndReplacesTheTarget() throws IOException {
            write("old", 0).sync();
            disk.rename(FILE, DIRECTORY.resolve("g"));
            disk.syncDirectory(DIRECTORY);
            write("new", 0).sync();
            disk.rename(FILE, DIRECTORY.resolve("g"));
            disk.syncDirectory(DIRECTORY);
            FaultyDisk left = disk.crash(Crash.keepNothing());
            assertThat(left.list(DIRECTORY)).containsExactly("g");
            assertThat(new String(left.bytes(DIRECTORY.resolve("g")), US_ASCII)).isEqualTo("new");
        }

        @Test
        void aDeletionThatWasNotSyncedIsUndone() throws IOException {
            write("one", 0).sync();
            disk.syncDirectory(DIRECTORY);
            disk.delete(FILE);
            assertThat(disk.exists(FILE)).isFalse();
            assertThat(text(disk.crash(Crash.keepNothing()))).isEqualTo("one");
        }

        @Test
        void aTruncationThatWasNotSyncedIsUndone() throws IOException {
            DiskFile file = write("one two", 0);
            file.sync();
            disk.syncDirectory(DIRECTORY);
            file.truncate(3);
            assertThat(text(disk)).isEqualTo("one");
            assertThat(text(disk.crash(Crash.keepNothing()))).isEqualTo("one two");
        }

        @Test
        void thatTearsAFileHasTheFirstSectorsOfAWrite() throws IOException {
            write("", 0).sync();
            disk.syncDirectory(DIRECTORY);
            write("x".repeat(4 * 512), 0);
            Set<Long> lengths = new HashSet<>();
            for (int seed = 0; seed < 50; seed++) {
                FaultyDisk left = disk.crash(Crash.tear(seed));
                String kept = text(left).replace("\0", "");
                assertThat(text(left)).startsWith(kept);
                lengths.add((long) kept.length());
            }
            assertThat(lengths).contains(0L, 512L, 1024L, 1536L, 2048L);
        }

        @Test
        void ofOneSeedTheSameIsKept() throws IOException {
            write("x".repeat(100 * 512), 0);
            disk.syncDirectory(DIRECTORY);
            String kept = text(disk.crash(Crash.keepRandom(7)));
            assertThat(text(disk.crash(Crash.keepRandom(7)))).isEqualTo(kept);
            assertThat(text(disk.crash(Crash.keepRandom(8)))).isNotEqualTo(kept);
        }

        @Test
        void theOldDiskFails() throws IOException {
            DiskFile file = write("one", 0);
            disk.crash(Crash.keepEverything());
            assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> disk.open(FILE, false)).isInstanceOf(IOException.class);
        }
    }

    @Nested
    class Faults {

        @Test
        void hitTheCallsTheyName() throws IOException {
            disk.add(Fault.in(Operation.WRITE).named("f").skip(1).once());
            write("1", 0);
            assertThatThrownBy(() -> write("2", 1)).hasMessageContaining("Input/output error");
            write("3", 1);
            assertThat(text(disk)).isEqualTo("13");
            assertThat(disk.calls(Operation.WRITE)).isEqualTo(3);
        }

        @Test
        void spareOtherFiles() throws IOException {
            disk.add(Fault.in(Operation.WRITE).named("g"));
            write("1", 0);
            disk.add(Fault.in(Operation.SYNC).below(DIRECTORY));
            assertThatThrownBy(() -> write("2", 0).sync()).isInstanceOf(IOException.class);
        }

        @Test
        void mayShortenAWrite() throws IOException {
            disk.add(Fault.in(Operation.WRITE).once().as(Effect.SHORT));
            try (DiskFile file = disk.open(FILE, true)) {
                assertThat(file.write(ByteBuffer.wrap(new byte[10]), 0)).isEqualTo(5);
            }
        }

        @Test
        void mayDelayAWriteToTheNextSync() throws IOException {
            disk.add(Fault.in(Operation.WRITE).once().as(Effect.LATE));
            DiskFile file = write("one", 0);
            assertThat(text(disk)).isEmpty();
            file.sync();
            assertThat(text(disk)).isEqualTo("one");
        }

        @Test
        void mayPretendASync() throws IOException {
            disk.syncDirectory(DIRECTORY);
            DiskFile file = write("one", 0);
            disk.syncDirectory(DIRECTORY);
            disk.add(Fault.in(Operation.SYNC).as(Effect.LOST));
            file.sync();
            assertThat(text(disk.crash(Crash.keepNothing()))).isEmpty();
        }

        @Test
        void areOfTheTypeThatTheRealDiskThrows() {
            disk.add(Fault.in(Operation.OPEN).as(Effect.ACCESS_DENIED));
            assertThatThrownBy(() -> disk.open(FILE, true)).isInstanceOf(AccessDeniedException.class);
            disk.heal();
            disk.add(Fault.in(Operation.WRITE).as(Effect.NO_SPACE));
            assertThatThrownBy(() -> write("1", 0)).hasMessageContaining("No space left on device");
        }

        @Test
        void cutThePowerAtAChange() throws IOException {
            disk.cutPowerAfter(2);
            DiskFile file = write("1", 0);
            assertThatThrownBy(() -> file.write(ByteBuffer.wrap(new byte[1]), 0))
                    .hasMessageContaining("power");
            assertThatThrownBy(() -> disk.list(DIRECTORY)).hasMessageContaining("power");
            assertThat(disk.isOff()).isTrue();
        }
    }

    @Nested
    class AFullDisk {

        @Test
        void takesWhatFitsAndThenRefuses() throws IOException {
            disk.limitCapacity(5);
            try (DiskFile file = disk.open(FILE, true)) {
                ByteBuffer source = ByteBuffer.wrap("1234567".getBytes(US_ASCII));
                assertThat(file.write(source, 0)).isEqualTo(5);
                assertThatThrownBy(() -> file.write(source, 5)).hasMessageContaining("No space left on device");
                file.write(ByteBuffer.wrap("xx".getBytes(US_ASCII)), 0);
            }
            assertThat(text(disk)).isEqualTo("xx345");
            assertThat(disk.usableBytes(DIRECTORY)).isZero();
        }
    }

    @Nested
    class Damage {

        @Test
        void isSeenAndSurvivesACrash() throws IOException {
            write("aaaaaaaa", 0).sync();
            disk.syncDirectory(DIRECTORY);
            disk.flipBit(FILE, 1, 0);
            disk.zero(FILE, 3, 2);
            disk.overwrite(FILE, 6, "zz".getBytes(US_ASCII));
            assertThat(text(disk)).isEqualTo("a`a\0\0azz");
            FaultyDisk left = disk.crash(Crash.keepNothing());
            assertThat(text(left)).isEqualTo("a`a\0\0azz");
            left.cut(FILE, 2);
            left = left.crash(Crash.keepNothing());
            assertThat(text(left)).isEqualTo("a`");
            left.lose(FILE);
            assertThat(left.exists(FILE)).isFalse();
            assertThat(left.crash(Crash.keepEverything()).exists(FILE)).isFalse();
        }
    }

    @Nested
    class AGate {

        @Test
        void holdsCallsUntilItOpens() throws IOException {
            DiskFile file = write("one", 0);
            Gate gate = disk.hold(Operation.SYNC, path -> true);
            CompletableFuture<Void> sync = CompletableFuture.runAsync(() -> {
                try {
                    file.sync();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            await().until(() -> gate.waiting() == 1);
            write("others go on", 0);
            assertThat(sync).isNotDone();
            gate.open();
            sync.join();
        }
    }

    @Nested
    class AFile {

        @Test
        void isLockedByOneOpeningAtATime() throws IOException {
            DiskFile first = disk.open(FILE, true);
            DiskFile second = disk.open(FILE, true);
            assertThat(first.tryLock()).isTrue();
            assertThat(second.tryLock()).isFalse();
            first.close();
            assertThat(second.tryLock()).isTrue();
        }

        @Test
        void isClosedByAnInterruptedThread() throws IOException {
            DiskFile file = write("one", 0);
            Thread.currentThread().interrupt();
            assertThatThrownBy(file::sync).isInstanceOf(ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(file::sync).isInstanceOf(ClosedChannelException.class);
        }

        @Test
        void takesNoMemoryForZeros() throws IOException {
            try (DiskFile file = disk.open(FILE, true)) {
                byte[] zeros = new byte[1 << 20];
                for (int i = 0; i < 500; i++) {
                    file.writeFully(ByteBuffer.wrap(zeros), (long) i << 20);
                }
                file.sync();
                assertThat(file.size()).isEqualTo(500L << 20);
            }
        }

        @Test
        void keepsItsPages() throws IOException {
            byte[] bytes = new byte[20_000];
            new Random(1).nextBytes(bytes);
            try (DiskFile file = disk.open(FILE, true)) {
                file.writeFully(ByteBuffer.wrap(bytes), 777);
                ByteBuffer target = ByteBuffer.allocate(30_000);
                assertThat(file.readFully(target, 777)).isEqualTo(bytes.length);
                assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes));
            }
        }
    }

    private DiskFile write(String text, long position) throws IOException {
        DiskFile file = disk.open(FILE, true);
        file.writeFully(ByteBuffer.wrap(text.getBytes(US_ASCII)), position);
        return file;
    }

    private static String text(FaultyDisk disk) {
        return new String(disk.bytes(FILE), US_ASCII);
    }
}
