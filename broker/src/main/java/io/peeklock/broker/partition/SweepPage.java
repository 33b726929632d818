/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.BulkProgress;

/**
 * What came of one command of a sweep, and where the next one goes on. Immutable.
 *
 * @param progress what this one has done
 * @param next the first number that nobody has looked at
 * @param upTo the last number that is meant
 */
public record SweepPage(BulkProgress progress, long next, long upTo) {

    /** Whether there is nothing more. */
    public boolean isLast() {
        return next > upTo;
    }
}
