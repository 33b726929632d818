/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordVisitor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps definitions in their journal: one record an entity, under the entity's id, and one that says which id is next.
 *
 * <p>Changes one at a time, by whichever thread of the executor; they happen one after the other.
 */
final class DefinitionJournal {

    private static final Logger LOG = LoggerFactory.getLogger(DefinitionJournal.class);

    private static final byte HIGH_WATER_FORMAT = 1;
    private static final int HIGH_WATER_BYTES = 1 + Long.BYTES;

    private final JournalStore store;
    private final PartitionJournal journal;
    private final DurableBatch durable;
    private final List<EntityDefinition> loaded = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    /** Read by any thread. */
    private volatile long nextId = 1;

    /** The record that holds {@link #nextId}, 0 before there is one. */
    private long highWaterId;

    private DefinitionJournal(JournalStore store, PartitionJournal journal, DurableBatch durable) {
        this.store = store;
        this.journal = journal;
        this.durable = durable;
    }

    /**
     * Opens and loads. Blocks. Damage is in {@link #findings}; the journal can then be read and should not be written.
     *
     * @throws JournalException if it cannot be opened at all; nothing stays open then
     */
    static DefinitionJournal open(JournalStore store, Executor executor) throws JournalException {
        DurableBatch durable = new DurableBatch(executor);
        PartitionJournal journal = store.open(JournalStore.DEFINITIONS, durable);
        DefinitionJournal opened = new DefinitionJournal(store, journal, durable);
        try {
            opened.load();
        } catch (JournalException e) {
            if (e.reason() != JournalException.Reason.CORRUPT && e.reason() != JournalException.Reason.IO) {
                journal.close();
                throw e;
            }
            opened.findings.add("it cannot be loaded: " + e.getMessage());
        }
        for (String finding : opened.findings) {
            LOG.error("Journal of definitions: {}", finding);
        }
        return opened;
    }

    /** What was live when the journal was loaded. */
    List<EntityDefinition> loaded() {
        return loaded;
    }

    /** What is wrong with it, for a person; empty if nothing is. */
    List<String> findings() {
        return findings;
    }

    /** Whether it refuses since a write failed. */
    boolean hasFailed() {
        return durable.hasFailed();
    }

    /** The id of the next entity to be created. */
    long nextId() {
        return nextId;
    }

    /** Adds an entity under {@link #nextId}, which is used up whatever comes of it. */
    CompletableFuture<Void> create(EntityDefinition definition) {
        nextId = definition.id() + 1;
        Batch batch = new Batch().put(definition.id(), DefinitionRecord.DEFINITION.kind(), definition.toRecord());
        if (highWaterId != 0) {
            return append(batch.replace(highWaterId, DefinitionRecord.HIGH_WATER.kind(), highWater()));
        }
        long id = nextId;
        nextId = id + 1;
        CompletableFuture<Void> done = append(batch.put(id, DefinitionRecord.HIGH_WATER.kind(), highWater()));
        if (!done.isCompletedExceptionally()) {
            highWaterId = id;
        }
        return done;
    }

    private RecordBody highWater() {
        return RecordBody.of(ByteBuffer.allocate(HIGH_WATER_BYTES)
                .put(HIGH_WATER_FORMAT)
                .putLong(nextId)
                .array());
    }

    CompletableFuture<Void> change(EntityDefinition definition) {
        return append(new Batch().replace(definition.id(), DefinitionRecord.DEFINITION.kind(), definition.toRecord()));
    }

    CompletableFuture<Void> remove(EntityDefinition definition) {
        return append(new Batch().remove(definition.id()));
    }

    private CompletableFuture<Void> append(Batch batch) {
        try {
            return durable.of(journal.append(batch.durable()));
        } catch (JournalException e) {
            BrokerException error = switch (e.reason()) {
                case REFUSED ->
                    new BrokerException(
                            ErrorCode.InvalidOperation, "the journal of definitions refuses: " + e.getMessage(), e);
                case CLOSED -> closed();
                case IO, DISK_FULL, CORRUPT, NEWER_FORMAT, STORE_LOCKED, ACCESS_DENIED ->
                    DurableBatch.outcomeUnknown(e);
            };
            if (error.code() == ErrorCode.OutcomeUnknown) {
                durable.fail(error);
            }
            return CompletableFuture.failedFuture(error);
        }
    }

    /** Lets what was appended become durable, and frees the journal. Blocks. */
    void close() throws JournalException {
        try {
            journal.close();
            durable.durable(journal.durableIndex());
        } finally {
            durable.fail(closed());
        }
    }

    static BrokerException closed() {
        return new BrokerException(ErrorCode.Closed, "the namespace is closed");
    }

    private void load() throws JournalException {
        Survivors survivors = new Survivors();
        LoadReport report = journal.load(survivors);
        for (LoadReport.Finding finding : report.findings()) {
            findings.add(finding.damage() + (finding.recordId() == 0 ? "" : " of record " + finding.recordId()) + " at "
                    + finding.where() + ": " + finding.description());
        }
        nextId = Math.max(nextId, report.maxRecordId() + 1);
        for (Map.Entry<Long, Survivor> entry : new TreeMap<>(survivors.records).entrySet()) {
            long id = entry.getKey();
            Survivor survivor = entry.getValue();
            try {
                take(id, survivor);
            } catch (MalformedContentException e) {
                findings.add("record " + id + " cannot be read (" + e.getMessage() + "); a copy lies in "
                        + store.quarantine(JournalStore.DEFINITIONS, "definition-" + id, survivor.body()));
            }
        }
    }

    private void take(long id, Survivor survivor) {
        if (survivor.kind() == DefinitionRecord.HIGH_WATER.kind()) {
            if (survivor.body().length != HIGH_WATER_BYTES || survivor.body()[0] != HIGH_WATER_FORMAT) {
                throw new MalformedContentException("not a high-water mark of format " + HIGH_WATER_FORMAT);
            }
            nextId = Math.max(nextId, ByteBuffer.wrap(survivor.body()).getLong(1));
            highWaterId = id;
        } else if (survivor.kind() == DefinitionRecord.DEFINITION.kind()) {
            EntityDefinition definition = EntityDefinition.decode(ByteBuffer.wrap(survivor.body()));
            if (definition.id() != id) {
                throw new MalformedContentException("the definition of entity " + definition.id());
            }
            nextId = Math.max(nextId, id + 1);
            loaded.add(definition);
        } else {
            throw new MalformedContentException("of unknown kind " + survivor.kind() + ", perhaps of a newer version");
        }
    }

    /** The newest body of a live record. */
    private record Survivor(int kind, byte[] body) {}

    /** Keeps of every record the newest body, until it is removed. One thread. */
    private static final class Survivors implements RecordVisitor {
        private final Map<Long, Survivor> records = new HashMap<>();

        @Override
        public void put(long id, int kind, ByteBuffer body) {
            byte[] copy = new byte[body.remaining()];
            body.get(copy);
            records.put(id, new Survivor(kind, copy));
        }

        @Override
        public void replace(long id, int kind, ByteBuffer body) {
            put(id, kind, body);
        }

        @Override
        public void remove(long id) {
            records.remove(id);
        }
    }
}
