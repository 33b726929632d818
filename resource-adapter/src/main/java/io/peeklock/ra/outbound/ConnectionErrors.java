/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.ResourceAllocationException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.SecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Translates between the errors of Jakarta Messaging and those of Jakarta Connectors.
 *
 * <p>Has no state; any thread.
 */
final class ConnectionErrors {

    /** What the bus answers where a connection, or the store, is closed. */
    private static final String CLOSED = "Closed";

    private ConnectionErrors() {}

    /** For an application that has asked for a connection: the bus's own error, if that is behind it. */
    static JMSException of(ResourceException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof JMSException known) {
                return known;
            }
        }
        String reason = failure.getMessage();
        String code = failure.getErrorCode();
        JMSException translated;
        if (failure instanceof SecurityException) {
            translated = new JMSSecurityException(reason, code);
        } else if (failure instanceof jakarta.resource.spi.ResourceAllocationException) {
            translated = new ResourceAllocationException(reason, code);
        } else {
            translated = new JMSException(reason, code);
        }
        translated.setLinkedException(failure);
        translated.initCause(failure);
        return translated;
    }

    /** For the server. */
    static ResourceException of(String doing, Throwable failure) {
        String reason = doing + ": " + failure.getMessage();
        return failure instanceof JMSSecurityException
                ? new SecurityException(reason, failure)
                : new jakarta.resource.spi.ResourceAllocationException(reason, failure);
    }

    /** The checked error that is behind an unchecked one, or one like it. */
    static JMSException checked(JMSRuntimeException e) {
        if (e.getCause() instanceof JMSException checked) {
            return checked;
        }
        JMSException checked = new JMSException(e.getMessage(), e.getErrorCode());
        checked.initCause(e);
        checked.setLinkedException(e);
        return checked;
    }

    /** Whether it says that the connection is of no use any more. */
    static boolean isClosed(@Nullable Throwable failure) {
        return failure instanceof JMSException checked && CLOSED.equals(checked.getErrorCode())
                || failure instanceof JMSRuntimeException unchecked && CLOSED.equals(unchecked.getErrorCode());
    }
}
