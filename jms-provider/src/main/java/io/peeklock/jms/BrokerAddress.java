/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.runtime.BusClock;
import jakarta.jms.JMSException;

/**
 * Where a broker is and how it is opened.
 *
 * <p>Thread safe.
 */
interface BrokerAddress {

    /** Equal for all that mean the same broker: the real path of a directory, or a name in memory. */
    String key();

    /** For names of threads and for messages. */
    String shortName();

    /** Opens it; blocks until it is loaded. */
    OpenedNamespace open() throws JMSException;

    /** What runs things later for its users; closed with the broker. */
    default BrokerTimer timer() {
        return new ThreadedTimer(shortName());
    }

    /** Whether the broker is to have MXBeans from now on. */
    default boolean wantsBeans() {
        return false;
    }

    /** What time it is for it and its users. */
    default BusClock clock() {
        return BusClock.SYSTEM;
    }

    /**
     * Lets this address share the broker that was opened for another one with the same key.
     *
     * @throws JMSException if it asks for settings of the broker that are not those it was opened with
     */
    void requireCompatible(BrokerAddress opened, Namespace namespace) throws JMSException;
}
