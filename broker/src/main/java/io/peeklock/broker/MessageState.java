/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/** Where a message stands in its entity (rule N6). The order is fixed: journals hold the ordinals. */
public enum MessageState {
    /** Waiting to be received. */
    ACTIVE,
    /** Set aside by a receiver, to be fetched by its sequence number. */
    DEFERRED,
    /** Waiting for its time. */
    SCHEDULED,
    /** Given to a receiver under a lock that still holds. Never on disk: locks are volatile. */
    LOCKED
}
