/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/**
 * What is in an entity by state, over all its partitions (rule D6); of a topic its scheduled messages, which lie there until
 * their time. Partitions that are out are not counted. Immutable.
 *
 * @param queue what is in it
 * @param deadLetterQueue what is in its dead-letter queue
 * @param sessions sessions with messages, state or holder (rule G8)
 * @param heldSessions those of them that somebody holds, or a prepared transaction keeps from others
 * @param sessionStateBytes bytes of their states, which count against the quota (rule G6)
 * @param preparedBytes bytes kept for messages and states of prepared transactions, which nobody sees yet and which count
 *     against the quota (rule X6)
 * @param unavailablePartitions partitions that could not be asked
 */
public record EntityStatistics(
        QueueStatistics queue,
        QueueStatistics deadLetterQueue,
        int sessions,
        int heldSessions,
        long sessionStateBytes,
        long preparedBytes,
        int unavailablePartitions) {

    /** Of an entity of which nothing is here. */
    public static final EntityStatistics EMPTY =
            new EntityStatistics(QueueStatistics.EMPTY, QueueStatistics.EMPTY, 0, 0, 0, 0, 0);

    /** Bytes that count against the quota (rule Q3). */
    public long sizeBytes() {
        return queue.total().bytes() + deadLetterQueue.total().bytes() + sessionStateBytes + preparedBytes;
    }

    /** Of two parts of one entity. */
    public EntityStatistics plus(EntityStatistics other) {
        return new EntityStatistics(
                queue.plus(other.queue),
                deadLetterQueue.plus(other.deadLetterQueue),
                sessions + other.sessions,
                heldSessions + other.heldSessions,
                sessionStateBytes + other.sessionStateBytes,
                preparedBytes + other.preparedBytes,
                unavailablePartitions + other.unavailablePartitions);
    }
}
