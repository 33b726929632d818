/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.List;

/**
 * What one look at messages has found, and where the next one goes on. Immutable.
 *
 * @param deliveries those that were wanted, perhaps none, in order
 * @param next from where on nobody has looked, {@link BrowsePosition#END} if there is nothing more
 */
public record BrowsePage(List<Delivery> deliveries, BrowsePosition next) {

    public BrowsePage {
        deliveries = List.copyOf(deliveries);
    }

    /** Whether there is nothing more to look at. */
    public boolean isLast() {
        return next.equals(BrowsePosition.END);
    }
}
