/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.RecordVisitor;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of a load into state, by the same changes that made them. The counterpart of {@link ChangeRecorder}.
 *
 * <p>Used by the loading thread alone, once. A record that cannot be understood is set aside and reported; it stays in
 * the journal. So does, without a copy, what belongs to an entity that nobody has defined.
 */
final class PartitionLoader implements RecordVisitor {
    private final PartitionState state;
    private final BodyStore bodies;
    private final JournalStore store;
    private final Map<Long, Command.Define> definitions;
    private final LoadedFragments fragments;
    private final LoadedStates states;
    private final LoadedExchange exchange;
    private final LoadedBranches branches;
    private final NumberIndex<Object> byRecord = new NumberIndex<>();
    private final TreeMap<Long, ContentAssembly> assembling = new TreeMap<>();
    /** Records whose newest replacement could not be read: an older state would be wrong. */
    private final Set<Long> outdated = new HashSet<>();

    private final List<Finding> findings = new ArrayList<>();
    private final SwapQueue toSwap;

    /**
     * @param definitions the entities that exist, by id
     * @param highestEntityId ids up to this one were given out: an entity that is not among the definitions was deleted
     */
    PartitionLoader(
            PartitionState state,
            BodyStore bodies,
            JournalStore store,
            Map<Long, Command.Define> definitions,
            long highestEntityId) {
        this.state = state;
        this.bodies = bodies;
        this.store = store;
        this.definitions = definitions;
        this.fragments = new LoadedFragments(state, definitions, highestEntityId);
        this.states = new LoadedStates(state, fragments);
        this.exchange = new LoadedExchange(state, fragments);
        this.branches = new LoadedBranches(state, fragments);
        this.toSwap = new SwapQueue(state, bodies);
    }

    @Override
    public void put(long id, int kind, ByteBuffer body) {
        guarded(id, kind, body, () -> {
            if (kind == RecordKind.ENTITY.id()) {
                entity(id, EntityRecord.decode(body));
            } else if (kind == RecordKind.MESSAGE.id()) {
                message(id, body);
            } else if (kind == RecordKind.CHUNK.id()) {
                chunk(id, body);
            } else if (kind == RecordKind.SEEN_ID.id()) {
                seenId(id, SeenIdRecord.decode(body));
            } else if (kind == RecordKind.SESSION_STATE.id()) {
                LoadedStates.StateOf of = states.put(id, SessionStateRecord.decode(body));
                if (of != null) {
                    byRecord.add(id, of);
                }
            } else if (kind == RecordKind.BRANCH.id()) {
                BranchRecord.Piece piece = BranchRecord.decode(body);
                branches.put(id, piece);
                byRecord.add(id, piece);
            } else if (!exchange.put(id, kind, body)) {
                throw new IllegalArgumentException("unknown kind of record " + kind);
            }
        });
    }

    @Override
    public void replace(long id, int kind, ByteBuffer body) {
        Object target = byRecord.get(id);
        boolean read = guarded(id, kind, body, () -> {
            if (kind == RecordKind.ENTITY.id()) {
                entity(id, EntityRecord.decode(body));
            } else if (kind == RecordKind.DELIVERY.id() && target instanceof MessageEntry entry) {
                state.apply(new Change.DeliveryChanged(entry, DeliveryRecord.decode(body)));
                if (entry.dueMs() > 0 && isWhole(entry)) {
                    bodies.delayed(entry);
                }
            } else if (kind != RecordKind.DELIVERY.id() && !exchange.replace(id, kind, body)) {
                throw new IllegalArgumentException("unknown kind of replacement " + kind);
            }
        });
        if (!read) {
            outdated.add(id);
        } else if (!outdated.isEmpty()) {
            outdated.remove(id);
        }
    }

    @Override
    public void remove(long id) {
        Object target = byRecord.remove(id);
        if (target instanceof MessageEntry entry) {
            assembling.remove(id);
            forget(entry);
        } else if (target instanceof Change.IdSeen seen) {
            forget(seen);
        } else if (target instanceof Fragment fragment && fragment.recordId == id) {
            fragment.recordId = 0;
        } else if (target instanceof LoadedStates.StateOf of) {
            states.remove(id, of);
        } else if (target instanceof BranchRecord.Piece) {
            branches.remove(id);
        } else if (target instanceof LoadedFragments.Undefined entity) {
            entity.messages--;
        } else if (target == null) {
            exchange.remove(id);
        }
        outdated.remove(id);
    }

