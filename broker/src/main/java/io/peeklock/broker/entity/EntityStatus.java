/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

/**
 * What may be done with an entity (rule W3). Messages stay whatever it is.
 *
 * <p>Immutable.
 */
public enum EntityStatus {
    ACTIVE,
    /** Neither sent to nor received from. */
    DISABLED,
    /** Not sent to. */
    SEND_DISABLED,
    /** Not received from. */
    RECEIVE_DISABLED;

    public boolean allowsSend() {
        return this == ACTIVE || this == RECEIVE_DISABLED;
    }

    public boolean allowsReceive() {
        return this == ACTIVE || this == SEND_DISABLED;
    }
}
