/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStatistics;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordVisitor;

/** A journal that asks another one, for tests that change a part of it. Thread rule of {@link PartitionJournal}. */
public abstract class ForwardingJournal implements PartitionJournal {
    protected final PartitionJournal journal;

    protected ForwardingJournal(PartitionJournal journal) {
        this.journal = journal;
    }

    @Override
    public LoadReport load(RecordVisitor visitor) throws JournalException {
        return journal.load(visitor);
    }

    @Override
    public long append(Batch batch) throws JournalException {
        return journal.append(batch);
    }

    @Override
    public boolean hasRoomFor(long bodyBytes, int operations) {
        return journal.hasRoomFor(bodyBytes, operations);
    }

    @Override
    public long appendedIndex() {
        return journal.appendedIndex();
    }

    @Override
    public long durableIndex() {
        return journal.durableIndex();
    }

    @Override
    public int maxRecordBytes() {
        return journal.maxRecordBytes();
    }

    @Override
    public void shrink() {
        journal.shrink();
    }

    @Override
    public JournalStatistics statistics() {
        return journal.statistics();
    }

    @Override
    public void close() throws JournalException {
        journal.close();
    }
}
