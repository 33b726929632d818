/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Decides about messages that come in: quota, number, delay, time to live, record.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Enqueuing {
    private final PartitionState state;
    private final BodyStore bodies;
    private final Profile profile;

    Enqueuing(PartitionState state, BodyStore bodies, Profile profile) {
        this.state = state;
        this.bodies = bodies;
        this.profile = profile;
    }

    void send(Round round, Command.Send command, @Nullable BrokerException diskFull) {
        Fragment fragment = state.fragment(command.entityId());
        BrokerException refusal = refusal(fragment, command.message(), 0, diskFull);
        if (refusal != null || fragment == null) {
            round.refuse(command, refusal == null ? gone() : refusal);
            return;
        }
        MessageEntry entry = enqueue(round, fragment, command.message(), false);
        SendReply reply = command.reply();
        reply.decided(entry.sequenceNumber);
        boolean waits = entry.isDurable()
                || entry.position == MessageEntry.Position.PENDING
                || isReservationPending(fragment, entry);
        (waits ? round.whenDurable : round.afterAppend).add(reply);
    }

    /** Why a message cannot be taken, or null. {@code staged} bytes of the same command come before it. */
    @Nullable
    BrokerException refusal(
            @Nullable Fragment fragment, Message message, long staged, @Nullable BrokerException diskFull) {
        if (fragment == null || fragment.gone) {
            return gone();
        }
        QueueDescription queue = fragment.definition.queue();
        if (message.sizeBytes() > queue.maxMessageBytes()) {
            return new BrokerException(
                    ErrorCode.MessageSizeExceeded,
                    "the message has " + message.sizeBytes() + " bytes with its properties, " + fragment + " takes "
                            + queue.maxMessageBytes() + ": make it smaller or raise maxMessageBytes of the queue");
        }
        if (fragment.sizeBytes + staged + message.sizeBytes() > queue.maxSizeBytes()) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    fragment + " is full in partition " + state.partition + ": it holds "
                            + (fragment.sizeBytes + staged) + " bytes of " + queue.maxSizeBytes()
                            + "; receive messages or raise maxSizeBytes");
        }
        if (!bodies.hasHeapFor(staged + message.sizeBytes())) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    "the messages of the namespace fill half of the heap, and none can be moved to a disk: receive some, or"
                            + " give the process a larger heap (-Xmx)");
        }
        if (!bodies.hasRoomForMessage()) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    "the namespace holds as many messages as fit its memory: receive some or raise indexMemory");
        }
        return message.durable() ? diskFull : null;
    }

    BrokerException gone() {
        return new BrokerException(ErrorCode.EntityNotFound, "the entity is no longer in partition " + state.partition);
    }

    /**
     * Puts a message, that was not refused, into a fragment.
     *
     * @param withTheRest whether nobody may see it before the rest of the round is durable, also if it is volatile
     */
    MessageEntry enqueue(Round round, Fragment fragment, Message message, boolean withTheRest) {
        long dueMs = dueMs(message, round.wallMs);
        long sequenceNumber = takeNumber(round, fragment, message.durable());
        QueueDescription queue = fragment.definition.queue();
        int bytes = message.sizeBytes();
        int chunks = message.durable() ? MessageRecord.chunksFor(bytes) : 0;
        long recordId = message.durable() ? state.takeRecordIds(1 + chunks) : 0;
        MessageEntry entry = new MessageEntry(
                fragment,
                recordId,
                chunks,
                sequenceNumber,
                sequenceNumber,
                round.wallMs,
                expiresAt(queue, message, round.wallMs, dueMs),
                bytes,
                message.priority(),
                message);
        round.emit(new Change.Enqueued(entry));
        if (bodies.added(bytes)) {
            round.toSwap.add(entry);
        }
        if (dueMs > round.wallMs) {
            Placement asSent = new Placement(dueMs, sequenceNumber, entry.enqueuedTimeMs, entry.expiresAtMs);
            round.emit(new Change.DeliveryChanged(entry, DeliveryState.scheduled(asSent)));
        } else {
            makeReady(round, entry, withTheRest);
        }
        return entry;
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
        boolean waits = withTheRest || fragment.waitingVolatile > 0 || isReservationPending(fragment, entry);
        if (!entry.isDurable() && waits) {
            fragment.waitingVolatile++;
            round.readyWhenDurable.add(entry);
        } else {
            round.becomesReady(entry);
        }
    }

    /** A volatile message must not use a number whose reservation a crash could still take back (rule N10). */
    private static boolean isReservationPending(Fragment fragment, MessageEntry entry) {
        return SequenceNumbers.counter(entry.sequenceNumber) > fragment.durablyReservedNumber;
    }

    private long takeNumber(Round round, Fragment fragment, boolean durable) {
        long number = fragment.lastNumber + 1;
        reserveNumbers(round, fragment, number, durable);
        return SequenceNumbers.of(state.partition, fragment.definition.queue().partitioned(), number);
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
        round.emit(new Change.EntitySet(fragment, fragment.definition, state.takeRecordIds(1), upTo));
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

    /** Rules T1, T2 and T8; profile jms counts from the client's send (Jakarta Messaging 3.4.9). */
    private long expiresAt(QueueDescription queue, Message message, long wallMs, long dueMs) {
        long limit = queue.defaultTimeToLive().equals(QueueDescription.NO_LIMIT)
                ? Long.MAX_VALUE
                : queue.defaultTimeToLive().toMillis();
        long own = message.timeToLiveMs() == 0 ? Long.MAX_VALUE : message.timeToLiveMs();
        long timeToLive = Math.min(own, limit);
        boolean fromClient = profile == Profile.JMS && message.creationTimeMs() > 0;
        long enqueuedMs = profile == Profile.AZURE ? Math.max(wallMs, dueMs) : wallMs;
        long from = fromClient ? message.creationTimeMs() : enqueuedMs;
        return timeToLive >= Long.MAX_VALUE - from ? Long.MAX_VALUE : from + timeToLive;
    }
}