    /** Returns whether the record could be read. */
    private boolean guarded(long id, int kind, ByteBuffer body, Runnable reading) {
        int start = body.position();
        try {
            reading.run();
            return true;
        } catch (IllegalArgumentException | BufferUnderflowException | MalformedContentException e) {
            body.position(start);
            byte[] bytes = new byte[body.remaining()];
            body.get(bytes);
            exchange.unreadable(kind);
            setAside(id, "record-" + id + "-kind-" + kind, bytes, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void setAside(long id, String name, byte[] bytes, String why) {
        String where;
        try {
            where = store.quarantine(state.partition, name, bytes);
        } catch (JournalException e) {
            where = "the journal only: no copy could be written: " + e.getMessage();
        }
        report(Damage.CORRUPT_RECORD, id, why + "; it is not served, and kept in " + where);
    }

    private void report(Damage damage, long id, String description) {
        findings.add(new Finding(damage, id, "partition " + state.partition, description));
    }

    private void entity(long recordId, EntityRecord record) {
        Fragment fragment = fragments.define(recordId, record);
        if (fragment != null && byRecord.get(recordId) == null) {
            byRecord.add(recordId, fragment);
        }
    }

    private void message(long recordId, ByteBuffer body) {
        MessageRecord record = MessageRecord.decode(body);
        Fragment fragment = fragments.holder(record.entityId());
        if (fragment == null) {
            LoadedFragments.Undefined entity = fragments.undefined(record.entityId());
            entity.messages++;
            entity.lastChunk = recordId + record.chunks();
            byRecord.add(recordId, entity);
            return;
        }
        MessageEntry entry = new MessageEntry(
                fragment,
                recordId,
                record.chunks(),
                record.sequenceNumber(),
                record.enqueuedSequenceNumber(),
                record.enqueuedTimeMs(),
                record.expiresAtMs(),
                record.contentBytes(),
                record.priority(),
                null);
        entry.hops = (byte) record.hops();
        String session = null;
        if (record.chunks() == 0) {
            if (body.remaining() != record.contentBytes()) {
                throw new IllegalArgumentException("message " + record.sequenceNumber() + " has " + body.remaining()
                        + " bytes instead of " + record.contentBytes());
            }
            session = keepContent(entry, body);
        }
        state.apply(new Change.Enqueued(entry));
        isOfSession(entry, session);
        byRecord.add(recordId, entry);
        if (record.chunks() > 0) {
            assembling.put(recordId, new ContentAssembly(entry));
        }
    }

    private void seenId(long recordId, SeenIdRecord record) {
        Fragment fragment = fragments.holder(record.entityId());
        if (fragment == null) {
            fragments.undefined(record.entityId());
            return;
        }
        SeenId id = new SeenId(record.key(), record.sequenceNumber(), record.seenMs(), recordId);
        Change.IdSeen seen = new Change.IdSeen(fragment, id);
        state.apply(seen);
        bodies.remembered(id);
        byRecord.add(recordId, seen);
    }

    private void forget(Change.IdSeen seen) {
        bodies.forgotten(seen.id());
        state.apply(new Change.IdForgotten(seen.fragment(), seen.id()));
    }

    private void chunk(long id, ByteBuffer body) {
        Map.Entry<Long, ContentAssembly> found = assembling.floorEntry(id);
        ContentAssembly assembly = found == null ? null : found.getValue();
        if (assembly == null || !assembly.has(id)) {
            if (fragments.mayBeOfUndefined(id)) {
                return;
            }
            throw new IllegalArgumentException("a chunk without its message");
        }
        if (assembly.add(id, body)) {
            assembling.remove(assembly.entry.recordId);
            try {
                isOfSession(assembly.entry, keepContent(assembly.entry, ByteBuffer.wrap(assembly.content)));
            } catch (MalformedContentException e) {
                byRecord.remove(assembly.entry.recordId);
                forget(assembly.entry);
                throw e;
            }
        }
    }

    private void isOfSession(MessageEntry entry, @Nullable String session) {
        if (session != null && entry.fragment.requiresSessions()) {
            state.apply(new Change.SessionKnown(entry, session));
        }
    }

    /** Returns the session of the message. */
    private @Nullable String keepContent(MessageEntry entry, ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        Message message = Message.decode(bytes);
        entry.message = message;
        if (bodies.loaded(entry)) {
            toSwap.add(entry);
            if (toSwap.isWorthwhile()) {
                toSwap.writeNow();
            }
        }
        return message.sessionId();
    }

    /** Whether its content has come, and is counted. */
    private static boolean isWhole(MessageEntry entry) {
        return entry.message != null || entry.swapHandle != 0;
    }

    private void forget(MessageEntry entry) {
        if (isWhole(entry)) {
            bodies.removed(entry);
        }
        state.apply(new Change.Removed(entry));
    }

    /**
     * Completes the state after the last record.
     *
     * @return what the load found, the loader's findings included
     */
    LoadReport finish(LoadReport report) {
        for (ContentAssembly assembly : assembling.values()) {
            setAside(
                    assembly.entry.recordId,
                    "message-" + assembly.entry.sequenceNumber,
                    assembly.content,
                    assembly.missing + " of " + assembly.entry.chunks + " chunks of message "
                            + assembly.entry.sequenceNumber + " of " + assembly.entry.fragment + " are missing");
            forget(assembly.entry);
        }
        outdated.forEach(this::takeOut);
        exchange.finish();
        dropped().stream().filter(fragment -> fragment.recordId == 0).forEach(this::leaveAlone);
        fragments.undefined().forEach(this::keepUnserved);
        branches.begin(byRecord::get, this::setAside);
        branches.unclaimed().forEach(this::leaveStaged);
        toSwap.writeNow();
        state.recordIdsUsedUpTo(report.maxRecordId());
        for (Command.Define define : definitions.values()) {
            fragments.find(define.definition().id());
        }
        boolean damaged = !report.findings().isEmpty() || !findings.isEmpty();
        if (!report.findings().isEmpty()) {
            state.decisions.mayLackSome();
        }
        LoadedNumbers numbers = new LoadedNumbers(state, damaged, report.maxRecordId());
        for (Fragment fragment : state.fragments()) {
            numbers.goOn(fragment, outdated.contains(fragment.recordId));
        }
        List<Finding> all = new ArrayList<>(report.findings());
        all.addAll(findings);
        return new LoadReport(report.liveRecords(), report.maxRecordId(), report.cleanlyClosed(), all);
    }

    /** A message of which only an older state could be read. */
    private void takeOut(long recordId) {
        if (byRecord.get(recordId) instanceof MessageEntry entry) {
            report(
                    Damage.MISSING_REPLACEMENT,
                    recordId,
                    "message " + entry.sequenceNumber + " of " + entry.fragment
                            + " is not served, because its newest state cannot be read; it stays in the journal");
            forget(entry);
        }
    }

    /** A message without a number, and nothing here says who was to send it. */
    private void leaveStaged(MessageEntry entry) {
        report(
                Damage.MISSING_RECORD,
                entry.recordId,
                "a message that a transaction was to send to " + entry.fragment
                        + " is not served, because the records of the transaction are not here; it stays in the journal");
        forget(entry);
    }

    /** Nothing here says that there was such an entity, so nothing of it is removed. */
    private void leaveAlone(Fragment fragment) {
        fragments.neverDeleted(fragment);
        for (MessageEntry entry = fragment.firstFrom(0); entry != null; entry = fragment.firstFrom(0)) {
            fragments.undefined(fragment.entityId()).messages++;
            forget(entry);
        }
        for (MessageEntry entry : List.copyOf(fragment.staged)) {
            fragments.undefined(fragment.entityId()).messages++;
            forget(entry);
        }
        fragment.seenIds.all().forEach(id -> forget(new Change.IdSeen(fragment, id)));
        for (Transfer transfer : List.copyOf(fragment.transfers)) {
            state.transfers().keepUnserved(transfer.id);
            state.apply(new Change.TransferEnded(transfer));
        }
    }

    private void keepUnserved(long entityId, LoadedFragments.Undefined entity) {
        report(
                Damage.MISSING_RECORD,
                0,
                entity.messages + " messages of " + entity.name + " (id " + entityId
                        + ") are not served, because the definitions of this store do not have it; they stay in the journal");
        state.keepUnserved(entityId);
    }

    /** Entities that were deleted while this partition was out, with what is left of them. */
    List<Fragment> dropped() {
        return fragments.dropped();
    }
}
