/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/** The ready flags of an entity's queue and of its dead-letter queue. Thread safe. */
public record EntityFlags(ReadyFlags queue, ReadyFlags deadLetterQueue) {

    public static EntityFlags forPartitions(int partitions) {
        return new EntityFlags(new ReadyFlags(partitions), new ReadyFlags(partitions));
    }

    public ReadyFlags of(boolean deadLetter) {
        return deadLetter ? deadLetterQueue : queue;
    }
}
