/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.workload.ExchangeWorkload;
import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;

/**
 * What a topic makes a journal do and nothing else: some threads add a record for each of several takers with one synced commit,
 * each taker deletes its own, one synced delete after the other.
 *
 * <p>Its workers belong to a thread each and share the journal, which is thread safe.
 */
final class RawFanOut {

    private final JournalImpl journal;
    private final AtomicLong ids;
    private final byte recordType;
    private final Semaphore room;
    private final List<BlockingQueue<Long>> added = new ArrayList<>();

    /** @param takers as many as records of a transaction */
    RawFanOut(JournalImpl journal, AtomicLong ids, byte recordType, int takers) {
        this.journal = journal;
        this.ids = ids;
        this.recordType = recordType;
        this.room = new Semaphore(takers * ExchangeWorkload.MAX_BACKLOG);
        for (int i = 0; i < takers; i++) {
            added.add(new LinkedBlockingQueue<>());
        }
    }

    /** A worker a taker, and one a body. */
    List<Worker> workers(List<byte[]> bodies) {
        List<Worker> workers = new ArrayList<>();
        for (BlockingQueue<Long> own : added) {
            workers.add(() -> delete(own));
        }
        for (byte[] body : bodies) {
            workers.add(() -> add(body));
        }
        return workers;
    }

    /** Not counted, as a message that is sent to a topic is not. */
    private long add(byte[] body) throws Exception {
        if (!room.tryAcquire(added.size(), Workloads.WAIT_MS, TimeUnit.MILLISECONDS)) {
            return Worker.NOT_COUNTED;
        }
        long first = ids.getAndAdd(added.size() + 1) + 1;
        long transaction = first + added.size();
        for (int i = 0; i < added.size(); i++) {
            journal.appendAddRecordTransactional(transaction, first + i, recordType, body);
        }
        journal.appendCommitRecord(transaction, true);
        for (int i = 0; i < added.size(); i++) {
            added.get(i).add(first + i);
        }
        return Worker.NOT_COUNTED;
    }

    private long delete(BlockingQueue<Long> own) throws Exception {
        long start = System.nanoTime();
        Long id = own.poll(Workloads.WAIT_MS, TimeUnit.MILLISECONDS);
        if (id == null) {
            return Worker.NOT_COUNTED;
        }
        journal.appendDeleteRecord(id, true);
        room.release();
        return System.nanoTime() - start;
    }
}
