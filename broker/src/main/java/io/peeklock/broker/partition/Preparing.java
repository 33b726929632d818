/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.RecordBody;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about prepared parts: their coming, their end, and what is asked of them (rules X4, X5, X6).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Preparing {
    private static final Logger log = LoggerFactory.getLogger(Preparing.class);

    private final PartitionState state;
    private final Checking checking;
    private final Staging staging;
    private final Settling settling;
    private final SessionLocking sessions;
    private final Deciding deciding;
    private final Resolving resolving;

    Preparing(
            PartitionState state,
            Checking checking,
            Staging staging,
            Settling settling,
            SessionLocking sessions,
            Deciding deciding,
            Resolving resolving) {
        this.state = state;
        this.resolving = resolving;
        this.deciding = deciding;
        this.checking = checking;
        this.staging = staging;
        this.settling = settling;
        this.sessions = sessions;
    }

    void execute(Round round, BranchCommand command) {
        if (command instanceof BranchCommand.Prepare c) {
            prepare(round, c);
        } else if (command instanceof BranchCommand.EndPart c) {
            end(round, c);
        } else if (command instanceof BranchCommand.EndByHand c) {
            endByHand(round, c);
        } else if (command instanceof BranchCommand.ForgetPart c) {
            forget(round, c);
        } else if (command instanceof BranchCommand.ListParts c) {
            round.whenDurable.add(
                    new FutureReply<>(c.reply(), infos(state.branches().all())));
        } else if (command instanceof BranchCommand.ListPartsOf c) {
            Fragment fragment = state.fragment(c.entityId());
            Collection<BranchPart> parts =
                    fragment == null ? List.of() : state.branches().of(fragment);
            round.whenDurable.add(new FutureReply<>(c.reply(), infos(parts)));
        }
    }

    private static List<PartInfo> infos(Collection<BranchPart> parts) {
        return parts.stream().map(BranchPart::info).toList();
    }

    private void prepare(Round round, BranchCommand.Prepare command) {
        BrokerException refusal = refusal(command.part());
        CheckedWork work = new CheckedWork(true);
        if (refusal == null) {
            refusal = checking.refusal(round, command.work(), work, "the transaction was not prepared");
        }
        if (refusal != null) {
            round.refuse(command, refusal);
            return;
        }
        BranchPart part = new BranchPart(command.part(), PreparedBranch.State.PREPARED, round.wallMs);
        part.settlements.putAll(work.settlements);
        work.states.forEach(
                (lock, staged) -> part.states.add(new StagedState(lock.fragment, lock.session.id, staged.state())));
        for (StagedState staged : part.states) {
            sessions.keepRecord(round, staged.fragment());
        }
        for (Intake intake : work.intakes) {
            // What is a duplicate now will not be sent, whatever becomes of its original.
            if (intake.original() == null) {
                part.sends.add(staging.stage(round, intake));
            }
        }
        part.holdSessions();
        for (MessageEntry entry : part.settlements.keySet()) {
            round.emit(new Change.Unlocked(entry));
            round.emit(new Change.Locked(entry, new MessageLock(entry, part)));
        }
        put(round, part);
        resolving.prepared(round, part);
        round.whenDurable.add(Replies.done(command.reply()));
    }

    private @Nullable BrokerException refusal(PreparedPart part) {
        if (state.branches().find(part.id()) != null) {
            return new BrokerException(
                    ErrorCode.InvalidOperation,
                    "transaction " + part.id() + " is prepared in partition " + state.partition
                            + " already: commit it or roll it back");
        }
        boolean decides =
                part.coordinator() == state.partition && !part.participants().isEmpty();
        // From here on it is this part that says that the transaction may still be committed.
        return decides && !deciding.takeMark(part.id()) ? deciding.noMark() : null;
    }

    private void put(Round round, BranchPart part) {
        List<RecordBody> bodies = BranchRecord.of(part).bodies();
        part.records = bodies.size();
        part.recordId = state.takeRecordIds(part.records);
        round.emit(new Change.PartPrepared(part, bodies));
    }

    private void end(Round round, BranchCommand.EndPart command) {
        BranchPart part = state.branches().find(command.id());
        boolean prepared = part != null && part.isPrepared();
        BrokerException refusal = part == null ? null : endRefusal(part);
        if (refusal == null && part != null) {
            refusal = contradiction(part, command.commit());
        }
        if (refusal != null) {
            round.refuse(command, refusal);
            return;
        }
        if (part != null && prepared) {
            end(round, part, command.commit());
        } else if (part != null && part.part.coordinator() != state.partition) {
            // It was ended by hand as its coordinator says now.
            forget(round, part);
        }
        round.whenDurable.add(new FutureReply<>(command.reply(), prepared));
    }

    private void endByHand(Round round, BranchCommand.EndByHand command) {
        BranchPart part = state.branches().find(command.id());
        boolean prepared = part != null && part.isPrepared();
        BrokerException refusal = part == null ? null : endRefusal(part);
        if (refusal != null) {
            round.refuse(command, refusal);
            return;
        }
        if (part != null && prepared) {
            end(round, part, command.commit());
            BranchPart left = part.endedByHand(command.commit());
            put(round, left);
            resolving.prepared(round, left);
        }
        round.whenDurable.add(new FutureReply<>(command.reply(), prepared));
    }

    /** To end it would lose what is kept of an entity that may come back. */
    private @Nullable BrokerException endRefusal(BranchPart part) {
        return part.unserved
                ? new BrokerException(
                        ErrorCode.PartitionUnavailable,
                        "transaction " + part.id()
                                + " has messages in an entity that the definitions of this store do not"
                                + " have: restore the journal of definitions")
                : null;
    }

    /** Its coordinator goes on saying what it has decided until somebody forgets that it was ended otherwise by hand. */
    private @Nullable BrokerException contradiction(BranchPart part, boolean commit) {
        boolean committed = part.state == PreparedBranch.State.HEURISTICALLY_COMMITTED;
        if (part.isPrepared() || part.part.coordinator() == state.partition || committed == commit) {
            return null;
        }
        String what = "transaction " + part.id() + " was " + (committed ? "committed" : "rolled back")
                + " by hand in partition " + state.partition + ", and partition " + part.part.coordinator()
                + " has decided otherwise: it is torn; put right what differs, and forget it (forgetPart)";
        if (!part.contradicted) {
            part.contradicted = true;
            log.error("{}", what);
        }
        return new BrokerException(ErrorCode.InvalidOperation, what);
    }

    /** All of it in one batch: nothing of it is refused any more (rule X6). */
    private void end(Round round, BranchPart part, boolean commit) {
        round.asAWhole = true;
        // What is settled leaves the part's sight only when all of it is done.
        for (Map.Entry<MessageEntry, Settlement> one : part.settlements.entrySet()) {
            settling.settle(round, one.getKey(), commit ? one.getValue() : otherwise(one.getValue()));
        }
        // Room that was kept for states is theirs now.
        round.emit(new Change.PartEnded(part));
        resolving.ended(part);
        for (StagedState staged : commit ? part.states : List.<StagedState>of()) {
            sessions.putState(round, staged.fragment(), staged.sessionId(), staged.state());
        }
        for (StagedSend send : part.sends) {
            if (commit) {
                staging.place(round, send);
            } else {
                staging.discard(round, send);
            }
        }
        round.asAWhole = false;
        if (part.part.coordinator() != state.partition) {
            return;
        }
        if (commit) {
            deciding.decided(round, part.id(), part.part.participants());
        } else {
            deciding.rolledBack(part.id());
        }
    }

    private static Settlement otherwise(Settlement staged) {
        Settlement.Fail failure = staged instanceof Settlement.Complete complete ? complete.otherwise() : null;
        return failure == null ? Settlement.ABANDON : failure;
    }

    private void forget(Round round, BranchCommand.ForgetPart command) {
        BranchPart part = state.branches().find(command.id());
        boolean ended = part != null && !part.isPrepared();
        if (part != null && ended) {
            forget(round, part);
        }
        round.whenDurable.add(new FutureReply<>(command.reply(), ended));
    }

    private void forget(Round round, BranchPart part) {
        round.emit(new Change.PartEnded(part));
        resolving.ended(part);
    }
}
