/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionKeys;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages from one entity to another, one after the other: in one batch with its end here if the other has a part here,
 * else by a transfer.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Moving {
    /** The namespace has no memory or disk for it now; no fault of the destination. */
    static final Refusal NO_ROOM =
            new Refusal(ErrorCode.QuotaExceeded.name(), "the namespace has no memory or disk for it now: try it later");

    /** Messages of a queue that are on their way to one partition: more stay as they are, and can be changed and counted. */
    static final int MAX_ON_THEIR_WAY = 10_000;

    /** Of a dead-letter queue fewer: whoever wants to receive them must not wait for that partition. */
    static final int MAX_LETTERS_ON_THEIR_WAY = 1000;

    /** So much that is written counts as a change. */
    private static final int BYTES_PER_CHANGE = 16 * 1024;

    private final PartitionState state;
    private final BodyStore bodies;
    private final Admitting admitting;
    private final Enqueuing enqueuing;
    private final Settling settling;
    private final Transferring transferring;
    private final Exchange exchange;

    Moving(
            PartitionState state,
            BodyStore bodies,
            Admitting admitting,
            Enqueuing enqueuing,
            Settling settling,
            Transferring transferring,
            Exchange exchange) {
        this.state = state;
        this.bodies = bodies;
        this.admitting = admitting;
        this.enqueuing = enqueuing;
        this.settling = settling;
        this.transferring = transferring;
        this.exchange = exchange;
    }

    /**
     * Moves a message that nobody holds. {@link #sendOff} or {@link #answerWhenGone} must follow in the same decision.
     *
     * @param destination another entity, not a temporary one; a subscription takes them whatever its rules say
     * @return null if it is gone, or on its way and locked; else why it stays as it is
     */
    @Nullable
    Refusal move(Round round, MessageEntry entry, EntityDefinition destination, Departure.Way way) {
        Departure departure;
        try {
            departure = Departure.of(entry, bodies.content(entry), way);
        } catch (Departure.Impossible e) {
            return e.refusal();
        }
        round.changes += entry.contentBytes / BYTES_PER_CHANGE;
        int partition = partitionFor(destination, departure.message());
        if (partition != state.partition) {
            if (hasNoRoom(entry, partition, way)) {
                return NO_ROOM;
            }
            transferring.gather(round, entry, destination, partition, way);
            return null;
        }
        Fragment fragment = state.fragment(destination.id());
        return fragment == null ? Refusal.of(state.gone()) : move(round, entry, fragment, departure);
    }

    /**
     * Whether a message has to wait before it can go to another partition: so many others of its queue go there, whatever holds
     * them up, or there is no memory for one more transfer.
     */
    private boolean hasNoRoom(MessageEntry entry, int partition, Departure.Way way) {
        boolean letter = entry.delivery.deadLettered();
        int most = letter ? MAX_LETTERS_ON_THEIR_WAY : MAX_ON_THEIR_WAY;
        return way == Departure.Way.FORWARD
                        && state.transfers().messagesTo(entry.fragment.subQueue(letter), partition) >= most
                || !bodies.hasRoomForTransfer(Transfer.indexBytes(Transferring.MAX_MESSAGES));
    }

    /** The partition to which a message goes (rule P12). */
    private int partitionFor(EntityDefinition destination, Message message) {
        if (!destination.partitioned()) {
            return destination.homePartition();
        }
        boolean byId = destination.settings().options().detectsDuplicates();
        // One without a key may lie anywhere, and stays where it needs no second partition.
        return PartitionKeys.partitionOf(message, byId, exchange.partitions()).orElse(state.partition);
    }

    /** Removal and put are in one batch, so that a crash leaves one of them or neither. */
    private @Nullable Refusal move(Round round, MessageEntry entry, Fragment destination, Departure departure) {
        Intake intake = admitting.intake(round, destination, departure);
        Refusal refusal = admitting.moveRefusal(intake, Admitting.NOTHING_STAGED);
        if (refusal != null) {
            return refusal;
        }
        // What a queue takes is no more than what leaves; only copies for subscriptions need memory.
        BrokerException full = intake.isPublished()
                ? admitting.roomRefusal(intake, Admitting.NOTHING_STAGED, round.diskFull)
                : entry.isDurable() ? round.diskFull : null;
        if (full != null) {
            return NO_ROOM;
        }
        settling.complete(round, entry);
        enqueuing.enqueue(round, intake, true);
        return null;
    }

    /** Sends off what goes to other partitions. */
    void sendOff(Round round) {
        transferring.begin(round, null);
    }

    /**
     * The same; when all of it has been answered, an answer is given.
     *
     * @param answer gets the messages that other partitions have refused: they stay here as they were
     */
    void answerWhenGone(Round round, Function<List<Refused>, Round.Reply> answer) {
        transferring.begin(round, new MoveAnswer(answer));
    }
}
