/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. Positional reads and writes may come from several threads. */
public interface DiskFile extends AutoCloseable {

    /** Writes some of the buffer at the position and returns how much: callers loop (journal danger 4). */
    int write(ByteBuffer source, long position) throws IOException;

    /** Reads some bytes at the position, -1 at the end of the file. */
    int read(ByteBuffer target, long position) throws IOException;

    /** Makes written data durable (fdatasync). */
    void sync() throws IOException;

    long size() throws IOException;

    void truncate(long size) throws IOException;

    /**
     * Takes the file's lock for this process, until this file is closed. Says {@code false}, without waiting, if it is
     * taken, by another process or by this one.
     *
     * <p>On POSIX systems a process loses its lock when it closes <em>any</em> of its openings of the file: do not open
     * a file that this process has locked.
     */
    boolean tryLock() throws IOException;

    @Override
    void close() throws IOException;

    /** Writes the whole buffer. */
    default void writeFully(ByteBuffer source, long position) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            int written = write(source, at);
            if (written <= 0) {
                throw new IOException("wrote " + written + " of " + source.remaining() + " bytes at " + at);
            }
            at += written;
        }
    }

    /** Reads until the buffer is full or the file ends; returns the number of bytes read. */
    default int readFully(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        long at = position;
        while (target.hasRemaining()) {
            int read = read(target, at);
            if (read < 0) {
                break;
            }
            at += read;
        }
        return target.position() - start;
    }
}
