/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Decides, as their coordinator, about transactions over several partitions, and keeps what it has decided until every
 * participant has made its part durable (rule X4).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Deciding {
    /** About ten megabytes, where a journal was damaged. */
    private static final int MOST_CERTAIN = 100_000;

    private final PartitionState state;
    private final Committing committing;
    private final Exchange exchange;
    private final Repeats telling;

    /**
     * Transactions that are being prepared elsewhere. Only one of these can be decided, and no load knows any: so what a loaded
     * partition does not know is never committed any more.
     */
    private final Set<UUID> marks = new HashSet<>();
    /** Transactions of which this one knows everything, though its journal may have lost something of others. */
    private final Set<UUID> certain = new LinkedHashSet<>();

    Deciding(PartitionState state, Committing committing, Exchange exchange) {
        this.state = state;
        this.committing = committing;
        this.exchange = exchange;
        this.telling = new Repeats(state.deadlines);
    }

    void execute(Round round, DecisionCommand command) {
        if (command instanceof DecisionCommand.Begin c) {
            marks.add(c.id());
            isCertain(c.id());
            round.whenDurable.add(Replies.done(c.reply()));
        } else if (command instanceof DecisionCommand.GiveUp c) {
            marks.remove(c.id());
            round.whenDurable.add(Replies.done(c.reply()));
        } else if (command instanceof DecisionCommand.Decide c) {
            decide(round, c);
        } else if (command instanceof DecisionCommand.ParticipantDone c) {
            done(round, c);
        } else if (command instanceof DecisionCommand.Ask c) {
            Map<UUID, Verdict> verdicts = new HashMap<>();
            c.ids().forEach(id -> verdicts.put(id, verdict(id)));
            round.whenDurable.add(new FutureReply<>(c.reply(), verdicts));
        }
    }

    /** Whether this may be decided here, or prepared as its coordinator; from now on it may not be any more. */
    boolean takeMark(UUID id) {
        return marks.remove(id);
    }

    /** Why something for which there is no mark is refused. */
    BrokerException noMark() {
        return new BrokerException(
                ErrorCode.PartitionUnavailable,
                "partition " + state.partition
                        + " was loaded again while the transaction was being prepared: nothing of it"
                        + " is done; try the whole transaction again");
    }

    private void decide(Round round, DecisionCommand.Decide command) {
        if (!takeMark(command.id())) {
            round.refuse(command, noMark());
        } else if (committing.commit(round, new Command.Commit(command.work(), false, command.reply()))) {
            decided(round, command.id(), command.participants());
        }
    }

    /** What this round does commits the transaction: its participants can learn of it until they are done. */
    void decided(Round round, UUID id, List<Integer> participants) {
        if (!participants.isEmpty()) {
            round.emit(new Change.Decided(new Decision(id, participants, state.takeRecordIds(1))));
            telling.from(id, round.nanos + Resolving.DRIVEN_NANOS);
        }
    }

    /** What this round does rolls the transaction back: its participants can learn of it. */
    void rolledBack(UUID id) {
        isCertain(id);
    }

    /** Nobody tells when the last participant has rolled back, so the oldest ones are forgotten at some time. */
    private void isCertain(UUID id) {
        if (!state.decisions.isWhole()) {
            certain.add(id);
            if (certain.size() > MOST_CERTAIN) {
                certain.remove(certain.iterator().next());
            }
        }
    }

    private Verdict verdict(UUID id) {
        if (state.decisions.find(id) != null) {
            return Verdict.COMMITTED;
        }
        BranchPart own = state.branches().find(id);
        if (own != null) {
            return verdict(own.state);
        }
        if (marks.contains(id)) {
            return Verdict.PENDING;
        }
        // Where something was lost, that may be the decision: rollback is presumed by who knows everything.
        boolean known = state.decisions.isWhole() || certain.contains(id);
        return known ? Verdict.ROLLED_BACK : Verdict.UNKNOWN;
    }

    /** Its own part says it, whatever else was lost. */
    private static Verdict verdict(PreparedBranch.State own) {
        return switch (own) {
            case PREPARED -> Verdict.PENDING;
            case HEURISTICALLY_COMMITTED -> Verdict.COMMITTED;
            case HEURISTICALLY_ROLLED_BACK -> Verdict.ROLLED_BACK;
        };
    }

    private void done(Round round, DecisionCommand.ParticipantDone command) {
        Decision decision = state.decisions.find(command.id());
        if (decision != null && decision.participants().contains(command.participant())) {
            // Nobody waits for it: a participant that is told again has nothing to do.
            Decision left = decision.without(command.participant());
            round.emitLazily(new Change.PartsLeft(left));
            if (left.participants().isEmpty()) {
                telling.end(left.id());
                certain.remove(left.id());
            }
        }
        round.whenDurable.add(Replies.done(command.reply()));
    }

    /** After a load: those who are not done may not have heard of it. */
    void recover(Round round) {
        state.decisions.all().forEach(decision -> telling.from(decision.id(), round.nanos));
        tick(round);
    }

    /** Time has passed. */
    void tick(Round round) {
        for (UUID id : telling.due(round.nanos)) {
            Decision decision = state.decisions.find(id);
            if (decision != null) {
                decision.participants().forEach(participant -> tell(round, id, participant));
            }
        }
    }

    /** When the decision is on disk. */
    private void tell(Round round, UUID id, int participant) {
        round.whenDurable.add(Replies.ifDurable(() -> Resolving.commit(exchange, id, state.partition, participant)));
    }
}
