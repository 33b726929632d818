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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps definitions in their journal: one record an entity, under the entity's id, and one that says which id is next and
 * how many there are.
 *
 * <p>Changes one at a time, by whichever thread of the executor; they happen one after the other.
 */
final class DefinitionJournal {

    private static final Logger LOG = LoggerFactory.getLogger(DefinitionJournal.class);

    private static final byte CENSUS_FORMAT = 1;
    private static final int CENSUS_BYTES = 1 + Long.BYTES + Integer.BYTES;

    private final JournalStore store;
    private final PartitionJournal journal;
    private final DurableBatch durable;
    private final List<EntityDefinition> loaded = new ArrayList<>();
    private final List<RuleDefinition> loadedRules = new ArrayList<>();
    private final List<PolicyDefinition> loadedPolicies = new ArrayList<>();
    private final List<TransactionLogDefinition> loadedLogs = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    /** Read by any thread. */
    private volatile long nextId = 1;

    /** The record that holds {@link #nextId} and {@link #entities}, 0 before there is one. */
    private long censusId;

    /** And rules, policies and transaction logs. */
    private int entities;
    /** What the census said when the journal was loaded, raised by each creation since. */
    private volatile long deletedBelow;

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

    /** What rules were live when the journal was loaded. */
    List<RuleDefinition> loadedRules() {
        return loadedRules;
    }

    /** What policies were live when the journal was loaded. */
    List<PolicyDefinition> loadedPolicies() {
        return loadedPolicies;
    }

