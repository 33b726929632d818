/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts dead letters back into the entity in which they were dead-lettered, as they are or edited, as if they came there now
 * for the first time.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Redriving {
    private final BodyStore bodies;
    private final Admitting admitting;
    private final Enqueuing enqueuing;
    private final Settling settling;
    private final Transferring transferring;

    Redriving(
            BodyStore bodies, Admitting admitting, Enqueuing enqueuing, Settling settling, Transferring transferring) {
        this.bodies = bodies;
        this.admitting = admitting;
        this.enqueuing = enqueuing;
        this.settling = settling;
        this.transferring = transferring;
    }

    /**
     * Puts one back; it is no duplicate of itself, and its bytes count already.
     *
     * @return why it stays where it is, or null
     */
    @Nullable
    String redrive(Round round, MessageEntry entry) {
        Fragment fragment = entry.fragment;
        if (fragment.requiresSessions() && entry.sessionId == null) {
            return "message " + entry.sequenceNumber + " has no session id, and " + fragment
                    + " requires sessions: resubmit it with one";
        }
        Message head = bodies.head(entry);
        enqueuing.enqueueAnew(round, entry, head.timeToLiveMs());
        return null;
    }

    /** An edited message comes, and the dead letter goes: in one batch here, or by a transfer to another partition. */
    void resubmit(Round round, Command.Resubmit command, Fragment fragment) {
        MessageEntry entry = fragment.deadLetterQueue.messages.get(command.number());
        if (entry == null || entry.lock != null) {
            round.refuse(command, notThere(fragment, command.number()));
            return;
        }
        Departure edited = Departure.edited(entry, command.edited(), command.reservedNumber());
        Intake intake = Admitting.resubmission(round, fragment, edited);
        Admitting.Staged staged = Admitting.inPlaceOf(entry);
        boolean staysHere = command.reservedNumber() == 0;
        BrokerException refusal = staysHere
                ? admitting.refusal(intake, staged, round.diskFull)
                : admitting.roomRefusal(intake, staged, round.diskFull);
        if (refusal == null && fragment.requiresSessions() && command.edited().sessionId() == null) {
            refusal = new BrokerException(
                    ErrorCode.InvalidOperation,
                    fragment + " requires sessions, and the edited message has none: give it a session id");
        }
        if (refusal != null) {
            round.refuse(command, refusal);
            return;
        }
        if (!staysHere) {
            transferring.resubmit(round, entry, edited, refused -> answer(command, refused));
            return;
        }
        settling.complete(round, entry);
        long number = enqueuing.enqueue(round, intake, true);
        round.whenDurable.add(new FutureReply<>(command.reply(), number));
    }

    /** The other partition has taken it or not. */
    private static Round.Reply answer(Command.Resubmit command, List<Refused> refused) {
        return refused.isEmpty()
                ? new FutureReply<>(command.reply(), command.reservedNumber())
                : new Replies.Refusal(command, refused.get(0).why().error());
    }

    private static BrokerException notThere(Fragment fragment, long number) {
        return new BrokerException(
                ErrorCode.MessageNotFound,
                "nothing was resubmitted: " + fragment.path(true) + " has no message " + number
                        + " that is not under lock; a peek shows what is there");
    }
}
