/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Puts in the messages that come: into the queue, or into every subscription that takes them; gives them number, delay, time
 * to live and record.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Enqueuing {
    private final PartitionState state;
    private final BodyStore bodies;
    private final Admitting admitting;
    private final Duplicates duplicates;

    Enqueuing(PartitionState state, BodyStore bodies, Admitting admitting, Duplicates duplicates) {
        this.state = state;
        this.bodies = bodies;
        this.admitting = admitting;
        this.duplicates = duplicates;
    }

    void send(Round round, Command.Send command, @Nullable BrokerException diskFull) {
        Intake intake = admitting.intake(round, command.submission());
        BrokerException refusal = admitting.refusal(intake, Admitting.NOTHING_STAGED, diskFull);
        if (refusal != null || intake == null) {
            round.refuse(command, refusal == null ? state.gone() : refusal);
            return;
        }
        // Nobody gets his copy before the others have theirs for certain.
        long number = enqueue(round, intake, intake.isPublished() && intake.isDurable());
        SendReply reply = command.reply();
        reply.decided(number);
        // A duplicate is answered when its original is durable (rule U1).
        boolean waits =
                intake.isDurable() || intake.original() != null || isNumberPending(intake.destination(), number);
        for (Copy copy : intake.copies()) {
            waits |= copy.target().waitingVolatile > 0;
        }
        (waits ? round.whenDurable : round.afterAppend).add(reply);
    }

    /**
     * Puts a message, that was not refused, where it goes, unless it is a duplicate. Returns its number in the entity it was
     * sent to, or that of its original.
     *
     * @param withTheRest whether nobody may see it before the rest of the round is durable, also if it is volatile
     */
    long enqueue(Round round, Intake intake, boolean withTheRest) {
        Fragment destination = intake.destination();
        SeenId original = intake.original();
        if (original != null) {
            return original.sequenceNumber();
        }
        long number = place(round, intake, withTheRest);
        duplicates.remember(round, destination, intake.message(), number);
        return number;
    }

    private long place(Round round, Intake intake, boolean withTheRest) {
        Fragment destination = intake.destination();
        if (!intake.isPublished()) {
            long number = intake.reservedNumber();
            if (number == 0) {
                number = takeNumber(round, destination, isDurable(intake.message(), destination));
            }
            enqueue(round, intake, Copy.of(destination, intake.message()), number, number, false, withTheRest);
            return number;
        }
        long number = intake.reservedNumber();
        if (number == 0) {
            number = takeNumber(round, destination, false);
            round.emit(new Change.NumberTaken(destination, number));
        }
        destination.queue.activity.enqueued++;
        publish(round, intake, number, withTheRest || isNumberPending(destination, number));
        return number;
    }

    /** Gives each subscription that takes a message its copy. */
    private void publish(Round round, Intake intake, long topicNumber, boolean withTheRest) {
        boolean shared = intake.originals() > 1;
        for (Copy copy : intake.copies()) {
            boolean sharesContent = shared && !copy.changed();
            long number = takeNumber(round, copy.target(), isDurable(copy.message(), copy.target()));
            enqueue(round, intake, copy, number, topicNumber, sharesContent, withTheRest);
        }
    }

    private static boolean isDurable(Message message, Fragment fragment) {
        return message.durable() && !fragment.settings().temporary();
    }

    /**
     * @param enqueuedNumber its number in the entity that it came to, which counts if that was its first
     * @param shared whether other subscriptions hold the same content
     */
    private void enqueue(
            Round round,
            Intake intake,
            Copy copy,
            long sequenceNumber,
            long enqueuedNumber,
            boolean shared,
            boolean withTheRest) {
        Due due = intake.timing();
        long firstNumber = intake.journey().firstNumber();
        long enqueuedAs = firstNumber == 0 ? enqueuedNumber : firstNumber;
        MessageEntry entry = putIn(
                round,
                copy,
                sequenceNumber,
                enqueuedAs,
                expiresAt(copy, intake),
                intake.journey().hops(),
                shared);
        Activity activity = Activity.of(entry);
        activity.enqueued++;
        Notes letter = deadLetterNotes(entry, copy);
        if (letter != null) {
            activity.deadLettered++;
            round.emit(new Change.DeliveryChanged(entry, entry.delivery.inDeadLetterQueue(letter)));
            makeReady(round, entry, withTheRest);
        } else if (due.dueMs() > round.wallMs) {
            Placement asSent =
                    new Placement(due.dueMs(), sequenceNumber, entry.enqueuedTimeMs, entry.expiresAtMs, due.byTheBus());
            DeliveryState waiting = DeliveryState.scheduled(asSent);
            if (entry.fragment.isTopic()) {
                waiting = waiting.withNotes(OriginNotes.of(copy.message().origin()));
            }
            round.emit(new Change.DeliveryChanged(entry, waiting));
            bodies.delayed(entry);
        } else {
            makeReady(round, entry, withTheRest);
        }
    }

    /**
     * Puts in a copy, with its records, where nobody can receive it yet.
     *
     * @param shared whether other subscriptions hold the same content
     */
    MessageEntry putIn(
            Round round,
            Copy copy,
            long sequenceNumber,
            long enqueuedNumber,
            long expiresAtMs,
            int hops,
            boolean shared) {
        Fragment fragment = copy.target();
        Message message = copy.message();
        boolean durable = isDurable(message, fragment);
        int bytes = message.sizeBytes();
        int chunks = durable ? MessageRecord.chunksFor(bytes) : 0;
        MessageEntry entry = new MessageEntry(
                fragment,
                durable ? state.takeRecordIds(1 + chunks) : 0,
                chunks,
                sequenceNumber,
                enqueuedNumber,
                round.wallMs,
                expiresAtMs,
                bytes,
                message.priority(),
                message);
        entry.hops = (byte) hops;
        round.emit(new Change.Enqueued(entry));
        if (shared) {
            bodies.share(entry);
        }
        if (bodies.added(entry)) {
            round.toSwap.add(entry);
        }
        return entry;
    }

    /** Why a copy goes to the dead-letter queue at once, or null. */
    static @Nullable Notes deadLetterNotes(MessageEntry entry, Copy copy) {
        Fragment fragment = entry.fragment;
        Copy.DeadLetter deadLetter = copy.deadLetter();
        if (fragment.requiresSessions() && entry.sessionId == null) {
            // Through a topic: its send could not be refused for the sake of one subscription (rules G1, D2).
            return Notes.NONE.deadLettered(
                    Settling.NO_SESSION, "the message has no session id, and " + fragment + " requires sessions");
        }
        return deadLetter == null ? null : Notes.NONE.deadLettered(deadLetter.reason(), deadLetter.description());
    }

    /**
     * The time of a delayed message has come: it takes its place behind what is there, under a number of its own (rule N4).
     * The number of the send stays its enqueued sequence number. By the bus's rules it lives from now (rule T8), and one
     * that was sent to a topic goes to the subscriptions that match now.
     *
     * @return how many messages have become of it
     */
    int activate(Round round, MessageEntry entry) {
        if (entry.fragment.isTopic()) {
            return publish(round, entry);
        }
        Placement sent = entry.delivery.placement();
        long late = round.wallMs - entry.dueMs();
        boolean moves = sent != null && sent.livesFromDue() && entry.expiresAtMs < Long.MAX_VALUE - late;
        long expiresAtMs = moves ? entry.expiresAtMs + late : entry.expiresAtMs;
        long sequenceNumber = takeNumber(round, entry.fragment, entry.isDurable());
        long firstNumber = sent == null ? 0 : sent.firstNumber();
        Placement now = new Placement(entry.dueMs(), sequenceNumber, round.wallMs, expiresAtMs, moves, firstNumber);
        round.emit(new Change.DeliveryChanged(entry, entry.delivery.activated(now)));
        // The send of a volatile one may have been part of a transaction that is not on disk yet.
        makeReady(round, entry, true);
        return 1;
    }

    /**
     * A dead letter is put behind what is there, with a number of its own and a new life: nothing but its first number and
     * what settlements changed on it tells that it was here before.
     */
    void enqueueAnew(Round round, MessageEntry entry, long timeToLiveMs) {
        Fragment fragment = entry.fragment;
        fragment.queue.activity.enqueued++;
        long expiresAtMs = expiresAt(round.wallMs, timeToLiveMs, fragment);
        long sequenceNumber = takeNumber(round, fragment, entry.isDurable());
        Placement sent = entry.delivery.placement();
        long dueMs = sent == null ? 0 : sent.dueMs();
        long firstNumber = sent == null ? 0 : sent.firstNumber();
        Placement now = new Placement(dueMs, sequenceNumber, round.wallMs, expiresAtMs, false, firstNumber);
        round.emit(new Change.DeliveryChanged(entry, entry.delivery.redriven(now)));
        // That it was dead-lettered may not be on disk yet.
        makeReady(round, entry, true);
    }

    /** All copies, and the end of what lay in the topic, in one batch. It was admitted when it was sent, so it goes in. */
    private int publish(Round round, MessageEntry entry) {
        Message message = OriginNotes.restore(bodies.content(entry), entry.delivery.notes());
        Intake intake = admitting.publication(round, entry.fragment, message);
        publish(round, intake, entry.enqueuedSequenceNumber, true);
        round.emit(new Change.Removed(entry));
        bodies.removed(entry);
        return Math.max(1, intake.copies().size());
    }

    /** The next number of an entity, for a message that comes later under it; it is never given to another (rule X6). */
    long reserveNumber(Round round, Fragment fragment) {
        long number = takeNumber(round, fragment, true);
        round.emit(new Change.NumberTaken(fragment, number));
        return number;
    }

    /** It has its place: it can be received when that is certain. */
    void makeReady(Round round, MessageEntry entry, boolean withTheRest) {
        Fragment fragment = entry.fragment;
        boolean waits = withTheRest || fragment.waitingVolatile > 0 || isNumberPending(fragment, entry.sequenceNumber);
        if (!entry.isDurable() && waits) {
            fragment.waitingVolatile++;
            round.becomesReadyWhenDurable(entry);
        } else {
            round.becomesReady(entry);
        }
    }

    /** A volatile message must not use a number whose reservation a crash could still take back (rule N10). */
    private static boolean isNumberPending(Fragment fragment, long sequenceNumber) {
        return SequenceNumbers.counter(sequenceNumber) > fragment.durablyReservedNumber;
    }

    /** @param durable whether that which gets it is */
    long takeNumber(Round round, Fragment fragment, boolean durable) {
        long number = fragment.lastNumber + 1;
        reserveNumbers(round, fragment, number, durable);
        return SequenceNumbers.of(state.partition, fragment.settings().partitioned(), number);
    }

    /** Numbers are reserved in blocks, early enough that volatile messages seldom wait for it (journal danger 9). */
    private void reserveNumbers(Round round, Fragment fragment, long number, boolean durable) {
        long ahead = durable ? 0 : Fragment.NUMBER_BLOCK / 2;
        if (number + ahead > fragment.reservedNumber) {
            reserve(round, fragment, Math.max(number, fragment.reservedNumber) + Fragment.NUMBER_BLOCK);
        } else if (fragment.bytesSinceRecord >= Fragment.RECORD_MOVES_AFTER_BYTES) {
            // Of no more numbers than usual: a crash loses those that are left.
            reserve(round, fragment, Math.max(fragment.reservedNumber, number + Fragment.NUMBER_BLOCK));
        }
    }

    /** Something of the entity besides messages is put into the journal: its own record must be there. */
    void keepRecord(Round round, Fragment fragment) {
        if (fragment.recordId == 0) {
            reserve(round, fragment, fragment.lastNumber + Fragment.NUMBER_BLOCK);
        }
    }

    /** After a load: numbers that are taken for used because their record was lost stay so at the next one (rule N1). */
    void keepReservation(Round round, Fragment fragment) {
        if (fragment.durablyReservedNumber < fragment.reservedNumber) {
            reserve(round, fragment, fragment.reservedNumber);
        }
    }

    private void reserve(Round round, Fragment fragment, long upTo) {
        // A record that stayed where it was would keep every file after it.
        round.emit(new Change.EntitySet(fragment, fragment.definition(), state.takeRecordIds(1), upTo));
        round.whenDurable.add(new Round.OwnReply() {
            @Override
            public void give() {
                fragment.durablyReservedNumber = upTo;
            }

            @Override
            public void fail(BrokerException cause) {}
        });
    }

    /** Rules T1, T2, T3 and T8. */
    private long expiresAt(Copy copy, Intake intake) {
        long expiresAtMs =
                expiresAt(intake.timing().livesFromMs(), copy.message().timeToLiveMs(), copy.target());
        return Math.min(expiresAtMs, intake.journey().expiresAtMs());
    }

    private long expiresAt(long from, long timeToLiveMs, Fragment fragment) {
        long timeToLive = timeToLive(timeToLiveMs, fragment);
        return timeToLive >= Long.MAX_VALUE - from ? Long.MAX_VALUE : from + timeToLive;
    }

    /** How long a message lives that wants to live so long, 0 for ever (rules T2, T3). */
    long timeToLive(long timeToLiveMs, Fragment fragment) {
        long topicId = fragment.definition().topicId();
        Fragment topic = topicId == 0 ? null : state.fragment(topicId);
        long limitMs = Math.min(limitMs(fragment), topic == null ? Long.MAX_VALUE : limitMs(topic));
        return Math.min(timeToLiveMs == 0 ? Long.MAX_VALUE : timeToLiveMs, limitMs);
    }

    /** {@link QueueDescription#NO_LIMIT} is the largest there is. */
    private static long limitMs(Fragment fragment) {
        return fragment.settings().defaultTimeToLive().toMillis();
    }
}
