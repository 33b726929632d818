/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import java.time.Duration;

/**
 * Settings of a queue.
 *
 * @param name its name (rules Q4, W5)
 * @param partitioned whether it is spread over all partitions; fixed at creation (rule P1)
 * @param homePartition the partition that holds an unpartitioned queue
 * @param lockDuration 1 s to 5 min (rule L3)
 * @param maxDeliveryCount failed deliveries until the dead-letter queue, 1 or more (rule L12)
 * @param defaultTimeToLive given to messages without one, and the cap of others; {@link #NO_LIMIT} for none (rule T2)
 * @param deadLetterOnExpiry whether expired messages go to the dead-letter queue or are dropped (rule T5)
 * @param maxSizeBytes size quota, per fragment when partitioned (rules P2, Q3)
 * @param maxMessageBytes largest message (rule Q1)
 */
public record QueueDescription(
        String name,
        boolean partitioned,
        int homePartition,
        Duration lockDuration,
        int maxDeliveryCount,
        Duration defaultTimeToLive,
        boolean deadLetterOnExpiry,
        long maxSizeBytes,
        int maxMessageBytes) {

    /** No limit of time. */
    public static final Duration NO_LIMIT = Duration.ofMillis(Long.MAX_VALUE);
}
