/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/**
 * What has happened in a queue, a subscription or a dead-letter queue since the namespace was opened, or the entity created if
 * that was later. Only grows. A restart begins at 0; a partition that fails and is opened again goes on. Immutable.
 *
 * <p>What a partition did when it failed is counted, also where its outcome is unknown. Transactions count when they are
 * committed or rolled back.
 *
 * @param enqueued messages that came in: sent, published, forwarded or moved here, or put back from the dead-letter queue;
 *     scheduled ones when they were sent. Of a dead-letter queue 0: what comes is {@link #deadLettered} of its entity
 * @param delivered messages handed out, peek-locked or removed, each as often as it was
 * @param redelivered those of them that had a failed delivery before
 * @param completed messages completed, or removed by receive-and-delete
 * @param abandoned deliveries abandoned, rolled-back and failed ones of endpoints included
 * @param deadLettered messages that went to its dead-letter queue, for whatever reason
 * @param expired messages whose time to live was over, whether they were dead-lettered or dropped
 * @param locksLost locks of messages and sessions that ended against their holder's will, as {@link LockLostListener} has them
 */
public record QueueActivity(
        long enqueued,
        long delivered,
        long redelivered,
        long completed,
        long abandoned,
        long deadLettered,
        long expired,
        long locksLost) {

    public static final QueueActivity NONE = new QueueActivity(0, 0, 0, 0, 0, 0, 0, 0);

    /** Of two parts of one queue. */
    public QueueActivity plus(QueueActivity other) {
        return new QueueActivity(
                enqueued + other.enqueued,
                delivered + other.delivered,
                redelivered + other.redelivered,
                completed + other.completed,
                abandoned + other.abandoned,
                deadLettered + other.deadLettered,
                expired + other.expired,
                locksLost + other.locksLost);
    }
}
