/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;
import jakarta.jms.Session;

/**
 * How a session settles what it receives (last table of the rules).
 *
 * <p>Immutable, thread safe.
 */
enum SessionMode {
    TRANSACTED(Session.SESSION_TRANSACTED),
    AUTO(Session.AUTO_ACKNOWLEDGE),
    CLIENT(Session.CLIENT_ACKNOWLEDGE),
    DUPS_OK(Session.DUPS_OK_ACKNOWLEDGE),
    PRE(BusSession.PRE_ACKNOWLEDGE),
    INDIVIDUAL(BusSession.INDIVIDUAL_ACKNOWLEDGE);

    private final int number;

    SessionMode(int number) {
        this.number = number;
    }

    /** As the application writes it. */
    int number() {
        return number;
    }

    /** The constant's name, as Jakarta Messaging or {@link BusSession} has it. */
    String jmsName() {
        return this == TRANSACTED ? "SESSION_TRANSACTED" : name() + "_ACKNOWLEDGE";
    }

    static SessionMode of(int number) throws JMSException {
        for (SessionMode mode : values()) {
            if (mode.number == number) {
                return mode;
            }
        }
        throw new JMSException("unknown acknowledge mode " + number
                + "; there are 0 (transacted), 1 (auto), 2 (client), 3 (dups ok), 100 (pre-acknowledge)"
                + " and 101 (individual)");
    }
}
