/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

/**
 * A store knows another log of this transaction manager's node id.
 *
 * <p>Immutable.
 */
final class ForeignLogException extends Exception {
    private static final long serialVersionUID = 1;

    ForeignLogException(String message) {
        super(message);
    }
}
