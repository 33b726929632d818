/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.List;

/**
 * What one look at messages has found, and where the next one goes on. Immutable.
 *
 * @param deliveries those that were wanted, perhaps none, in order of sequence number
 * @param next the sequence number from which on nobody has looked, {@link #END} if there is nothing more
 */
public record PeekPage(List<Delivery> deliveries, long next) {
    public static final long END = Long.MAX_VALUE;

    public PeekPage {
        deliveries = List.copyOf(deliveries);
    }

    /** Whether there is nothing more to look at. */
    public boolean isLast() {
        return next == END;
    }
}
