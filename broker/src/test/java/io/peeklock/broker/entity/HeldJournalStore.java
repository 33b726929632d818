/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.runtime.ForwardingJournal;
import io.peeklock.broker.runtime.ForwardingJournalStore;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.util.ArrayList;
import java.util.List;

/**
 * A store in memory whose journals report batches as durable when the test says so, or fail, or come back damaged.
 *
 * <p>One thread.
 */
final class HeldJournalStore extends ForwardingJournalStore {

    /** What a failing append leaves behind. */
    enum Failure {
        NONE,
        /** The batch is lost. */
        BEFORE_WRITING,
        /** The batch will be there after a load. */
        AFTER_WRITING
    }

    private final List<Runnable> held = new ArrayList<>();
    private final List<String> quarantined = new ArrayList<>();
    private boolean holding;
    private boolean damaged;
    private boolean forgetful;
    private Failure next = Failure.NONE;
    private int batches;

    HeldJournalStore() {
        super(new MemoryJournalStore(1, true));
    }

    /** From now on nothing becomes durable. */
    void hold() {
        holding = true;
    }

    /** What was held is durable. */
    void release() {
        holding = false;
        List<Runnable> reports = List.copyOf(held);
        held.clear();
        reports.forEach(Runnable::run);
    }

    /** The next append fails, and every later one until the journal is opened again. */
    void failNext(Failure failure) {
        next = failure;
    }

    /** The next load reports damage. */
    void damage() {
        damaged = true;
    }

    /** Loads tell no more which ids were used by records that are gone. */
    void forgetIds() {
        forgetful = true;
    }

    /** Batches appended so far. */
    int batches() {
        return batches;
    }

    List<String> quarantined() {
        return quarantined;
    }

    @Override
    public PartitionJournal open(int index, JournalListener listener) throws JournalException {
        return new HeldJournal(listener, store.open(index, new JournalListener() {
            @Override
            public void durable(long batch) {
                if (holding) {
                    held.add(() -> listener.durable(batch));
                } else {
                    listener.durable(batch);
                }
            }

            @Override
            public void failed(JournalException cause) {
                listener.failed(cause);
            }
        }));
    }

    @Override
    public String quarantine(int index, String name, byte[] content) {
        quarantined.add(name + " of " + content.length + " bytes");
        return "quarantine/" + name;
    }

    /** A journal of the store. */
    private final class HeldJournal extends ForwardingJournal {
        private final JournalListener listener;
        private boolean failed;

        HeldJournal(JournalListener listener, PartitionJournal journal) {
            super(journal);
            this.listener = listener;
        }

        @Override
        public LoadReport load(RecordVisitor visitor) throws JournalException {
            LoadReport report = journal.load(visitor);
            long maxRecordId = forgetful ? 0 : report.maxRecordId();
            return new LoadReport(
                    report.liveRecords(),
                    maxRecordId,
                    !damaged,
                    !damaged
                            ? List.of()
                            : List.of(new LoadReport.Finding(
                                    LoadReport.Damage.CORRUPT_RECORD,
                                    7,
                                    "file 1, position 4711",
                                    "checksum does not match")));
        }

        @Override
        public long append(Batch batch) throws JournalException {
            batches++;
            if (failed) {
                throw new JournalException(JournalException.Reason.IO, "failed before");
            }
            if (next == Failure.NONE) {
                return journal.append(batch);
            }
            failed = true;
            if (next == Failure.AFTER_WRITING) {
                // Held, so that nobody hears that it is durable.
                holding = true;
                journal.append(batch);
                holding = false;
                held.clear();
            }
            next = Failure.NONE;
            listener.failed(new JournalException(JournalException.Reason.IO, "the disk is on fire"));
            return journal.appendedIndex() + 1;
        }
    }
}
