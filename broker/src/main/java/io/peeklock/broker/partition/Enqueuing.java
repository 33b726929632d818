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
 * Decides about messages that come in: quota, number, time to live, record.
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
        boolean waits = entry.isDurable() || entry.position == MessageEntry.Position.PENDING;
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
        long number = fragment.lastNumber + 1;
        reserveNumbers(round, fragment, number, message.durable());
        QueueDescription queue = fragment.definition.queue();
        int bytes = message.sizeBytes();
        int chunks = message.durable() ? MessageRecord.chunksFor(bytes) : 0;
        long recordId = message.durable() ? state.takeRecordIds(1 + chunks) : 0;
        long sequenceNumber = SequenceNumbers.of(state.partition, queue.partitioned(), number);
        MessageEntry entry = new MessageEntry(
                fragment,
                recordId,
                chunks,
                sequenceNumber,
                sequenceNumber,
                round.wallMs,
                expiresAt(queue, message, round.wallMs),
                bytes,
                message.priority(),
                message);
        round.emit(new Change.Enqueued(entry));
        if (bodies.added(entry)) {
            round.toSwap.add(entry);
        }
        boolean waits = withTheRest || fragment.waitingVolatile > 0 || isReservationPending(fragment, entry);
        if (!entry.isDurable() && waits) {
            fragment.waitingVolatile++;
            round.readyWhenDurable.add(entry);
        } else {
            round.becomesReady(entry);
        }
        return entry;
    }

    /** A volatile message must not use a number whose reservation a crash could still take back (rule N10). */
    private static boolean isReservationPending(Fragment fragment, MessageEntry entry) {
        return SequenceNumbers.counter(entry.sequenceNumber) > fragment.durablyReservedNumber;
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

    /** Rules T1 and T2; profile jms counts from the client's send (Jakarta Messaging 3.4.9). */
    private long expiresAt(QueueDescription queue, Message message, long wallMs) {
        long limit = queue.defaultTimeToLive().equals(QueueDescription.NO_LIMIT)
                ? Long.MAX_VALUE
                : queue.defaultTimeToLive().toMillis();
        long own = message.timeToLiveMs() == 0 ? Long.MAX_VALUE : message.timeToLiveMs();
        long timeToLive = Math.min(own, limit);
        boolean fromClient = profile == Profile.JMS && message.creationTimeMs() > 0;
        long from = fromClient ? message.creationTimeMs() : wallMs;
        return timeToLive >= Long.MAX_VALUE - from ? Long.MAX_VALUE : from + timeToLive;
    }
}
