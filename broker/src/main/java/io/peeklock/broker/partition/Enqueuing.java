/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.NamespaceConfig.Profile;
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
    /** Reason of what is dead-lettered because rules could not be evaluated (rules D2, D3). */
    static final String FILTER_ERROR = "FilterException";

    private final PartitionState state;
    private final BodyStore bodies;
    private final Admitting admitting;
    private final Profile profile;

    Enqueuing(PartitionState state, BodyStore bodies, Admitting admitting, Profile profile) {
        this.state = state;
        this.bodies = bodies;
        this.admitting = admitting;
        this.profile = profile;
    }

    void send(Round round, Command.Send command, @Nullable BrokerException diskFull) {
        Intake intake = admitting.intake(round, command.entityId(), command.message());
        BrokerException refusal = admitting.refusal(intake, Admitting.NOTHING_STAGED, diskFull);
        if (refusal != null || intake == null) {
            round.refuse(command, refusal == null ? admitting.gone() : refusal);
            return;
        }
        boolean isTopic = intake.destination().isTopic();
        // Nobody gets his copy before the others have theirs for certain.
        long number = enqueue(round, intake, isTopic && intake.isDurable());
        SendReply reply = command.reply();
        reply.decided(number);
        boolean waits = intake.isDurable() || isNumberPending(intake.destination(), number);
        for (Copy copy : intake.copies()) {
            waits |= copy.target().waitingVolatile > 0;
        }
        (waits ? round.whenDurable : round.afterAppend).add(reply);
    }

    /**
     * Puts a message, that was not refused, where it goes. Returns its number in the entity it was sent to.
     *
     * @param withTheRest whether nobody may see it before the rest of the round is durable, also if it is volatile
     */
    long enqueue(Round round, Intake intake, boolean withTheRest) {
        Fragment destination = intake.destination();
        if (!destination.isTopic()) {
            return enqueue(round, Copy.of(destination, intake.message()), null, 0, false, withTheRest);
        }
        long number = takeNumber(round, destination, false);
        round.emit(new Change.NumberTaken(destination, number));
        boolean waits = withTheRest || isNumberPending(destination, number);
        boolean shared = intake.originals() > 1;
        for (Copy copy : intake.copies()) {
            enqueue(round, copy, destination, number, shared && copy.message() == intake.message(), waits);
        }
        return number;
    }

    /**
     * @param topic the topic through which it comes, null if it was sent to this entity itself
     * @param topicNumber its number there
     * @param shared whether other subscriptions hold the same content
     */
    private long enqueue(
            Round round, Copy copy, @Nullable Fragment topic, long topicNumber, boolean shared, boolean withTheRest) {
        Fragment fragment = copy.target();
        Message message = copy.message();
        long dueMs = dueMs(message, round.wallMs);
        boolean durable = message.durable() && !fragment.settings().temporary();
        long sequenceNumber = takeNumber(round, fragment, durable);
        int bytes = message.sizeBytes();
        int chunks = durable ? MessageRecord.chunksFor(bytes) : 0;
        MessageEntry entry = new MessageEntry(
                fragment,
                durable ? state.takeRecordIds(1 + chunks) : 0,
                chunks,
                sequenceNumber,
                topic == null ? sequenceNumber : topicNumber,
                round.wallMs,
                expiresAt(fragment, topic, message, round.wallMs, dueMs),
                bytes,
                message.priority(),
                message);
        round.emit(new Change.Enqueued(entry));
        if (shared) {
            bodies.share(entry);
        }
        if (bodies.added(entry)) {
            round.toSwap.add(entry);
        }
        String filterError = copy.filterError();
        if (filterError != null) {
            Notes why = entry.delivery.notes().deadLettered(FILTER_ERROR, filterError);
            round.emit(new Change.DeliveryChanged(entry, entry.delivery.inDeadLetterQueue(why)));
            makeReady(round, entry, withTheRest);
        } else if (dueMs > round.wallMs) {
            Placement asSent = new Placement(dueMs, sequenceNumber, entry.enqueuedTimeMs, entry.expiresAtMs);
            round.emit(new Change.DeliveryChanged(entry, DeliveryState.scheduled(asSent)));
            bodies.delayed(entry);
        } else {
            makeReady(round, entry, withTheRest);
        }
        return sequenceNumber;
    }

    /**
     * The time of a delayed message has come: it takes its place behind what is there, under a number of its own (rule N4).
     * The number of the send stays its enqueued sequence number. Profile azure counts its time to live from now (rule T8).
     */
    void activate(Round round, MessageEntry entry) {
        long late = round.wallMs - entry.dueMs();
        boolean moves = profile == Profile.AZURE && entry.expiresAtMs < Long.MAX_VALUE - late;
        long expiresAtMs = moves ? entry.expiresAtMs + late : entry.expiresAtMs;
        long sequenceNumber = takeNumber(round, entry.fragment, entry.isDurable());
        Placement now = new Placement(entry.dueMs(), sequenceNumber, round.wallMs, expiresAtMs);
        round.emit(new Change.DeliveryChanged(entry, entry.delivery.activated(now)));
        // The send of a volatile one may have been part of a transaction that is not on disk yet.
        makeReady(round, entry, true);
    }

    private void makeReady(Round round, MessageEntry entry, boolean withTheRest) {
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

    private long takeNumber(Round round, Fragment fragment, boolean durable) {
        long number = fragment.lastNumber + 1;
        reserveNumbers(round, fragment, number, durable);
        return SequenceNumbers.of(state.partition, fragment.settings().partitioned(), number);
    }

    /** Numbers are reserved in blocks, early enough that volatile messages seldom wait for it (journal danger 9). */
    private void reserveNumbers(Round round, Fragment fragment, long number, boolean durable) {
        long ahead = durable ? 0 : Fragment.NUMBER_BLOCK / 2;
        if (number + ahead <= fragment.reservedNumber) {
            return;
        }
        reserve(round, fragment, Math.max(number, fragment.reservedNumber) + Fragment.NUMBER_BLOCK);
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

    /** Wall time before which nobody may receive it; a delay counts from the client's send (Jakarta Messaging 3.4.13). */
    private static long dueMs(Message message, long wallMs) {
        if (message.deliveryDelayMs() == 0) {
            return 0;
        }
        long from = message.creationTimeMs() > 0 ? message.creationTimeMs() : wallMs;
        return message.deliveryDelayMs() >= Long.MAX_VALUE - from ? Long.MAX_VALUE : from + message.deliveryDelayMs();
    }

    /** Rules T1, T2, T3 and T8; profile jms counts from the client's send (Jakarta Messaging 3.4.9). */
    private long expiresAt(Fragment fragment, @Nullable Fragment topic, Message message, long wallMs, long dueMs) {
        long own = message.timeToLiveMs() == 0 ? Long.MAX_VALUE : message.timeToLiveMs();
        long timeToLive = Math.min(own, limitMs(fragment));
        if (topic != null) {
            timeToLive = Math.min(timeToLive, limitMs(topic));
        }
        boolean fromClient = profile == Profile.JMS && message.creationTimeMs() > 0;
        long enqueuedMs = profile == Profile.AZURE ? Math.max(wallMs, dueMs) : wallMs;
        long from = fromClient ? message.creationTimeMs() : enqueuedMs;
        return timeToLive >= Long.MAX_VALUE - from ? Long.MAX_VALUE : from + timeToLive;
    }

    /** {@link QueueDescription#NO_LIMIT} is the largest there is. */
    private static long limitMs(Fragment fragment) {
        return fragment.settings().defaultTimeToLive().toMillis();
    }
}
