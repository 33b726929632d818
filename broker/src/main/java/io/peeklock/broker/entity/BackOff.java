/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long an abandoned message is kept back before it can be received again: {@code first} after its first failed delivery,
 * twice as long after each further one, never more than {@code max}. Beyond Service Bus.
 *
 * <p>Immutable.
 *
 * @param first in whole milliseconds; zero for no delay
 * @param max at least {@code first}
 */
public record BackOff(Duration first, Duration max) {

    /** At once. */
    public static final BackOff NONE = new BackOff(Duration.ZERO, Duration.ZERO);

    /**
     * Durations are kept in whole milliseconds, cut to them.
     *
     * @throws IllegalArgumentException if the first is below zero, or above the last
     */
    public BackOff {
        if (first.isNegative() || max.compareTo(first) < 0) {
            throw new IllegalArgumentException("a back-off from " + first + " to " + max
                    + " is none: the first delay is 0 or more, max not below it");
        }
        first = Duration.ofMillis(first.toMillis());
        max = Duration.ofMillis(max.toMillis());
    }

    /** The delay in ms after this many failed deliveries, 1 or more. */
    public long delayMs(int failedDeliveries) {
        long delay = first.toMillis();
        for (int i = 1; i < failedDeliveries && delay > 0 && delay < max.toMillis(); i++) {
            delay = delay > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * delay;
        }
        return Math.min(delay, max.toMillis());
    }

    // By hand, as a record's own takes a start milliseconds and classes to link.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BackOff that && first.equals(that.first) && max.equals(that.max);
    }

    @Override
    public int hashCode() {
        return 31 * first.hashCode() + max.hashCode();
    }
}
