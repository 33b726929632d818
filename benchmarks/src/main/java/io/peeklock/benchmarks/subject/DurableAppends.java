/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.PartitionJournal;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets many threads append to one journal, each waiting until its own batch is durable.
 *
 * <p>Thread safe.
 */
public final class DurableAppends implements JournalListener {

    private record Waiting(long index, Thread thread) {}

    /** A journal takes one append at a time; held for the append alone, never while waiting for the disk. */
    private final ReentrantLock appending = new ReentrantLock();

    /** In order of their indexes, as they are added under the lock. */
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    private volatile long durable;
    private volatile @Nullable JournalException failure;

    /** Appends a batch that asks for a sync and returns when it is on disk. */
    void append(PartitionJournal journal, Batch batch) throws JournalException {
        long index;
        appending.lock();
        try {
            index = journal.append(batch);
            waiting.add(new Waiting(index, Thread.currentThread()));
        } finally {
            appending.unlock();
        }
        while (durable < index) {
            if (failure != null) {
                throw new IllegalStateException("the journal failed", failure);
            }
            LockSupport.park(this);
        }
    }

    @Override
    public void durable(long index) {
        durable = index;
        // One that is added after this look has yet to check the index before it parks.
        for (Waiting first = waiting.peek(); first != null && first.index() <= index; first = waiting.peek()) {
            waiting.remove();
            LockSupport.unpark(first.thread());
        }
    }

    @Override
    public void failed(JournalException cause) {
        failure = cause;
        waiting.forEach(each -> LockSupport.unpark(each.thread()));
    }
}
