/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open journal file with zeros kept ahead of the writer, so that a sync has no blocks to allocate.
 *
 * <p>Written by the flusher and filled by one pool thread; the lock keeps zeros from going over data.
 */
final class OpenFile {

    /** Written at once. A longer write keeps a core, and whoever waits for it, for milliseconds. */
    private static final int ZEROS_BYTES = 64 * 1024;

    private static final int MOST_WIPED_BYTES = 512 * 1024;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ZEROS_BYTES);

    private final DiskFile file;
    private final long limit;
    private final Consumer<OpenFile> closed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final ReentrantLock syncing = new ReentrantLock();
    private @Nullable IOException syncFailure;
    private long end;
    private boolean filling;
    private boolean fillable = true;
    // Where its records end, if something else is behind them; -1 if not.
    private volatile long remainsFrom = -1;

    /**
     * An open file.
     *
     * @param limit no zeros are written from here on
     * @param closed told when it is closed
     */
    OpenFile(DiskFile file, long limit, Consumer<OpenFile> closed) throws IOException {
        this.file = file;
        this.limit = limit;
        this.closed = closed;
        this.end = file.size();
    }

    DiskFile file() {
        return file;
    }

    /** Writes all of it; waits for zeros that are being written at the same place. */
    void write(ByteBuffer source, long position) throws IOException {
        lock.lock();
        try {
            long to = position + source.remaining();
            while (filling && to > end) {
                filled.awaitUninterruptibly();
            }
            end = Math.max(end, to);
        } finally {
            lock.unlock();
        }
        file.writeFully(source, position);
    }

    /**
     * Makes what was written durable; one at a time, and never again after one has failed: the system tells of a write that
     * failed only once, to whoever happens to ask first (journal danger 2).
     */
    void sync() throws IOException {
        syncing.lock();
        try {
            if (syncFailure != null) {
                throw new IOException("an earlier sync failed: " + syncFailure.getMessage(), syncFailure);
            }
            file.sync();
        } catch (IOException e) {
            syncFailure = e;
            throw e;
        } finally {
            syncing.unlock();
        }
    }

    /**
     * Whether {@link #fill} is to be called now, by one thread. Steps double with the file: a journal that is hardly used
     * takes little room.
     */
    boolean needsFill(long position, int step) {
        lock.lock();
        try {
            if (filling || !fillable || end >= limit || position + Math.min(step, end) / 2 < end) {
                return false;
            }
            filling = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Writes a step of zeros, or as many as there are bytes, after the end, after {@link #needsFill} said so. Throws if its sync fails. */
    void fill(int step) throws IOException {
        long to = end;
        try {
            to = writeZeros(Math.min(limit, end + Math.min(step, end)));
            sync();
        } finally {
            lock.lock();
            try {
                end = to;
                filling = false;
                filled.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private long writeZeros(long to) {
        try {
            zeros(file, end, to);
            return to;
        } catch (IOException e) {
            // No room: the writer will find that out itself if it comes so far.
            fillable = false;
            return end;
        }
    }

    /** Says that no more is written, and that what a former use of the file left behind this position has to go. */
    void endsAt(long position) {
        remainsFrom = position;
    }

    /** Takes away what a former use left behind the records, if anything; whether there is something to sync. */
    boolean removeRemains() throws IOException {
        long from = remainsFrom;
        if (from < 0) {
            return false;
        }
        remainsFrom = -1;
        // A file of full size is of use again.
        if (limit - from <= MOST_WIPED_BYTES) {
            zeros(file, from, limit);
        } else {
            file.truncate(from);
        }
        return true;
    }

    void close() throws IOException {
        lock.lock();
        try {
            fillable = false;
            while (filling) {
                filled.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        closed.accept(this);
        file.close();
    }

    static void zeros(DiskFile file, long from, long to) throws IOException {
        for (long at = from; at < to; at += ZEROS_BYTES) {
            file.writeFully(ZEROS.duplicate().limit((int) Math.min(ZEROS_BYTES, to - at)), at);
            // Nobody waits for these zeros yet, and the system would let a thread that seldom works go on for long.
            Thread.yield();
        }
    }
}
