/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import java.time.Duration;

/**
 * What holds for messages of an entity, whatever its kind. Where a kind has no such setting, its value restricts nothing.
 *
 * <p>Immutable.
 *
 * @param entityId which entity this is: another one of the same name, created later, has another id
 * @param temporary whether it is in no journal, nor are its messages (rule W6)
 * @param partitioned whether it is spread over all partitions (rule P1)
 * @param homePartition the partition of an unpartitioned one; 0 when partitioned
 * @param lockDuration rule L3
 * @param maxDeliveryCount rule L12
 * @param defaultTimeToLive rules T2, T3; {@link QueueDescription#NO_LIMIT} for none
 * @param deadLetterOnExpiry rule T5
 * @param maxSizeBytes rules P2, Q3
 * @param maxMessageBytes rule Q1
 * @param options what it does besides
 */
public record EntitySettings(
        long entityId,
        boolean temporary,
        boolean partitioned,
        int homePartition,
        Duration lockDuration,
        int maxDeliveryCount,
        Duration defaultTimeToLive,
        boolean deadLetterOnExpiry,
        long maxSizeBytes,
        int maxMessageBytes,
        EntityOptions options) {

    /** Of a subscription, as those of its topic restrict them: the smaller time to live wins (rule T3). */
    EntitySettings within(EntitySettings topic) {
        return new EntitySettings(
                entityId,
                temporary,
                partitioned,
                homePartition,
                lockDuration,
                maxDeliveryCount,
                defaultTimeToLive.compareTo(topic.defaultTimeToLive) < 0 ? defaultTimeToLive : topic.defaultTimeToLive,
                deadLetterOnExpiry,
                topic.maxSizeBytes,
                topic.maxMessageBytes,
                options);
    }
}
