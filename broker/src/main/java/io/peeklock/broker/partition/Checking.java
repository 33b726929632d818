/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks a transaction's work in this partition: locks, settlements, states, sends, each beside what is before it. Changes
 * nothing.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Checking {
    private final PartitionState state;
    private final Admitting admitting;
    private final Settling settling;
    private final SessionLocking sessions;

    Checking(PartitionState state, Admitting admitting, Settling settling, SessionLocking sessions) {
        this.state = state;
        this.admitting = admitting;
        this.settling = settling;
        this.sessions = sessions;
    }

    /**
     * Why it is refused, or null.
     *
     * @param work gets what is to be done
     * @param notDone how the text of a refusal begins that says which locks are lost
     */
    @Nullable
    BrokerException refusal(Round round, TransactionWork wanted, CheckedWork work, String notDone) {
        BrokerException refusal = settlementRefusal(round, wanted, work, notDone);
        if (refusal == null) {
            refusal = stateRefusal(round, wanted, work);
        }
        return refusal == null ? sendRefusal(round, wanted, work) : refusal;
    }

    private @Nullable BrokerException settlementRefusal(
            Round round, TransactionWork wanted, CheckedWork work, String notDone) {
        BrokerException lost = lockRefusal(round, wanted, work, notDone);
        if (lost != null) {
            return lost;
        }
        BrokerException refusal = null;
        for (Map.Entry<MessageEntry, Settlement> one : work.settlements.entrySet()) {
            refusal = refusal == null ? SettlementRefusals.ofStaged(one.getKey(), one.getValue()) : refusal;
        }
        return refusal;
    }

    private @Nullable BrokerException lockRefusal(
            Round round, TransactionWork wanted, CheckedWork work, String notDone) {
        Set<LockToken> lost = new LinkedHashSet<>();
        ErrorCode code = ErrorCode.MessageLockLost;
        for (StagedSettlement one : wanted.settlements()) {
            LockToken token = one.token();
            MessageEntry entry = settling.locked(round, token);
            if (entry != null) {
                work.settlements.put(entry, one.settlement());
            } else {
                lost.add(token);
                code = settling.isSessionLost(round, token) ? ErrorCode.SessionLockLost : code;
            }
        }
        if (lost.isEmpty()) {
            return null;
        }
        List<Long> gone = numbers(lost.stream().filter(settling::isGone));
        return new BrokerException(
                code,
                notDone + ": the locks of messages " + numbers(lost.stream()) + " are lost; "
                        + whatBecame(lost.size(), gone));
    }

    private static List<Long> numbers(Stream<LockToken> tokens) {
        return tokens.map(LockToken::sequenceNumber).toList();
    }

    private static String whatBecame(int lost, List<Long> gone) {
        String deleted = " were deleted with their queue or subscription";
        if (gone.isEmpty()) {
            return "they may be received again";
        }
        return gone.size() == lost
                ? "they" + deleted
                : "of them " + gone + deleted + ", the others may be received again";
    }

    private @Nullable BrokerException stateRefusal(Round round, TransactionWork wanted, CheckedWork work) {
        for (StagedSessionState one : wanted.states()) {
            SessionToken token = one.session();
            SessionLock lock = sessions.held(round, token);
            if (lock == null) {
                return SessionLocking.lost(token.sessionId());
            }
            work.states.put(lock, one);
        }
        for (Map.Entry<SessionLock, StagedSessionState> one : work.states.entrySet()) {
            SessionLock lock = one.getKey();
            byte[] next = one.getValue().state();
            BrokerException refusal = sessions.stateRefusal(lock, next, work.staged, round.diskFull);
            if (refusal != null) {
                return refusal;
            }
            long bytes = next == null ? 0 : next.length;
            work.staged.addState(lock.fragment, bytes - lock.session.stateBytes());
        }
        return null;
    }

    private @Nullable BrokerException sendRefusal(Round round, TransactionWork wanted, CheckedWork work) {
        for (Submission send : wanted.sends()) {
            Intake intake = admitting.intake(round, send);
            if (intake != null && work.staged.repeats(intake)) {
                // Of a message of this transaction (rule U1).
                continue;
            }
            BrokerException refusal = admitting.refusal(intake, work.staged, round.diskFull);
            if (refusal != null || intake == null) {
                return refusal == null ? state.gone() : refusal;
            }
            work.staged.add(intake);
            work.intakes.add(intake);
        }
        return null;
    }
}
