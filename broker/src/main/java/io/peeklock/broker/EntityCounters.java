/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/**
 * What is in an entity, over all its partitions (rule D6). Partitions that are out are not counted.
 *
 * @param active messages waiting to be received
 * @param locked messages under lock
 * @param deferred messages set aside
 * @param scheduled messages waiting for their time
 * @param deadLettered messages in the dead-letter queue, in any state
 * @param sizeBytes bytes that count against the quota, dead-letter queue included (rule Q3)
 * @param unavailablePartitions partitions that could not be asked
 */
public record EntityCounters(
        long active,
        long locked,
        long deferred,
        long scheduled,
        long deadLettered,
        long sizeBytes,
        int unavailablePartitions) {}
