/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.SwapSpace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A swap that fails when its store's test wishes.
 *
 * <p>Thread rule of {@link SwapSpace}.
 */
final class SimulatedSwap implements SwapSpace {
    private final MemorySwap swap = new MemorySwap();
    private final SimulatedJournalStore store;

    SimulatedSwap(SimulatedJournalStore store) {
        this.store = store;
    }

    @Override
    public long[] write(List<ByteBuffer> contents) throws JournalException {
        store.usingSwap();
        if (store.swapWritesFail()) {
            throw new JournalException(Reason.DISK_FULL, "the swap cannot be written, as the test wished");
        }
        return swap.write(contents);
    }

    @Override
    public byte[] read(long handle) throws JournalException {
        byte[] content = swap.read(handle);
        reading(content.length);
        return content;
    }

    @Override
    public byte[] readStart(long handle) throws JournalException {
        byte[] start = swap.readStart(handle);
        reading(start.length);
        return start;
    }

    /** All that can be read: as if they lay behind each other. */
    @Override
    public List<byte[]> readTogether(long[] handles, int[] bytes) throws JournalException {
        List<byte[]> contents = new ArrayList<>(List.of(read(handles[0])));
        for (int i = 1; i < handles.length; i++) {
            byte[] content = swap.read(handles[i]);
            assertThat(content).hasSize(bytes[i]);
            reading(content.length);
            contents.add(content);
        }
        return contents;
    }

    private void reading(int bytes) throws JournalException {
        store.usingSwap();
        if (store.swapReadsFail()) {
            throw new JournalException(Reason.CORRUPT, "the swap cannot be read, as the test wished");
        }
        store.readFromSwap(bytes);
    }

    @Override
    public void free(long handle) {
        store.usingSwap();
        swap.free(handle);
    }

    @Override
    public long diskBytes() {
        return swap.diskBytes();
    }

    @Override
    public void close() {
        store.usingSwap();
        swap.close();
    }
}
