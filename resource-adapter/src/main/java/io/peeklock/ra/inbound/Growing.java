/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import java.time.Duration;

/**
 * Delays that grow with each failure.
 *
 * <p>Stateless.
 */
final class Growing {

    private Growing() {}

    /** @param failures 1 or more */
    static Duration delay(Duration first, double multiplier, Duration max, int failures) {
        double ms = first.toMillis() * Math.pow(multiplier, failures - 1.0);
        return ms >= max.toMillis() ? max : Duration.ofMillis((long) ms);
    }
}
