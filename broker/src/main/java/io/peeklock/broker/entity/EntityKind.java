/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

/**
 * What kind of entity a path names.
 *
 * <p>Immutable.
 */
public enum EntityKind {
    /** Sent to and received from. */
    QUEUE("queue"),
    /** Sent to: what comes goes into its subscriptions. */
    TOPIC("topic"),
    /** Received from. */
    SUBSCRIPTION("subscription");

    private final String text;

    EntityKind(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
