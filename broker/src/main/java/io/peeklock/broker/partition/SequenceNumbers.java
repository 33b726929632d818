/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * How sequence numbers are made (rule N1): in a partitioned entity the partition's index in the top 16 bits, a counter in
 * the other 48; elsewhere the counter alone.
 *
 * <p>Stateless, thread safe.
 */
public final class SequenceNumbers {
    private static final int COUNTER_BITS = 48;
    private static final long COUNTER_MASK = (1L << COUNTER_BITS) - 1;

    private SequenceNumbers() {}

    static long of(int partition, boolean partitioned, long counter) {
        return partitioned ? ((long) partition << COUNTER_BITS) | counter : counter;
    }

    static long counter(long sequenceNumber) {
        return sequenceNumber & COUNTER_MASK;
    }

    /** The partition that gave out a number of a partitioned entity. */
    public static int partition(long sequenceNumber) {
        return (int) (sequenceNumber >>> COUNTER_BITS);
    }

    /** The smallest number that this partition can give out. */
    public static long firstOf(int partition) {
        return (long) partition << COUNTER_BITS;
    }
}
