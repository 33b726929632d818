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
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of serving in a sub-queue that forwards: what becomes ready there goes on to another entity, in one batch with
 * its end here (rules W1, D4, D5, P12).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Forwarding {
    /** What the namespace had no room for is tried again after this. */
    static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** So much that is written counts as a change. */
    private static final int BYTES_PER_CHANGE = 16 * 1024;

    /** What became of one message. */
    private enum Outcome {
        GONE,
        REFUSED,
        /** The namespace has no room now. */
        WAITS
    }

    private final PartitionState state;
    private final BodyStore bodies;
    private final Admitting admitting;
    private final Enqueuing enqueuing;
    private final Settling settling;
    private final Transferring transferring;
    private final Exchange exchange;
    /** Sub-queues that wait for room. */
    private final Set<SubQueue> waiting = new LinkedHashSet<>();

    private long againNanos;

    Forwarding(
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
     * Forwards what is ready.
     *
     * @return false if it stopped at the limit, and there may be more
     */
    boolean forward(Round round, SubQueue queue, String destinationName, long limit) {
        MessageEntry entry = queue.fragment.receivable ? queue.nextToForward() : null;
        if (entry == null) {
            return true;
        }
        EntityDefinition destination = exchange.destination(destinationName);
        while (entry != null && round.changes < limit) {
            if (entry.isExpired(round.wallMs)) {
                settling.expire(round, entry, entry.delivery);
            } else if (queue.takeStaysHere(entry)) {
                queue.refused(entry);
                round.changes++;
            } else if (forward(round, entry, destinationName, destination) == Outcome.WAITS) {
                waitForRoom(round, queue);
                entry = null;
                break;
            }
            entry = queue.nextToForward();
        }
        transferring.begin(round);
        return entry == null;
    }

    private Outcome forward(
            Round round, MessageEntry entry, String destinationName, @Nullable EntityDefinition destination) {
        Message content = bodies.content(entry);
        try {
            Departure departure = Departure.forwarded(entry, content);
            if (destination == null) {
                return refuse(round, entry, missing(destinationName));
            }
            int partition = partitionFor(destination, departure.message());
            if (partition != state.partition) {
                transferring.gather(round, entry, destination, partition);
                return Outcome.GONE;
            }
            Fragment fragment = state.fragment(destination.id());
            return fragment == null
                    ? refuse(round, entry, missing(destinationName))
                    : move(round, entry, fragment, departure);
        } catch (Departure.Impossible e) {
            return refuse(round, entry, e.refusal());
        }
    }

    private static Refusal missing(String destinationName) {
        return new Refusal(
                ErrorCode.EntityNotFound.name(),
                "the message was to be forwarded to '" + destinationName + "', and there is no queue or topic of this"
                        + " name: create it, or change the setting");
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
    private Outcome move(Round round, MessageEntry entry, Fragment destination, Departure departure) {
        Intake intake = admitting.intake(round, destination, departure);
        Refusal refusal = admitting.moveRefusal(intake, Admitting.NOTHING_STAGED);
        if (refusal != null) {
            return refuse(round, entry, refusal);
        }
        // What a queue takes is no more than what leaves; only copies for subscriptions need memory.
        BrokerException full = intake.isPublished()
                ? admitting.roomRefusal(intake, Admitting.NOTHING_STAGED, round.diskFull)
                : entry.isDurable() ? round.diskFull : null;
        if (full != null) {
            return Outcome.WAITS;
        }
        settling.complete(round, entry);
        enqueuing.enqueue(round, intake, true);
        round.changes += departure.message().sizeBytes() / BYTES_PER_CHANGE;
        return Outcome.GONE;
    }

    /** It becomes a dead letter where it is; one that is a dead letter already stays, and can be received (rules D1, D5). */
    private Outcome refuse(Round round, MessageEntry entry, Refusal refusal) {
        if (entry.delivery.deadLettered()) {
            entry.fragment.deadLetterQueue.refused(entry);
            round.changes++;
        } else {
            settling.moveToDeadLetters(round, entry, entry.delivery, refusal.reason(), refusal.description());
        }
        return Outcome.REFUSED;
    }

    private void waitForRoom(Round round, SubQueue queue) {
        if (waiting.isEmpty()) {
            againNanos = round.nanos + PAUSE_NANOS;
        }
        waiting.add(queue);
        state.deadlines.lockUntil(againNanos);
    }

    /** Time has passed: there may be room now. */
    void tick(Round round) {
        if (waiting.isEmpty()) {
            return;
        }
        if (againNanos - round.nanos <= 0) {
            round.touched.addAll(waiting);
            waiting.clear();
        } else {
            state.deadlines.lockUntil(againNanos);
        }
    }

    /** An entity is new or has other settings: what was refused may be taken now. */
    void tryAgain(Round round) {
        for (Fragment fragment : state.forwarding()) {
            if (fragment.deadLetterQueue.forwardTo() != null) {
                fragment.deadLetterQueue.tryAgain();
                round.touched.add(fragment.deadLetterQueue);
            }
        }
    }
}
