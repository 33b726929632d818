/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings groups to the disk: writes, syncs, closes files, keeps zeros ahead, and keeps the mark.
 *
 * <p>Owned by the flusher of a {@link GroupWriter}; only the counters are for any thread.
 */
final class GroupFlusher {

    private static final Logger LOG = LoggerFactory.getLogger(GroupFlusher.class);

    private final IoPool pool;
    private final MarkFile marks;
    private final long markIntervalNanos;
    private final int fillStep;
    private final Consumer<Throwable> failed;
    private final Set<OpenFile> dirty = new LinkedHashSet<>();
    private Mark marked;
    private long markedAt;
    private final AtomicLong bytesWritten = new AtomicLong();
    private final SyncClock syncs = new SyncClock();

    /**
     * A flusher.
     *
     * @param start what the mark says already
     * @param failed hears of a sync that failed in another thread
     */
    GroupFlusher(IoPool pool, MarkFile marks, JournalSettings settings, Mark start, Consumer<Throwable> failed) {
        this.pool = pool;
        this.marks = marks;
        this.markIntervalNanos = settings.markInterval().toNanos();
        this.fillStep = settings.fillStepBytes();
        this.failed = failed;
        this.marked = start;
        this.markedAt = System.nanoTime() - markIntervalNanos;
    }

    /**
     * Writes a group and does what it asks for.
     *
     * @param durable what was durable before
     */
    void flush(Pending group, Mark durable) throws IOException {
        if (marked.clean() && !group.segments().isEmpty()) {
            // From here on a stop without a close can be told.
            mark(durable);
        }
        Pending.Segment last = null;
        for (Pending.Segment segment : group.segments()) {
            dirty.add(segment.file());
            segment.file().write(group.content(segment), segment.position());
            bytesWritten.addAndGet(segment.to() - segment.from());
            last = segment;
        }
        for (OpenFile file : group.closes()) {
            if (file.removeRemains()) {
                dirty.add(file);
            }
        }
        if (group.wantsSync()) {
            for (OpenFile file : dirty) {
                sync(file);
            }
            dirty.clear();
        }
        for (OpenFile file : group.closes()) {
            if (dirty.remove(file)) {
                sync(file);
            }
            file.close();
        }
        if (last != null && !group.closes().contains(last.file())) {
            fillAhead(last.file(), last.position() + last.to() - last.from());
        }
    }

    private void sync(OpenFile file) throws IOException {
        long started = System.nanoTime();
        file.sync();
        syncs.note(started, System.nanoTime());
    }

    private void fillAhead(OpenFile file, long position) {
        if (file.needsFill(position, fillStep)) {
            Runnable fill = () -> fill(file);
            if (!pool.tryExecute(fill)) {
                fill.run();
            }
        }
    }

    private void fill(OpenFile file) {
        try {
            file.fill(fillStep);
        } catch (IOException | RuntimeException | Error e) {
            failed.accept(e);
        }
    }

    void mark(Mark mark) throws IOException {
        marks.write(mark);
        marked = mark;
        markedAt = System.nanoTime();
    }

    boolean isMarked(Mark mark) {
        return mark.equals(marked);
    }

    /** How long the next mark may wait, not positive if it is due. */
    long nanosUntilMark() {
        return markedAt + markIntervalNanos - System.nanoTime();
    }

    /** Closes the files that a group was to close; of a journal that has failed. */
    static void abandon(Pending group) {
        for (OpenFile file : group.closes()) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("cannot close a file of a failed journal", e);
            }
        }
        group.clear();
    }

    long bytesWritten() {
        return bytesWritten.get();
    }

    SyncClock syncs() {
        return syncs;
    }
}
