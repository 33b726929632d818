/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * The application's broker could not be opened. Immutable.
 */
public final class StoreNotOpenedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String url;

    StoreNotOpenedException(String url, JMSException cause) {
        super(url + " cannot be opened: " + cause.getMessage(), cause);
        this.url = url;
    }

    /** Where the broker is, without the password. */
    public String getUrl() {
        return url;
    }

    /** Why, as the provider says it. */
    public String getReason() {
        Throwable cause = getCause();
        return String.valueOf(cause == null ? getMessage() : cause.getMessage());
    }

    /** The provider's error code, as {@code StoreLocked}; null if there is none. */
    public @Nullable String getErrorCode() {
        return getCause() instanceof JMSException cause ? cause.getErrorCode() : null;
    }
}
