/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.StagedSettlement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has staged: its sends, what becomes of each message it has received, and states of sessions.
 *
 * <p>Guarded by its transaction's lock.
 */
final class StagedWork {

    /** @param partition where it goes, {@link PartitionPin#NONE} if any will do */
    private record Send(int partition, OutgoingMessage message) {}

    private final List<Send> sends = new ArrayList<>();
    private final Map<LockToken, Settlement> received = new LinkedHashMap<>();
    /** Who takes back what was received, when it is not committed. */
    private final Map<LockToken, MessageOwner> owners = new HashMap<>();

    private final Map<SessionToken, StagedSessionState> states = new LinkedHashMap<>();
    /** Sessions whose states the bus may have. */
    private final Set<SessionToken> away = new HashSet<>();
    /** Whether the bus has what was here, for now. */
    private boolean isAway;

    boolean isEmpty() {
        return !isAway && sends.isEmpty() && received.isEmpty() && states.isEmpty();
    }

    /** @param partition where it goes, {@link PartitionPin#NONE} if any will do */
    void send(int partition, OutgoingMessage message) {
        sends.add(new Send(partition, message));
    }

    /** It is completed, unless {@link #settle} says otherwise. */
    void receive(LockToken token, @Nullable MessageOwner owner) {
        received.put(token, Settlement.COMPLETE);
        if (owner != null) {
            owners.put(token, owner);
        }
    }

    /** Who takes it back when it is not committed, null if nobody does. */
    @Nullable
    MessageOwner ownerOf(LockToken token) {
        return owners.get(token);
    }

    /** All that was received, in order. */
    List<LockToken> received() {
        return List.copyOf(received.keySet());
    }

    /** What was received of that session, in order. */
    List<LockToken> receivedOf(SessionToken session) {
        return received.keySet().stream()
                .filter(token -> session.id().equals(token.sessionLock()))
                .toList();
    }

    boolean needs(SessionToken session) {
        return states.containsKey(session)
                || away.contains(session)
                || !receivedOf(session).isEmpty();
    }

    /** What becomes of a message that was received, null if it was not. */
    @Nullable
    Settlement settlementOf(LockToken token) {
        return received.get(token);
    }

    void settle(StagedSettlement settlement) {
        received.put(settlement.token(), settlement.settlement());
    }

    void set(StagedSessionState state) {
        states.put(state.session(), state);
    }

    @Nullable
    StagedSessionState stateOf(SessionToken session) {
        return states.get(session);
    }

    /** A partition that has work of this already, {@link PartitionPin#NONE} if none has. */
    int anyPartition() {
        for (Send send : sends) {
            if (send.partition() != PartitionPin.NONE) {
                return send.partition();
            }
        }
        for (LockToken token : received.keySet()) {
            return token.partition();
        }
        for (SessionToken session : states.keySet()) {
            return session.partition();
        }
        return PartitionPin.NONE;
    }

    /**
     * Where sends without a key go: with other work, so that there is no partition more than need be; {@link PartitionPin#NONE} if
     * any will do.
     */
    int partitionOfUnkeyed(int pinned) {
        return pinned == PartitionPin.NONE ? anyPartition() : pinned;
    }

    boolean hasUnkeyed() {
        return sends.stream().anyMatch(send -> send.partition() == PartitionPin.NONE);
    }

    /** Nothing is left of it. */
    void drop() {
        handOver();
        isAway = false;
    }

    /** The bus has all of it, the sessions too. It is not empty by that. */
    void handOver() {
        dropAllButReceived();
        received.clear();
        owners.clear();
        away.clear();
    }

    /** It is not empty by that. */
    void dropAllButReceived() {
        isAway = !isEmpty();
        away.addAll(states.keySet());
        sends.clear();
        states.clear();
        received.replaceAll((token, settlement) -> Settlement.COMPLETE);
    }

    /**
     * The work of each partition, in the order in which it was staged.
     *
     * @param unkeyed where sends without a key go
     */
    List<PartitionCommit> parts(int unkeyed) {
        Map<Integer, PartitionCommit> parts = new LinkedHashMap<>();
        for (Send send : sends) {
            int partition = send.partition() == PartitionPin.NONE ? unkeyed : send.partition();
            part(parts, partition).sends().add(send.message());
        }
        received.forEach((token, settlement) -> part(parts, token.partition())
                .settlements()
                .add(new StagedSettlement(token, owned(token, settlement))));
        states.forEach(
                (session, state) -> part(parts, session.partition()).states().add(state));
        return List.copyOf(parts.values());
    }

    /** With what becomes of it if it is prepared and rolled back. */
    private Settlement owned(LockToken token, Settlement settlement) {
        MessageOwner owner = owners.get(token);
        return owner == null || !settlement.equals(Settlement.COMPLETE)
                ? settlement
                : new Settlement.Complete(owner.rolledBack());
    }

    private static PartitionCommit part(Map<Integer, PartitionCommit> parts, int partition) {
        return parts.computeIfAbsent(
                partition, p -> new PartitionCommit(p, new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
    }
}