    /** What logs of transaction managers were known when the journal was loaded. */
    List<TransactionLogDefinition> loadedLogs() {
        return loadedLogs;
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

    /**
     * An entity whose id is below this and that is not here was deleted. Not {@link #nextId}: ids between the two may be
     * those of creations that were lost.
     */
    long deletedBelow() {
        return deletedBelow;
    }

    /** Adds an entity under {@link #nextId}, which is used up whatever comes of it. */
    CompletableFuture<Void> create(EntityDefinition definition) {
        nextId = definition.id() + 1;
        return append(
                new Batch().put(definition.id(), DefinitionRecord.DEFINITION.kind(), definition.toRecord()),
                entities + 1);
    }

    CompletableFuture<Void> change(EntityDefinition definition) {
        return append(new Batch().replace(definition.id(), DefinitionRecord.DEFINITION.kind(), definition.toRecord()));
    }

    /**
     * Writes a rule; a new one under {@link #nextId}, which is used up whatever comes of it.
     *
     * @param owner its subscription, if its settings change with it
     */
    CompletableFuture<Void> putRule(RuleDefinition rule, boolean isNew, @Nullable EntityDefinition owner) {
        RecordBody body = RecordBody.of(rule.encode());
        Batch batch = new Batch();
        if (owner != null) {
            batch.replace(owner.id(), DefinitionRecord.DEFINITION.kind(), owner.toRecord());
        }
        if (!isNew) {
            return append(batch.replace(rule.id(), DefinitionRecord.RULE.kind(), body));
        }
        nextId = rule.id() + 1;
        return append(batch.put(rule.id(), DefinitionRecord.RULE.kind(), body), entities + 1);
    }

    /** Writes a policy; a new one under {@link #nextId}, which is used up whatever comes of it. */
    CompletableFuture<Void> putPolicy(PolicyDefinition policy, boolean isNew) {
        RecordBody body = RecordBody.of(policy.encode());
        int kind = DefinitionRecord.POLICY.kind();
        if (!isNew) {
            return append(new Batch().replace(policy.id(), kind, body));
        }
        nextId = policy.id() + 1;
        return append(new Batch().put(policy.id(), kind, body), entities + 1);
    }

    /** Writes a transaction log under {@link #nextId}, which is used up whatever comes of it. */
    CompletableFuture<Void> putLog(TransactionLogDefinition log) {
        nextId = log.id() + 1;
        RecordBody body = RecordBody.of(log.encode());
        return append(new Batch().put(log.id(), DefinitionRecord.TRANSACTION_LOG.kind(), body), entities + 1);
    }

    /** Removes a transaction log. */
    CompletableFuture<Void> removeLog(TransactionLogDefinition log) {
        return append(new Batch().remove(log.id()), entities - 1);
    }

    /** Removes several together, or none. */
    CompletableFuture<Void> remove(
            List<EntityDefinition> definitions, List<RuleDefinition> rules, List<PolicyDefinition> policies) {
        Batch batch = new Batch();
        definitions.forEach(definition -> batch.remove(definition.id()));
        rules.forEach(rule -> batch.remove(rule.id()));
        policies.forEach(policy -> batch.remove(policy.id()));
        return append(batch, entities - definitions.size() - rules.size() - policies.size());
    }

    /** Appends a batch after which there are so many entities, rules, policies and transaction logs. */
    private CompletableFuture<Void> append(Batch batch, int entitiesThen) {
        boolean first = censusId == 0;
        long id = first ? nextId : censusId;
        nextId = Math.max(nextId, id + 1);
        RecordBody census = RecordBody.of(ByteBuffer.allocate(CENSUS_BYTES)
                .put(CENSUS_FORMAT)
                .putLong(nextId)
                .putInt(entitiesThen)
                .array());
        int kind = DefinitionRecord.CENSUS.kind();
        CompletableFuture<Void> done = append(first ? batch.put(id, kind, census) : batch.replace(id, kind, census));
        if (!done.isCompletedExceptionally()) {
            censusId = id;
            entities = entitiesThen;
            deletedBelow = nextId;
        }
        return done;
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
        if (findings.isEmpty()) {
            countEntities();
        }
    }

    /**
     * A load reports a loss once. That entities are missing must show at every later one too: else their messages would be
     * taken for those of deleted entities.
     */
    private void countEntities() {
        int found = loaded.size() + loadedRules.size() + loadedPolicies.size() + loadedLogs.size();
        if (censusId != 0 && entities != found) {
            findings.add(entities + " entities, rules and policies should be there, and there are " + found);
        }
        if (censusId == 0 && (!loaded.isEmpty() || isAnyPartitionWritten())) {
            findings.add("the record that says how many entities there are is missing");
        }
    }

    /** Nothing is written to a partition before an entity is defined. */
    private boolean isAnyPartitionWritten() {
        return IntStream.range(0, store.partitions()).anyMatch(store::exists);
    }

    private void take(long id, Survivor survivor) {
        if (survivor.kind() == DefinitionRecord.CENSUS.kind()) {
            if (survivor.body().length != CENSUS_BYTES || survivor.body()[0] != CENSUS_FORMAT) {
                throw new MalformedContentException("not a census of format " + CENSUS_FORMAT);
            }
            deletedBelow = ByteBuffer.wrap(survivor.body()).getLong(1);
            nextId = Math.max(nextId, deletedBelow);
            entities = ByteBuffer.wrap(survivor.body()).getInt(1 + Long.BYTES);
            censusId = id;
        } else if (survivor.kind() == DefinitionRecord.DEFINITION.kind()) {
            EntityDefinition definition = EntityDefinition.decode(ByteBuffer.wrap(survivor.body()));
            if (definition.id() != id) {
                throw new MalformedContentException("the definition of entity " + definition.id());
            }
            nextId = Math.max(nextId, id + 1);
            loaded.add(definition);
        } else if (survivor.kind() == DefinitionRecord.RULE.kind()) {
            RuleDefinition rule = RuleDefinition.decode(ByteBuffer.wrap(survivor.body()));
            if (rule.id() != id) {
                throw new MalformedContentException("the definition of rule " + rule.id());
            }
            nextId = Math.max(nextId, id + 1);
            loadedRules.add(rule);
        } else if (survivor.kind() == DefinitionRecord.POLICY.kind()) {
            PolicyDefinition policy = PolicyDefinition.decode(ByteBuffer.wrap(survivor.body()));
            if (policy.id() != id) {
                throw new MalformedContentException("the definition of policy " + policy.id());
            }
            nextId = Math.max(nextId, id + 1);
            loadedPolicies.add(policy);
        } else if (survivor.kind() == DefinitionRecord.TRANSACTION_LOG.kind()) {
            TransactionLogDefinition log = TransactionLogDefinition.decode(ByteBuffer.wrap(survivor.body()));
            if (log.id() != id) {
                throw new MalformedContentException("the transaction log " + log.id());
            }
            nextId = Math.max(nextId, id + 1);
            loadedLogs.add(log);
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
