/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import jakarta.jms.JMSException;
import jakarta.resource.spi.UnavailableException;

/**
 * Hears from its sessions whether messages come; as text, what they are received from.
 *
 * <p>Called on any thread, outside of locks.
 */
interface Reception {

    /** A message has come. */
    void works();

    /** The status of the queue or topic allows no receiving (rule W3); the session asks again in a while. */
    void disabled(JMSException why);

    /**
     * The server had no bean for a message; the session asks again in a while.
     *
     * @param times in a row
     */
    void withoutBean(int times, UnavailableException why);

    /** After that: the server has given one. */
    void hasBean();

    /** Nothing can be received any more, and the session has no further turn. */
    void lost(JMSException failure);
}
