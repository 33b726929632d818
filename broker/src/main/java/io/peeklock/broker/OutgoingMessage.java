/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.message.Message;
import java.time.Instant;
import java.util.Objects;

/**
 * A message, where it goes, and when: one send of a {@link PartitionCommit}. Immutable.
 *
 * @param scheduledMs wall time at which it is to be enqueued, as {@link Namespace#schedule} has it; 0 to send it now
 * @param sequenceNumber the number that {@link Namespace#reserveNumber} gave for it there; 0 to take one at the commit
 * @param entityId the entity it was staged for, as {@link io.peeklock.broker.entity.EntitySettings#entityId} has it; 0
 *     for whichever has the name at the commit
 */
public record OutgoingMessage(
        EntityPath destination, Message message, long scheduledMs, long sequenceNumber, long entityId) {

    /** Of one that is scheduled under a number that was reserved for it. */
    public static OutgoingMessage scheduled(
            EntityPath destination, Message message, Instant enqueueAt, long sequenceNumber) {
        return new OutgoingMessage(destination, message, scheduledMs(enqueueAt), sequenceNumber, 0);
    }

    /** The moment as wall time in ms, as far as the number goes, and never 0, which stands for none. */
    public static long scheduledMs(Instant enqueueAt) {
        Objects.requireNonNull(enqueueAt, "enqueueAt");
        try {
            return Math.max(1, enqueueAt.toEpochMilli());
        } catch (ArithmeticException e) {
            return enqueueAt.isAfter(Instant.EPOCH) ? Long.MAX_VALUE : 1;
        }
    }

    /** Of a message that is sent now. */
    public OutgoingMessage(EntityPath destination, Message message) {
        this(destination, message, 0, 0, 0);
    }

    /** The same, for this entity alone: if it was deleted meanwhile, the commit fails with EntityNotFound (rule W4). */
    public OutgoingMessage stagedFor(long entity) {
        return new OutgoingMessage(destination, message, scheduledMs, sequenceNumber, entity);
    }
}
