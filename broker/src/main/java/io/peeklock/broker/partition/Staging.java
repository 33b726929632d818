/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.partition.StagedSend.StagedCopy;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts in messages that nobody sees yet, for prepared parts; gives them their places, as if they were sent then, or takes them
 * out (rule X6).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Staging {
    private final BodyStore bodies;
    private final Enqueuing enqueuing;
    private final Duplicates duplicates;

    Staging(BodyStore bodies, Enqueuing enqueuing, Duplicates duplicates) {
        this.bodies = bodies;
        this.enqueuing = enqueuing;
        this.duplicates = duplicates;
    }

    /** Puts in the copies of a message that was not refused, and is no duplicate of one that is known now. */
    StagedSend stage(Round round, Intake intake) {
        Fragment destination = intake.destination();
        boolean shared = intake.isPublished() && intake.originals() > 1;
        List<StagedCopy> copies = new ArrayList<>(intake.copies().size());
        for (Copy copy : intake.copies()) {
            MessageEntry entry = enqueuing.putIn(round, copy, 0, 0, Long.MAX_VALUE, 0, shared && !copy.changed());
            stageNotes(round, entry, copy);
            if (entry.isDurable()) {
                // As long as there are records of the entities, a load knows whose it is.
                enqueuing.keepRecord(round, entry.fragment);
            }
            copies.add(new StagedCopy(entry, enqueuing.timeToLive(copy.message().timeToLiveMs(), copy.target())));
        }
        if (!destination.settings().temporary() && intake.message().durable()) {
            enqueuing.keepRecord(round, destination);
        }
        SeenId.Key id = Duplicates.keyOf(destination, intake.message());
        Due due = intake.timing();
        return new StagedSend(
                destination,
                intake.reservedNumber(),
                due.dueMs(),
                intake.message().creationTimeMs(),
                due.byTheBus(),
                id,
                id != null && Duplicates.isDurable(destination, intake.message()),
                copies);
    }

    /** What is known of a copy before it has its place. */
    private static void stageNotes(Round round, MessageEntry entry, Copy copy) {
        Notes letter = Enqueuing.deadLetterNotes(entry, copy);
        if (letter != null) {
            round.emit(new Change.DeliveryChanged(entry, entry.delivery.inDeadLetterQueue(letter)));
        } else if (entry.fragment.isTopic()) {
            Notes origin = OriginNotes.of(copy.message().origin());
            round.emit(new Change.DeliveryChanged(entry, entry.delivery.withNotes(origin)));
        }
    }

    /** Sends it: unless one with the same id was sent meanwhile, or what it was sent to has gone. */
    void place(Round round, StagedSend send) {
        Fragment destination = send.destination();
        if (destination == null || destination.gone || duplicates.isKnown(destination, send.id(), round.wallMs)) {
            discard(round, send);
            return;
        }
        long number = send.isPublished() ? publish(round, destination, send) : enqueue(round, destination, send);
        duplicates.remember(round, destination, send.id(), send.durable(), number);
    }

    /** Into the queue itself, or where a topic keeps what is not due. */
    private long enqueue(Round round, Fragment destination, StagedSend send) {
        long number = send.reservedNumber();
        for (StagedCopy copy : send.copies()) {
            number = number == 0
                    ? enqueuing.takeNumber(round, destination, copy.entry().isDurable())
                    : number;
            place(round, send, copy, number, number);
        }
        return number;
    }

    private long publish(Round round, Fragment topic, StagedSend send) {
        long number = send.reservedNumber();
        if (number == 0) {
            number = enqueuing.reserveNumber(round, topic);
        }
        topic.queue.activity.enqueued++;
        for (StagedCopy copy : send.copies()) {
            MessageEntry entry = copy.entry();
            place(round, send, copy, enqueuing.takeNumber(round, entry.fragment, entry.isDurable()), number);
        }
        return number;
    }

    private void place(Round round, StagedSend send, StagedCopy copy, long number, long firstNumber) {
        MessageEntry entry = copy.entry();
        // What lies in a topic goes on from there, also if its time has come meanwhile.
        boolean waits = !entry.delivery.deadLettered() && (send.dueMs() > round.wallMs || entry.fragment.isTopic());
        long from = send.livesFromMs(round.wallMs);
        Placement place = new Placement(
                waits ? send.dueMs() : 0,
                number,
                round.wallMs,
                copy.timeToLiveMs() >= Long.MAX_VALUE - from ? Long.MAX_VALUE : from + copy.timeToLiveMs(),
                send.byTheBus(),
                firstNumber);
        DeliveryState staged = entry.delivery;
        Activity activity = entry.fragment.queue.activity;
        activity.enqueued++;
        activity.deadLettered += staged.deadLettered() ? 1 : 0;
        round.emit(new Change.DeliveryChanged(entry, waits ? staged.waiting(place) : staged.activated(place)));
        if (!waits) {
            enqueuing.makeReady(round, entry, true);
        }
    }

    /** Takes it out, and nothing tells that it was here. */
    void discard(Round round, StagedSend send) {
        for (StagedCopy copy : send.copies()) {
            round.emit(new Change.Removed(copy.entry()));
            bodies.removed(copy.entry());
        }
    }
}
