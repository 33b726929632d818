/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;

/**
 * A message for an entity of a partition, alone or as a part of a transaction. Immutable.
 *
 * @param scheduledMs wall time at which it is to be enqueued (rule N3); 0 for what the message's own delay says
 * @param reservedNumber the number that was reserved for it here (rule X6), 0 to take the next
 */
public record Submission(long entityId, Message message, long scheduledMs, long reservedNumber) {

    /** Of a message without a schedule. */
    public Submission(long entityId, Message message) {
        this(entityId, message, 0, 0);
    }

    /** As {@link Command#bytes}; what is sent to a topic perhaps goes to each of its subscriptions. */
    long bytes(PartitionState state) {
        if (!message.durable()) {
            return 0;
        }
        int copies = Math.max(1, state.subscriptionsOf(entityId).size());
        return copies * ((long) message.sizeBytes() + Command.BYTES_PER_OPERATION);
    }
}
