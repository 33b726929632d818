/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.Arrays;

/**
 * Contents in the swap that nobody needs any more, until a thread that may wait for the disk frees them.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class FreedContents {
    static final long[] NONE = {};

    /** As many, or so many bytes, are worth a task. */
    private static final int WORTHWHILE = 256;

    private static final long WORTHWHILE_BYTES = 1024 * 1024;

    private long[] handles = NONE;
    private int size;
    private long bytes;

    void add(long handle, int contentBytes) {
        if (size == handles.length) {
            handles = Arrays.copyOf(handles, Math.max(16, 2 * size));
        }
        handles[size++] = handle;
        bytes += contentBytes;
    }

    /** Whether there are so many that they are not left for later. */
    boolean isWorthwhile() {
        return size >= WORTHWHILE || bytes >= WORTHWHILE_BYTES;
    }

    /** Takes all. */
    long[] take() {
        long[] taken = size == 0 ? NONE : Arrays.copyOf(handles, size);
        size = 0;
        bytes = 0;
        return taken;
    }
}
