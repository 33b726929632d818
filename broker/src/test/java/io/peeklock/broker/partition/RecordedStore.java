/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.runtime.ForwardingJournal;
import io.peeklock.broker.runtime.ForwardingJournalStore;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A store of one partition that keeps every batch, so that a test can load what was there after any of them.
 *
 * <p>Not thread safe.
 */
final class RecordedStore extends ForwardingJournalStore {

    /** One operation with its bytes. */
    private record Operation(Batch.Operation operation, long id, int kind, byte[] body) {}

    private final SimulatedJournalStore simulated;
    private final List<List<Operation>> batches = new ArrayList<>();
    private Runnable onAppend = () -> {};
    private long roomBytes = Long.MAX_VALUE;

    RecordedStore() {
        this(new SimulatedJournalStore(1));
    }

    private RecordedStore(SimulatedJournalStore simulated) {
        super(simulated);
        this.simulated = simulated;
    }

    /** A store that begins with the first so many batches of another. */
    static RecordedStore after(RecordedStore other, int count) throws JournalException {
        RecordedStore store = new RecordedStore();
        store.batches.addAll(other.batches.subList(0, count));
        try (PartitionJournal journal = store.simulated.open(0, new Ignoring())) {
            journal.load(new Nothing());
            for (List<Operation> operations : store.batches) {
                journal.append(batch(operations));
            }
        }
        return store;
    }

    private static Batch batch(List<Operation> operations) {
        Batch batch = new Batch().durable();
        for (Operation operation : operations) {
            RecordBody body = RecordBody.of(operation.body());
            switch (operation.operation()) {
                case PUT -> batch.put(operation.id(), operation.kind(), body);
                case REPLACE -> batch.replace(operation.id(), operation.kind(), body);
                case REMOVE -> batch.remove(operation.id());
            }
        }
        return batch;
    }

    /** Runs after every append, when the state is what the batches amount to. */
    void onAppend(Runnable task) {
        onAppend = task;
    }

    /** Body bytes of the largest batch for which there is room without waiting. */
    void room(long bytes) {
        roomBytes = bytes;
    }

    int appended() {
        return batches.size();
    }

    int durable() {
        return batches.size() - simulated.waiting(0);
    }

    void sync(int count) {
        simulated.sync(0, count);
    }

    /** The next append fails; what was not synced goes with it. */
    void failNextAppend() {
        simulated.failNextAppend(0, Reason.IO);
    }

    /** A sync fails after some batches have reached the disk. */
    void failSync(int survivors) {
        simulated.failNextSync(0, Reason.IO, survivors);
        simulated.sync(0, Integer.MAX_VALUE);
    }

    /** Only the first so many batches were there after a failure. */
    void keep(int count) {
        batches.subList(count, batches.size()).clear();
    }

    void compact(long seed) {
        simulated.compact(0, seed);
    }

    @Override
    public PartitionJournal open(int index, JournalListener listener) throws JournalException {
        return new Recorded(simulated.open(index, listener));
    }

    /** Hears nothing. */
    private static final class Ignoring implements JournalListener {
        @Override
        public void durable(long index) {}

        @Override
        public void failed(JournalException cause) {}
    }

    /** Looks at nothing. */
    private static final class Nothing implements RecordVisitor {
        @Override
        public void put(long id, int kind, ByteBuffer body) {}

        @Override
        public void replace(long id, int kind, ByteBuffer body) {}

        @Override
        public void remove(long id) {}
    }

    /** Remembers what is appended. */
    private final class Recorded extends ForwardingJournal {
        Recorded(PartitionJournal journal) {
            super(journal);
        }

        @Override
        public long append(Batch batch) throws JournalException {
            long index = journal.append(batch);
            List<Operation> operations = new ArrayList<>();
            for (Batch.Entry entry : batch.entries()) {
                ByteBuffer body = ByteBuffer.allocate(entry.body().encodedBytes());
                entry.body().encodeTo(body);
                operations.add(new Operation(entry.operation(), entry.id(), entry.kind(), body.array()));
            }
            batches.add(operations);
            onAppend.run();
            return index;
        }

        @Override
        public boolean hasRoomFor(long bodyBytes, int operations) {
            return bodyBytes <= roomBytes && journal.hasRoomFor(bodyBytes, operations);
        }
    }
}
