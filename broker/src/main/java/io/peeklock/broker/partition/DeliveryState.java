/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageState;

/**
 * The part of a message that changes while it is in an entity. Immutable.
 *
 * @param state where it stands: ACTIVE, DEFERRED or SCHEDULED (a lock is volatile and not part of it)
 * @param deadLettered whether it lies in the dead-letter queue
 * @param deliveryCount failed deliveries so far (rule L6)
 * @param handedOut whether it was handed out and not settled: a load counts that delivery (rule L13)
 * @param notes what settlements added
 */
record DeliveryState(MessageState state, boolean deadLettered, int deliveryCount, boolean handedOut, Notes notes) {

    /** A message that nobody has received yet. */
    static final DeliveryState FRESH = new DeliveryState(MessageState.ACTIVE, false, 0, false, Notes.NONE);

    DeliveryState withHandedOut(boolean value) {
        return new DeliveryState(state, deadLettered, deliveryCount, value, notes);
    }

    /** After a failed delivery: one more, and no longer handed out. */
    DeliveryState failedOnce() {
        return new DeliveryState(state, deadLettered, deliveryCount + 1, false, notes);
    }

    DeliveryState withNotes(Notes value) {
        return new DeliveryState(state, deadLettered, deliveryCount, handedOut, value);
    }

    DeliveryState inDeadLetterQueue(Notes value) {
        return new DeliveryState(MessageState.ACTIVE, true, deliveryCount, false, value);
    }
}
