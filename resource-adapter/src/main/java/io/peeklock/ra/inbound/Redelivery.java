/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import java.time.Duration;

/**
 * How often a message that failed comes again, and when.
 *
 * <p>Immutable.
 *
 * @param maxRedeliveries -1 for as often as its queue allows
 * @param delay after the first failure; zero for what its queue says
 * @param multiplier by how much it grows with each
 * @param maxDelay not below the first
 */
record Redelivery(int maxRedeliveries, Duration delay, double multiplier, Duration maxDelay) {

    /** How many deliveries may fail before the message is dead-lettered. */
    int maxDeliveries() {
        return maxRedeliveries < 0 ? Integer.MAX_VALUE : maxRedeliveries + 1;
    }

    /** @param deliveries how often it was delivered, the one that has failed included */
    Duration delayAfter(int deliveries) {
        return Growing.delay(delay, multiplier, maxDelay, deliveries);
    }

    /** What becomes of a message that has failed so often, for people. Its queue may allow less. */
    String after(int deliveries) {
        if (deliveries >= maxDeliveries()) {
            return "it is a dead letter now";
        }
        Duration next = delayAfter(deliveries);
        return next.isZero()
                ? "it comes again when its queue says"
                : "it comes again in " + next.toMillis() + " ms, unless its queue allows no more deliveries";
    }
}
