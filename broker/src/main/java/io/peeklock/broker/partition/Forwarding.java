/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.error.ErrorCode;
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

    private final PartitionState state;
    private final Settling settling;
    private final Moving moving;
    private final Retrying retrying;
    private final Exchange exchange;
    /** Sub-queues that wait for room. */
    private final Set<SubQueue> waiting = new LinkedHashSet<>();

    private long againNanos;

    Forwarding(PartitionState state, Settling settling, Moving moving, Retrying retrying, Exchange exchange) {
        this.state = state;
        this.settling = settling;
        this.moving = moving;
        this.retrying = retrying;
        this.exchange = exchange;
    }

    /**
     * Forwards what is ready.
     *
     * @return false if it stopped at the limit, and there may be more
     */
    boolean forward(Round round, SubQueue queue, String destinationName, long limit) {
        MessageEntry entry = queue.fragment.receivable && !queue.fragment.gone ? next(queue) : null;
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
            } else if (!forward(round, entry, destinationName, destination)) {
                waitForRoom(round, queue);
                entry = null;
                break;
            }
            entry = next(queue);
        }
        moving.sendOff(round);
        return entry == null;
    }

    private @Nullable MessageEntry next(SubQueue queue) {
        return retrying.rests(queue) ? null : queue.nextToForward();
    }

    /** Returns false if it has to wait. */
    private boolean forward(
            Round round, MessageEntry entry, String destinationName, @Nullable EntityDefinition destination) {
        Refusal why = destination == null
                ? missing(destinationName)
                : moving.move(round, entry, destination, Departure.Way.FORWARD);
        if (why != null && !why.equals(Moving.NO_ROOM)) {
            refuse(round, entry, why);
        } else if (entry.position == MessageEntry.Position.GONE) {
            retrying.went(round, entry.fragment.subQueueOf(entry));
        }
        return !Moving.NO_ROOM.equals(why);
    }

    private static Refusal missing(String destinationName) {
        return new Refusal(
                ErrorCode.EntityNotFound.name(),
                "the message was to be forwarded to '" + destinationName + "', and there is no queue or topic of this"
                        + " name: create it, or change the setting");
    }

    /** It becomes a dead letter where it is; one that is a dead letter already stays, and can be received (rules D1, D5). */
    private void refuse(Round round, MessageEntry entry, Refusal refusal) {
        if (entry.delivery.deadLettered()) {
            entry.fragment.deadLetterQueue.refused(entry);
            if (refusal.isForRoom()) {
                retrying.refused(round, entry.fragment.deadLetterQueue);
            }
            round.changes++;
        } else {
            settling.moveToDeadLetters(round, entry, entry.delivery, refusal.reason(), refusal.description());
        }
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
        retrying.tick(round);
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
                retrying.forget(fragment.deadLetterQueue);
                fragment.deadLetterQueue.tryAgain();
                round.touched.add(fragment.deadLetterQueue);
            }
        }
    }
}
