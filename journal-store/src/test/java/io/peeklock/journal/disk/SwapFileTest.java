/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.SwapSpace;
import io.peeklock.journal.SwapSpaceContract;
import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The swap in files keeps every swap's promises, on a disk that fails too (journal danger 15).
 *
 * <p>Not thread safe.
 */
@Tag("danger-15")
final class SwapFileTest extends SwapSpaceContract {

    private static final Path DIRECTORY = Path.of("/store/partition-00/swap").toAbsolutePath();
    private static final Path FIRST = DIRECTORY.resolve("bodies-00000001.swap");
    private static final int SEGMENT_BYTES = 8 * 1024 * 1024;

    private final FaultyDisk disk = new FaultyDisk();

    @Override
    protected SwapSpace open() throws JournalException {
        return SwapFile.open(disk, DIRECTORY);
    }

    private static ByteBuffer bytes(int length, int fill) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) fill);
        return ByteBuffer.wrap(bytes);
    }

    @Nested
    class Opening {

        @Test
        void costsNothingBeforeTheFirstWrite() throws Exception {
            open();
            assertThat(disk.exists(DIRECTORY)).isFalse();
        }

        @Test
        void deletesWhatACrashLeft() throws Exception {
            swap().write(content("secret"));
            SwapSpace again = SwapFile.open(disk, DIRECTORY);
            assertThat(disk.list(DIRECTORY)).isEmpty();
            assertThat(again.diskBytes()).isZero();
        }

        @Test
        void leavesOtherFilesAlone() throws Exception {
            disk.createDirectories(DIRECTORY);
            disk.open(DIRECTORY.resolve("note.txt"), true).close();
            open();
            assertThat(disk.list(DIRECTORY)).containsExactly("note.txt");
        }

        @Test
        void saysWhenItCannot() throws Exception {
            swap().write(content("x"));
            disk.add(Fault.in(Operation.DELETE).as(Effect.ACCESS_DENIED));
            assertReason(Reason.ACCESS_DENIED, () -> SwapFile.open(disk, DIRECTORY));
            disk.heal();
        }
    }

    @Nested
    class ReadingTogether {

        /** 256 KiB, and no further than the segment: gaps that others left are read too. */
        @Test
        void isOneReadOfWhatLiesBehindTheFirst() throws Exception {
            List<ByteBuffer> contents = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                contents.add(bytes(1000, i));
            }
            long[] handles = swap().write(contents);
            int[] bytes = new int[1000];
            Arrays.fill(bytes, 1000);
            List<byte[]> read = swap().readTogether(handles, bytes);
            assertThat(read).hasSize(256);
            assertThat(read.get(255)).hasSize(1000).containsOnly((byte) 255);
            swap().free(handles[1]);
            long[] others = {handles[0], handles[2], handles[4]};
            assertThat(swap().readTogether(others, bytes)).hasSize(3);
        }

        @Test
        void doesNotGoBack() throws Exception {
            long[] handles = swap().write(List.of(bytes(1000, 1), bytes(1000, 2)));
            assertThat(swap().readTogether(new long[] {handles[1], handles[0]}, new int[] {1000, 1000}))
                    .hasSize(1);
        }
    }

    @Nested
    class Damage {

        @Test
        void ofAnyBitIsNoticed() throws Exception {
            long handle = swap().write(content("a body that must not change"));
            int length = disk.bytes(FIRST).length;
            for (int at = 0; at < length; at++) {
                for (int bit = 0; bit < 8; bit++) {
                    disk.flipBit(FIRST, at, bit);
                    assertReason(Reason.CORRUPT, () -> swap().read(handle));
                    disk.flipBit(FIRST, at, bit);
                }
            }
            assertThat(swap().read(handle)).hasSize(27);
        }

        /** What lies before it can be had all the same. */
        @Test
        void ofAnyBitOfSeveralIsNoticed() throws Exception {
            int[] bytes = {11, 8, 6};
            long[] handles = swap().write(List.of(content("a body that"), content("must not"), content("change")));
            for (int at = 0; at < 3 * SwapFile.BLOCK_BYTES; at++) {
                int damaged = at / SwapFile.BLOCK_BYTES;
                if (at % SwapFile.BLOCK_BYTES >= SwapRun.HEADER_BYTES + bytes[damaged]) {
                    continue;
                }
                disk.flipBit(FIRST, at, at % 8);
                if (damaged == 0) {
                    assertReason(Reason.CORRUPT, () -> swap().readTogether(handles, bytes));
                } else {
                    assertThat(swap().readTogether(handles, bytes)).hasSize(damaged);
                }
                disk.flipBit(FIRST, at, at % 8);
            }
            assertThat(swap().readTogether(handles, bytes)).hasSize(3);
        }

        @Test
        void ofAFileThatWasCutIsNoticedBehindTheFirst() throws Exception {
            long[] handles = swap().write(List.of(bytes(5_000, 1), bytes(5_000, 2)));
            disk.cut(FIRST, 8_000);
            assertThat(swap().readTogether(handles, new int[] {5_000, 5_000})).hasSize(1);
        }

        @Test
        void ofAnyBitOfTheStartIsNoticedWithoutTheRest() throws Exception {
            long handle = swap().write(bytes(20_000, 7));
            byte[] start = swap().readStart(handle);
            for (int at = 0; at < SwapRun.HEADER_BYTES + SwapSpace.START_BYTES; at += 7) {
                disk.flipBit(FIRST, at, at % 8);
                assertReason(Reason.CORRUPT, () -> swap().read(handle));
                if (at < 16 || at >= SwapRun.HEADER_BYTES) {
                    assertReason(Reason.CORRUPT, () -> swap().readStart(handle));
                }
                disk.flipBit(FIRST, at, at % 8);
            }
            disk.flipBit(FIRST, 10_000, 3);
            assertThat(swap().readStart(handle)).isEqualTo(start);
        }

        @Test
        void byZeroedPagesOrACutFileIsNoticed() throws Exception {
            long handle = swap().write(bytes(20_000, 7));
            disk.zero(FIRST, 8192, 4096);
            assertReason(Reason.CORRUPT, () -> swap().read(handle));
            long second = swap().write(bytes(20_000, 7));
            disk.cut(FIRST, 30_000);
            assertReason(Reason.CORRUPT, () -> swap().read(second));
        }

        @Test
        void byAContentInTheWrongPlaceIsNoticed() throws Exception {
            long first = swap().write(content("first"));
            long second = swap().write(content("other"));
            byte[] file = disk.bytes(FIRST);
            disk.overwrite(FIRST, 256, Arrays.copyOf(file, 256));
            assertThat(swap().read(first)).isEqualTo("first".getBytes(UTF_8));
            assertReason(Reason.CORRUPT, () -> swap().read(second));
        }

        @Test
        void byALostWriteIsNoticed() throws Exception {
            disk.add(Fault.in(Operation.WRITE).as(Effect.LOST));
            long handle = swap().write(content("never written"));
            assertReason(Reason.CORRUPT, () -> swap().read(handle));
        }

        @Test
        void byAnErrorIsToldAsOne() throws Exception {
            long handle = swap().write(content("x"));
            disk.add(Fault.in(Operation.READ));
            assertReason(Reason.IO, () -> swap().read(handle));
        }
    }

    @Nested
    class Writing {

        @Test
        void survivesShortWrites() throws Exception {
            disk.add(Fault.in(Operation.WRITE).as(Effect.SHORT).times(5));
            long handle = swap().write(bytes(10_000, 3));
            assertThat(swap().read(handle)).hasSize(10_000).containsOnly(3);
        }

        @Test
        void onAFullDiskFailsAndGivesTheRoomBack() throws Exception {
            long handle = swap().write(bytes(5_000, 1));
            disk.limitCapacity(6_000);
            for (int i = 0; i < 50; i++) {
                assertReason(Reason.DISK_FULL, () -> swap().write(bytes(5_000, 2)));
            }
            assertThat(swap().diskBytes()).isLessThan(12_000);
            assertThat(swap().read(handle)).hasSize(5_000).containsOnly(1);
            swap().free(handle);
            long again = swap().write(bytes(5_000, 3));
            assertThat(swap().read(again)).containsOnly(3);
        }

        @Test
        void neverSyncs() throws Exception {
            swap().write(content("x"));
            swap().close();
            assertThat(disk.calls(Operation.SYNC)).isZero();
        }
    }

    @Nested
    class Space {

        @Test
        void ofFreedContentsIsUsedAgain() throws Exception {
            Deque<Long> live = new ArrayDeque<>();
            for (int i = 0; i < 20_000; i++) {
                live.add(swap().write(bytes(1_000, i)));
                if (live.size() > 100) {
                    swap().free(live.remove());
                }
            }
            assertThat(disk.list(DIRECTORY)).hasSize(1);
            assertThat(swap().diskBytes()).isEqualTo(101 * 1024);
        }

        @Test
        void isBoundedWhenSizesAreMixedAndFreedAtRandom() throws Exception {
            Random random = new Random(11);
            List<Long> live = new ArrayList<>();
            List<Integer> sizes = new ArrayList<>();
            long liveBytes = 0;
            long mostLive = 0;
            for (int i = 0; i < 20_000; i++) {
                int size = 1 << random.nextInt(17);
                live.add(swap().write(bytes(size, i)));
                sizes.add(size);
                liveBytes += size;
                mostLive = Math.max(mostLive, liveBytes);
                while (live.size() > 1_000) {
                    int freed = random.nextInt(live.size());
                    swap().free(live.remove(freed));
                    liveBytes -= sizes.remove(freed);
                }
            }
            assertThat(swap().diskBytes()).isLessThan(2 * mostLive + SEGMENT_BYTES);
        }

        @Test
        void ofEmptySegmentsIsGivenBack() throws Exception {
            List<Long> handles = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                handles.add(swap().write(bytes(1_000_000, i)));
            }
            assertThat(disk.list(DIRECTORY)).hasSize(5);
            handles.forEach(swap()::free);
            assertThat(disk.list(DIRECTORY)).hasSize(1);
            assertThat(swap().diskBytes()).isLessThanOrEqualTo(SEGMENT_BYTES);
            swap().write(content("x"));
            assertThat(disk.list(DIRECTORY)).hasSize(1);
        }

        @Test
        void ofAContentLargerThanASegmentIsItsOwn() throws Exception {
            long handle = swap().write(bytes(3 * SEGMENT_BYTES, 9));
            assertThat(swap().read(handle)).hasSize(3 * SEGMENT_BYTES);
            assertThat(swap().diskBytes()).isEqualTo(3L * SEGMENT_BYTES + SwapFile.BLOCK_BYTES);
            swap().free(handle);
            assertThat(swap().diskBytes()).isZero();
        }

        @Test
        void isGivenBackByClose() throws Exception {
            swap().write(content("x"));
            swap().close();
            assertThat(disk.list(DIRECTORY)).isEmpty();
            assertThat(swap().diskBytes()).isZero();
        }

        @Test
        void freedTwiceIsABug() throws Exception {
            long handle = swap().write(content("x"));
            swap().write(content("y"));
            swap().free(handle);
            assertThatThrownBy(() -> swap().free(handle)).isInstanceOf(AssertionError.class);
            long successor = swap().write(content("z"));
            assertThatThrownBy(() -> swap().free(handle)).isInstanceOf(AssertionError.class);
            assertThat(swap().read(successor)).isEqualTo("z".getBytes(UTF_8));
        }
    }
}
