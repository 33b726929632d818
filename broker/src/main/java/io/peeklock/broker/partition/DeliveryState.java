/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageState;
import org.jspecify.annotations.Nullable;

/**
 * The part of a message that changes while it is in an entity. Immutable.
 *
 * @param state where it stands: ACTIVE, DEFERRED or SCHEDULED (a lock is volatile and not part of it)
 * @param deadLettered whether it lies in the dead-letter queue
 * @param deliveryCount failed deliveries so far (rule L6)
 * @param handedOut whether it was handed out and not settled: a load counts that delivery (rule L13)
 * @param notes what settlements added
 * @param placement of a message that was sent with a delay, or staged by a transaction, or was re-driven; null of any other
 * @param heldBackUntilMs of one that was abandoned with a delay, and is SCHEDULED until then: wall time at which it is back
 *     in its place, under its number; 0 of any other
 */
record DeliveryState(
        MessageState state,
        boolean deadLettered,
        int deliveryCount,
        boolean handedOut,
        Notes notes,
        @Nullable Placement placement,
        long heldBackUntilMs) {

    /** A message that nobody has received yet. */
    static final DeliveryState FRESH = new DeliveryState(MessageState.ACTIVE, false, 0, false, Notes.NONE, null, 0);

    /** A message that waits for its time. */
    static DeliveryState scheduled(Placement placement) {
        return new DeliveryState(MessageState.SCHEDULED, false, 0, false, Notes.NONE, placement, 0);
    }

    /** A staged message is sent, and waits for its time. */
    DeliveryState waiting(Placement value) {
        return new DeliveryState(MessageState.SCHEDULED, deadLettered, deliveryCount, handedOut, notes, value, 0);
    }

    /** Its time has come, or it was staged and is sent. */
    DeliveryState activated(Placement value) {
        return new DeliveryState(MessageState.ACTIVE, deadLettered, deliveryCount, handedOut, notes, value, 0);
    }

    /** Set aside: received by its number from now on (rule F1). */
    DeliveryState deferred(Notes value) {
        return new DeliveryState(MessageState.DEFERRED, deadLettered, deliveryCount, false, value, placement, 0);
    }

    DeliveryState withHandedOut(boolean value) {
        return new DeliveryState(state, deadLettered, deliveryCount, value, notes, placement, 0);
    }

    /** After a failed delivery: one more, and no longer handed out. */
    DeliveryState failedOnce() {
        return new DeliveryState(state, deadLettered, deliveryCount + 1, false, notes, placement, 0);
    }

    /** Abandoned with a delay: nobody gets it before then. */
    DeliveryState heldBack(long untilMs) {
        return new DeliveryState(MessageState.SCHEDULED, deadLettered, deliveryCount, false, notes, placement, untilMs);
    }

    /** The delay of its abandoning is over. */
    DeliveryState backInPlace() {
        return new DeliveryState(MessageState.ACTIVE, deadLettered, deliveryCount, false, notes, placement, 0);
    }

    boolean isHeldBack() {
        return heldBackUntilMs > 0;
    }

    /** Wall time before which it must not be received; 0 if it never had to wait. */
    long dueMs() {
        Placement sent = placement;
        return isHeldBack() || sent == null ? heldBackUntilMs : sent.dueMs();
    }

    DeliveryState withNotes(Notes value) {
        return new DeliveryState(state, deadLettered, deliveryCount, handedOut, value, placement, 0);
    }

    /** Out of the dead-letter queue, as if it came now: only what settlements changed on it is left. */
    DeliveryState redriven(Placement value) {
        return new DeliveryState(MessageState.ACTIVE, false, 0, false, notes.deadLettered(null, null), value, 0);
    }

    DeliveryState inDeadLetterQueue(Notes value) {
        return new DeliveryState(MessageState.ACTIVE, true, deliveryCount, false, value, placement, 0);
    }
}
