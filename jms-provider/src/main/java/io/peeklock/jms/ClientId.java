/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * The client id of one connection: set once, before anything else is done with the connection, and by nobody else
 * (Jakarta Messaging 6.1.2).
 *
 * <p>Guarded by its connection's lock; its value may be read without.
 */
final class ClientId {

    private final BrokerLease broker;
    // Read by sends, which do not take the lock.
    private volatile @Nullable String value;
    private boolean configured;
    private boolean tooLate;

    ClientId(BrokerLease broker) {
        this.broker = broker;
    }

    @Nullable
    String value() {
        return value;
    }

    /** The factory's, which the application must not change. */
    void configure(String id) throws JMSException {
        broker.takeClientId(id);
        value = id;
        configured = true;
    }

    void set(@Nullable String id) throws JMSException {
        if (configured) {
            throw new IllegalStateException("the client id is set by the connection factory: '" + value + "'");
        }
        if (value != null) {
            throw new IllegalStateException("the client id is set already: '" + value + "'");
        }
        if (tooLate) {
            throw new IllegalStateException("the client id must be set before anything else is done with a connection");
        }
        if (id == null || id.isBlank()) {
            throw new InvalidClientIDException("a client id must not be empty");
        }
        if (id.length() > ConnectionFactorySettings.MAX_CLIENT_ID_CHARS) {
            throw new InvalidClientIDException("a client id has at most "
                    + ConnectionFactorySettings.MAX_CLIENT_ID_CHARS + " characters, this one has " + id.length());
        }
        broker.takeClientId(id);
        value = id;
    }

    /** The connection is in use from now on. */
    void tooLate() {
        tooLate = true;
    }

    void giveBack() {
        String id = value;
        if (id != null) {
            broker.giveBackClientId(id);
        }
    }
}
