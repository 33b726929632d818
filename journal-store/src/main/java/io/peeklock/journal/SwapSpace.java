/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A place on disk for bytes that can be read from nowhere else quickly but are all in the journal too.
 *
 * <p>{@code write} and {@link #free} are called by the owner's thread, {@link #read} by any. Blocks; not for an
 * application's thread (an interrupt would close the channel).
 */
public interface SwapSpace extends AutoCloseable {

    /** Bytes at the beginning of a content that can be read without the rest. */
    int START_BYTES = 4000;

    /**
     * Writes contents, many at a time for little more than one costs. Not synced: a crash empties the swap.
     *
     * @return a handle for each, positive
     * @throws JournalException and then none of them is kept
     */
    long[] write(List<ByteBuffer> contents) throws JournalException;

    /** Writes one content and returns its handle, positive. */
    default long write(ByteBuffer content) throws JournalException {
        return write(List.of(content))[0];
    }

    /**
     * Reads what {@code write} gave this handle for.
     *
     * @throws JournalException with reason CORRUPT if the checksum does not match: nothing wrong is ever returned
     */
    byte[] read(long handle) throws JournalException;

    /**
     * Reads the beginning of what {@code write} gave this handle for: {@link #START_BYTES}, or all of it if it has fewer.
     *
     * @throws JournalException as {@link #read}
     */
    byte[] readStart(long handle) throws JournalException;

    /**
     * Reads the first of several contents, and with it those behind it that need no further read of the disk.
     *
     * @param handles at least one
     * @param bytes how many each content has
     * @return the contents of the first handles, at least one; fewer than there are handles also where one of them is damaged
     * @throws JournalException as {@link #read}, of the first
     */
    default List<byte[]> readTogether(long[] handles, int[] bytes) throws JournalException {
        return List.of(read(handles[0]));
    }

    /** The content of this handle is no longer needed. */
    void free(long handle);

    /** Whether what is written stays in the heap, and so relieves nobody. */
    default boolean isInMemory() {
        return false;
    }

    /** Bytes on disk. */
    long diskBytes();

    @Override
    void close();
}
