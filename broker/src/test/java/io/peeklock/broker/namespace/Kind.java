/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

/**
 * What messages are received from: a queue or a subscription, in one partition or spread over all.
 *
 * <p>Immutable.
 */
enum Kind {
    QUEUE,
    SPREAD_QUEUE,
    SUBSCRIPTION,
    SPREAD_SUBSCRIPTION;

    boolean isSpread() {
        return this == SPREAD_QUEUE || this == SPREAD_SUBSCRIPTION;
    }

    boolean isQueue() {
        return this == QUEUE || this == SPREAD_QUEUE;
    }
}
