/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.destination;

import jakarta.jms.JMSException;

/**
 * The connection that may have made a temporary destination, as far as the destination needs it.
 *
 * <p>Thread safe.
 */
@FunctionalInterface
public interface TemporaryDestinationOwner {

    /** Deletes it; fails if it has consumers, or is another connection's (rule W6). */
    void delete(PeeklockDestination destination) throws JMSException;
}
