/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

/**
 * Says that bytes are not a message, a property or a definition as this version writes them, and where that shows.
 *
 * <p>Immutable. The bytes come from a store, so this is damage or a newer format and never the caller's mistake.
 */
public final class MalformedContentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Neither the message nor the cause may carry bodies or values of properties. */
    public MalformedContentException(String message) {
        super(message);
    }
}
