/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a transaction's work in this partition: everything is checked first, then everything is done, in one
 * batch (rule X1).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Committing {
    private final PartitionState state;
    private final Admitting admitting;
    private final Enqueuing enqueuing;
    private final Settling settling;

    Committing(PartitionState state, Admitting admitting, Enqueuing enqueuing, Settling settling) {
        this.state = state;
        this.admitting = admitting;
        this.enqueuing = enqueuing;
        this.settling = settling;
    }

    void commit(Round round, Command.Commit command, @Nullable BrokerException diskFull) {
        List<MessageEntry> held = new ArrayList<>(command.completes().size());
        List<Intake> intakes = new ArrayList<>(command.sends().size());
        BrokerException refusal = lockRefusal(round, command, held);
        if (refusal == null) {
            refusal = sendRefusal(round, command, diskFull, intakes);
        }
        if (refusal != null) {
            round.refuse(command, refusal);
            return;
        }
        for (MessageEntry entry : held) {
            settling.complete(round, entry);
        }
        for (Intake intake : intakes) {
            enqueuing.enqueue(round, intake, true);
        }
        round.whenDurable.add(Replies.done(command.reply()));
    }

    private @Nullable BrokerException lockRefusal(Round round, Command.Commit command, List<MessageEntry> held) {
        List<Long> lost = new ArrayList<>();
        List<Long> gone = new ArrayList<>();
        ErrorCode code = ErrorCode.MessageLockLost;
        for (LockToken token : new LinkedHashSet<>(command.completes())) {
            MessageEntry entry = settling.locked(round, token);
            if (entry == null) {
                lost.add(token.sequenceNumber());
                if (settling.isGone(token)) {
                    gone.add(token.sequenceNumber());
                }
                code = settling.isSessionLost(round, token) ? ErrorCode.SessionLockLost : code;
            } else {
                held.add(entry);
            }
        }
        if (lost.isEmpty()) {
            return null;
        }
        return new BrokerException(
                code,
                "the transaction was not committed: the locks of messages " + lost + " are lost; "
                        + whatBecame(lost, gone));
    }

    private static String whatBecame(List<Long> lost, List<Long> gone) {
        String deleted = " were deleted with their queue or subscription";
        if (gone.isEmpty()) {
            return "they may be received again";
        }
        return gone.size() == lost.size()
                ? "they" + deleted
                : "of them " + gone + deleted + ", the others may be received again";
    }

    private @Nullable BrokerException sendRefusal(
            Round round, Command.Commit command, @Nullable BrokerException diskFull, List<Intake> intakes) {
        Admitting.Staged staged = new Admitting.Staged();
        for (Submission send : command.sends()) {
            Intake intake = admitting.intake(round, send);
            if (intake != null && staged.repeats(intake)) {
                // Of a message of this transaction (rule U1).
                continue;
            }
            BrokerException refusal = admitting.refusal(intake, staged, diskFull);
            if (refusal != null || intake == null) {
                return refusal == null ? state.gone() : refusal;
            }
            staged.add(intake);
            intakes.add(intake);
        }
        return null;
    }
}
