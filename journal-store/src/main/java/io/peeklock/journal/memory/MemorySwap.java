/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.memory;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.SwapSpace;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Swap space that is no relief: a namespace in memory has nowhere else to put its bodies.
 *
 * <p>Thread rule of {@link SwapSpace}; in fact any thread may call anything.
 */
final class MemorySwap implements SwapSpace {

    private final Map<Long, byte[]> contents = new ConcurrentHashMap<>();
    private final AtomicLong lastHandle = new AtomicLong();
    private volatile boolean closed;

    @Override
    public long[] write(List<ByteBuffer> written) throws JournalException {
        requireOpen();
        long[] handles = new long[written.size()];
        for (int i = 0; i < handles.length; i++) {
            ByteBuffer content = written.get(i);
            byte[] bytes = new byte[content.remaining()];
            content.get(bytes);
            handles[i] = lastHandle.incrementAndGet();
            contents.put(handles[i], bytes);
        }
        return handles;
    }

    @Override
    public byte[] read(long handle) throws JournalException {
        return find(handle).clone();
    }

    @Override
    public byte[] readStart(long handle) throws JournalException {
        byte[] bytes = find(handle);
        return Arrays.copyOf(bytes, Math.min(bytes.length, START_BYTES));
    }

    private byte[] find(long handle) throws JournalException {
        requireOpen();
        byte[] bytes = contents.get(handle);
        if (bytes == null) {
            throw new JournalException(Reason.CORRUPT, "the swap has nothing under handle " + handle);
        }
        return bytes;
    }

    @Override
    public void free(long handle) {
        contents.remove(handle);
    }

    @Override
    public boolean isInMemory() {
        return true;
    }

    @Override
    public long diskBytes() {
        return 0;
    }

    private void requireOpen() throws JournalException {
        if (closed) {
            throw new JournalException(Reason.CLOSED, "the swap was closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        contents.clear();
    }
}
