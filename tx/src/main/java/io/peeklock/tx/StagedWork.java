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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has staged: its sends, what becomes of each message it has received, and states of sessions.
 *
 * <p>Guarded by its transaction's lock.
 */
final class StagedWork {
    private final List<OutgoingMessage> sends = new ArrayList<>();
    private final Map<LockToken, Settlement> received = new LinkedHashMap<>();
    private final Map<SessionToken, StagedSessionState> states = new LinkedHashMap<>();

    boolean isEmpty() {
        return sends.isEmpty() && received.isEmpty() && states.isEmpty();
    }

    void send(OutgoingMessage send) {
        sends.add(send);
    }

    /** It is completed, unless {@link #settle} says otherwise. */
    void receive(LockToken token) {
        received.put(token, Settlement.COMPLETE);
    }

    /** All that was received, in order. */
    List<LockToken> received() {
        return List.copyOf(received.keySet());
    }

    boolean hasReceived(LockToken token) {
        return received.containsKey(token);
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

    PartitionCommit in(int partition) {
        List<StagedSettlement> settlements = received.entrySet().stream()
                .map(one -> new StagedSettlement(one.getKey(), one.getValue()))
                .toList();
        return new PartitionCommit(partition, List.copyOf(sends), settlements, List.copyOf(states.values()));
    }
}
