/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.io.InvalidObjectException;
import java.io.Serializable;

/**
 * What is serialized of a connection factory: its URL, which may have a password in it.
 *
 * <p>Immutable, thread safe.
 *
 * @param isXa whether it gives XA connections
 */
record SerializedUrl(String url, boolean isXa) implements Serializable {
    private static final long serialVersionUID = 1L;

    private Object readResolve() throws InvalidObjectException {
        try {
            return isXa ? new PeeklockXAConnectionFactory(url) : new PeeklockConnectionFactory(url);
        } catch (IllegalArgumentException e) {
            InvalidObjectException invalid = new InvalidObjectException(e.getMessage());
            invalid.initCause(e);
            throw invalid;
        }
    }

    @Override
    public String toString() {
        return isXa ? "the URL of an XA connection factory" : "the URL of a connection factory";
    }
}
