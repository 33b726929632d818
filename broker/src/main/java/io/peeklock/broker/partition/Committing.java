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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a transaction's work in this partition: everything is checked first, then everything is done, in one
 * batch (rules X1, G6).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Committing {
    private final PartitionState state;
    private final Admitting admitting;
    private final Enqueuing enqueuing;
    private final Settling settling;
    private final SessionLocking sessions;

    Committing(
            PartitionState state,
            Admitting admitting,
            Enqueuing enqueuing,
            Settling settling,
            SessionLocking sessions) {
        this.state = state;
        this.admitting = admitting;
        this.enqueuing = enqueuing;
        this.settling = settling;
        this.sessions = sessions;
    }

    /** What is done if nothing of it is refused. */
    private static final class Work {
        private final Map<MessageEntry, Settlement> settlements = new LinkedHashMap<>();
        private final Map<SessionLock, StagedSessionState> states = new LinkedHashMap<>();
        private final List<Intake> intakes = new ArrayList<>();
        private final Admitting.Staged staged = new Admitting.Staged();
    }

    /** Returns whether nothing of it was refused. */
    boolean commit(Round round, Command.Commit command, @Nullable BrokerException diskFull) {
        Work work = new Work();
        BrokerException refusal = settlementRefusal(round, command, work);
        if (refusal == null) {
            refusal = stateRefusal(round, command, diskFull, work);
        }
        if (refusal == null) {
            refusal = sendRefusal(round, command, diskFull, work);
        }
        if (refusal != null) {
            round.refuse(command, refusal);
            return false;
        }
        if (!command.trial()) {
            carryOut(round, work);
        }
        round.whenDurable.add(Replies.done(command.reply()));
        return true;
    }

    private void carryOut(Round round, Work work) {
        round.asAWhole = true;
        work.settlements.forEach((entry, settlement) -> settling.settle(round, entry, settlement));
        work.states.forEach((lock, next) -> sessions.putState(round, lock, next.state()));
        work.intakes.forEach(intake -> enqueuing.enqueue(round, intake, true));
        round.asAWhole = false;
    }

    private @Nullable BrokerException settlementRefusal(Round round, Command.Commit command, Work work) {
        BrokerException lost = lockRefusal(round, command, work);
        if (lost != null) {
            return lost;
        }
        BrokerException refusal = null;
        for (Map.Entry<MessageEntry, Settlement> one : work.settlements.entrySet()) {
            refusal = refusal == null ? SettlementRefusals.of(one.getKey(), one.getValue()) : refusal;
        }
        return refusal;
    }

    private @Nullable BrokerException lockRefusal(Round round, Command.Commit command, Work work) {
        Set<LockToken> lost = new LinkedHashSet<>();
        ErrorCode code = ErrorCode.MessageLockLost;
        for (StagedSettlement one : command.work().settlements()) {
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
                (command.trial() ? "nothing was staged" : "the transaction was not committed")
                        + ": the locks of messages " + numbers(lost.stream()) + " are lost; "
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

    private @Nullable BrokerException stateRefusal(
            Round round, Command.Commit command, @Nullable BrokerException diskFull, Work work) {
        for (StagedSessionState one : command.work().states()) {
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
            BrokerException refusal = sessions.stateRefusal(lock, next, work.staged, diskFull);
            if (refusal != null) {
                return refusal;
            }
            long bytes = next == null ? 0 : next.length;
            work.staged.addState(lock.fragment, bytes - lock.session.stateBytes());
        }
        return null;
    }

    private @Nullable BrokerException sendRefusal(
            Round round, Command.Commit command, @Nullable BrokerException diskFull, Work work) {
        for (Submission send : command.work().sends()) {
            Intake intake = admitting.intake(round, send);
            if (intake != null && work.staged.repeats(intake)) {
                // Of a message of this transaction (rule U1).
                continue;
            }
            BrokerException refusal = admitting.refusal(intake, work.staged, diskFull);
            if (refusal != null || intake == null) {
                return refusal == null ? state.gone() : refusal;
            }
            work.staged.add(intake);
            work.intakes.add(intake);
        }
        return null;
    }
}
