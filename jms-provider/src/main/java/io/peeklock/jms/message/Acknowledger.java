/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import jakarta.jms.JMSException;

/**
 * What a received message asks of the session that received it.
 *
 * <p>Thread safe as far as the session is.
 */
@FunctionalInterface
public interface Acknowledger {

    /** Does what {@link jakarta.jms.Message#acknowledge()} does in that session. */
    void acknowledge() throws JMSException;
}
