/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.peeklock.journal.JournalException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SwapSpace} promises.
 *
 * <p>Not thread safe.
 */
public abstract class SwapSpaceContract {

    private SwapSpace swap;

    /** Empty swap space. */
    protected abstract SwapSpace open() throws Exception;

    @BeforeEach
    final void openSwap() throws Exception {
        swap = open();
    }

    @AfterEach
    final void closeSwap() {
        swap.close();
    }

    protected final SwapSpace swap() {
        return swap;
    }

    protected static ByteBuffer content(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    protected static void assertReason(Reason reason, ThrowingCallable call) {
        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(call)
                .matches(e -> e.reason() == reason, reason.name());
    }

    @Test
    void givesBackWhatItGot() throws Exception {
        long first = swap.write(content("one"));
        long second = swap.write(content(""));
        long third = swap.write(content("x".repeat(1_000_000)));
        assertThat(List.of(first, second, third)).doesNotHaveDuplicates().allMatch(handle -> handle > 0);
        assertThat(swap.read(first)).isEqualTo("one".getBytes(UTF_8));
        assertThat(swap.read(second)).isEmpty();
        assertThat(swap.read(third)).hasSize(1_000_000).containsOnly('x');
        assertThat(swap.read(first)).isEqualTo("one".getBytes(UTF_8));
    }

    @Test
    void givesBackTheStartAlone() throws Exception {
        String start = "s".repeat(SwapSpace.START_BYTES);
        List<Long> handles = new ArrayList<>();
        for (String text : List.of("", "short", start, start + "e", start + "e".repeat(300_000))) {
            handles.add(swap.write(content(text)));
        }
        assertThat(swap.readStart(handles.get(0))).isEmpty();
        assertThat(swap.readStart(handles.get(1))).isEqualTo("short".getBytes(UTF_8));
        for (int i = 2; i < 5; i++) {
            assertThat(swap.readStart(handles.get(i))).isEqualTo(start.getBytes(UTF_8));
        }
        assertReason(Reason.CORRUPT, () -> swap.readStart(123_456_789_012L));
    }

    @Test
    void givesBackTheFirstOfSeveralAndPerhapsMore() throws Exception {
        List<String> texts = List.of("one", "", "x".repeat(1000), "y".repeat(300_000), "five", "z".repeat(100_000));
        long[] handles =
                swap.write(texts.stream().map(SwapSpaceContract::content).toList());
        for (int from = 0; from < handles.length; from++) {
            List<String> expected = texts.subList(from, texts.size());
            long[] wanted = Arrays.copyOfRange(handles, from, handles.length);
            List<String> read = swap.readTogether(wanted, lengths(expected)).stream()
                    .map(content -> new String(content, UTF_8))
                    .toList();
            assertThat(read).isNotEmpty().isEqualTo(expected.subList(0, read.size()));
        }
    }

    @Test
    void givesWhatIsInAnyOrder() throws Exception {
        long[] handles = swap.write(List.of(content("one"), content("three"), content("six")));
        long[] backwards = {handles[2], handles[0], handles[1]};
        List<byte[]> read = swap.readTogether(backwards, new int[] {3, 3, 5});
        assertThat(read.get(0)).isEqualTo("six".getBytes(UTF_8));
    }

    @Test
    void givesNothingOfSeveralIfTheFirstWasFreed() throws Exception {
        long[] handles = swap.write(List.of(content("one"), content("two")));
        swap.free(handles[0]);
        swap.write(content("ten"));
        assertReason(Reason.CORRUPT, () -> swap.readTogether(handles, new int[] {3, 3}));
    }

    private static int[] lengths(List<String> texts) {
        return texts.stream().mapToInt(String::length).toArray();
    }

    @Test
    void leavesTheBufferAtItsEnd() throws Exception {
        ByteBuffer content = content("abc");
        content.get();
        long handle = swap.write(content);
        assertThat(content.hasRemaining()).isFalse();
        assertThat(swap.read(handle)).isEqualTo("bc".getBytes(UTF_8));
    }

    @Test
    void givesNothingForAFreedHandle() throws Exception {
        long freed = swap.write(content("one"));
        swap.write(content("two"));
        swap.free(freed);
        swap.write(content("six"));
        assertReason(Reason.CORRUPT, () -> swap.read(freed));
    }

    @Test
    void givesNothingForAHandleThatIsNone() {
        assertReason(Reason.CORRUPT, () -> swap.read(123_456_789_012L));
    }

    @Test
    void isReadByOtherThreads() throws Exception {
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            handles.add(swap.write(content("content " + i)));
        }
        List<CompletableFuture<Void>> readers = new ArrayList<>();
        for (int reader = 0; reader < 3; reader++) {
            readers.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 100; i++) {
                    try {
                        assertThat(new String(swap.read(handles.get(i)), UTF_8)).isEqualTo("content " + i);
                    } catch (JournalException e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        for (int i = 0; i < 100; i++) {
            swap.write(content("more " + i));
        }
        readers.forEach(CompletableFuture::join);
    }

    @Test
    void keepsEverythingApartInALongLife() throws Exception {
        Random random = new Random(5);
        Map<Long, byte[]> expected = new HashMap<>();
        List<Long> handles = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            if (handles.isEmpty() || random.nextInt(5) > 1) {
                byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 200_000 : 3_000)];
                random.nextBytes(bytes);
                long handle = swap.write(ByteBuffer.wrap(bytes));
                assertThat(expected.put(handle, bytes)).isNull();
                handles.add(handle);
            } else {
                long handle = handles.remove(random.nextInt(handles.size()));
                assertThat(swap.read(handle)).isEqualTo(expected.remove(handle));
                swap.free(handle);
            }
        }
        for (long handle : handles) {
            assertThat(swap.read(handle)).isEqualTo(expected.get(handle));
        }
    }

    @Test
    void refusesEverythingWhenClosed() throws Exception {
        long handle = swap.write(content("one"));
        swap.close();
        swap.close();
        assertReason(Reason.CLOSED, () -> swap.read(handle));
        assertReason(Reason.CLOSED, () -> swap.write(content("two")));
        swap.free(handle);
    }
}
