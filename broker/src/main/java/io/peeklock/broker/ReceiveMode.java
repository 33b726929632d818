/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/** How a receiver takes messages. */
public enum ReceiveMode {
    /** The message is locked for the receiver until it is settled (rule L2). */
    PEEK_LOCK,
    /** The message is settled when it is handed out (rule L1). */
    RECEIVE_AND_DELETE
}
