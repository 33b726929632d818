/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/**
 * A place among the messages of an entity, partition by partition: in the order in which they are received, that is by
 * priority, then number (rule N9); or, for a peek (rule N6), in that of their numbers alone.
 *
 * <p>Immutable.
 *
 * @param priority 9 to 0, or {@link #BY_NUMBER}
 * @param sequenceNumber the first that is looked at; with the partition where there are several
 */
public record BrowsePosition(int priority, long sequenceNumber) {
    /** Whatever the priorities are. */
    public static final int BY_NUMBER = -1;

    private static final int HIGHEST = 9;

    /** Before all messages, in the order in which they are received. */
    public static final BrowsePosition START = new BrowsePosition(HIGHEST, 0);
    /** Behind all messages, in either order. */
    public static final BrowsePosition END = new BrowsePosition(BY_NUMBER, Long.MAX_VALUE);

    public BrowsePosition {
        if (priority < BY_NUMBER || priority > HIGHEST) {
            throw new IllegalArgumentException("priority " + priority + " is not between -1 and 9");
        }
    }

    /** In the order of numbers, from this one on. */
    public static BrowsePosition ofNumber(long sequenceNumber) {
        return new BrowsePosition(BY_NUMBER, sequenceNumber);
    }

    public boolean isByNumber() {
        return priority == BY_NUMBER;
    }

    /** Before all messages from this number on, in the same order. */
    public BrowsePosition restartedAt(long number) {
        return new BrowsePosition(isByNumber() ? BY_NUMBER : HIGHEST, number);
    }
}
