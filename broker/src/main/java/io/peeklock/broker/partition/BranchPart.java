/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Settlement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A prepared part of a transaction: what becomes of messages that it keeps locked, the messages that wait to be sent, and the
 * states that sessions get. Or what is left of one that an administrator has ended: that it was.
 *
 * <p>Owned by the partition's driver; not thread safe. Once it is in the state it only loses what goes with an entity.
 */
final class BranchPart {
    private static final int INDEX_BYTES = 500;
    private static final int INDEX_BYTES_PER_SETTLEMENT = 120;
    private static final int INDEX_BYTES_PER_SEND = 160;
    private static final int INDEX_BYTES_PER_COPY = 80;

    final PreparedPart part;
    final PreparedBranch.State state;
    /** Wall time. */
    final long preparedAtMs;

    /** What becomes of locked messages if it is committed, in their order. */
    final Map<MessageEntry, Settlement> settlements = new LinkedHashMap<>();

    final List<StagedSend> sends = new ArrayList<>();
    final List<StagedState> states = new ArrayList<>();
    /** Nobody else gets these before it has ended. */
    final Set<HeldSession> heldSessions = new LinkedHashSet<>();

    /** Its first record in the journal, and how many it has, with ids that follow each other. */
    long recordId;

    int records;
    /** Some of it belongs to an entity that nobody has defined: it cannot be ended before somebody does. */
    boolean unserved;

    /** It was ended by hand otherwise than its coordinator says, which was logged. Gone with the next load. */
    boolean contradicted;

    private long indexBytes;

    /** A session of an entity. Immutable. */
    record HeldSession(Fragment fragment, String sessionId) {}

    BranchPart(PreparedPart part, PreparedBranch.State state, long preparedAtMs) {
        this.part = part;
        this.state = state;
        this.preparedAtMs = preparedAtMs;
    }

    UUID id() {
        return part.id();
    }

    boolean isPrepared() {
        return state == PreparedBranch.State.PREPARED;
    }

    /** What is left of it when an administrator has ended it. */
    BranchPart endedByHand(boolean committed) {
        PreparedBranch.State outcome = committed
                ? PreparedBranch.State.HEURISTICALLY_COMMITTED
                : PreparedBranch.State.HEURISTICALLY_ROLLED_BACK;
        return new BranchPart(part, outcome, preparedAtMs);
    }

    /** Everything is in it: finds whose sessions it holds. */
    void holdSessions() {
        for (MessageEntry entry : settlements.keySet()) {
            String session = entry.sessionId;
            if (session != null && !entry.delivery.deadLettered()) {
                heldSessions.add(new HeldSession(entry.fragment, session));
            }
        }
        states.forEach(state -> heldSessions.add(new HeldSession(state.fragment(), state.sessionId())));
    }

    /** Whether something of it is, or goes, here. */
    boolean concerns(Fragment fragment) {
        return settlements.keySet().stream().anyMatch(entry -> entry.fragment == fragment)
                || sends.stream().anyMatch(send -> send.concerns(fragment))
                || states.stream().anyMatch(state -> state.fragment() == fragment);
    }

    PartInfo info() {
        return new PartInfo(part, state, sends.size(), settlements.size(), preparedAtMs);
    }

    /** What it does at its end, roughly. */
    int size() {
        int copies = 0;
        for (StagedSend send : sends) {
            copies += 1 + send.copies().size();
        }
        return settlements.size() + copies + states.size();
    }

    /** Heap that it takes besides its messages, as it was when it came. */
    long indexBytes() {
        if (indexBytes == 0) {
            indexBytes = INDEX_BYTES + (long) INDEX_BYTES_PER_SETTLEMENT * settlements.size();
            for (StagedSend send : sends) {
                indexBytes += INDEX_BYTES_PER_SEND
                        + (long) INDEX_BYTES_PER_COPY * send.copies().size();
            }
            for (StagedState state : states) {
                indexBytes += INDEX_BYTES_PER_SEND + state.reservedBytes();
            }
        }
        return indexBytes;
    }
}
