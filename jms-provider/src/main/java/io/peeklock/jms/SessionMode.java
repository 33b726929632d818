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
    INDIVIDUAL(BusSession.INDIVIDUAL_ACKNOWLEDGE),
    /** Of an XA session, which outside of a branch is one that acknowledges by itself. */
    XA(Session.AUTO_ACKNOWLEDGE);

    private final int number;

    SessionMode(int number) {
        this.number = number;
    }

    /** As the application writes it. */
    int number() {
        return number;
    }

    /** Whether its sessions may have a transaction open. */
    boolean hasTransactions() {
        return this == TRANSACTED || this == XA;
    }

    /** The constant's name, as Jakarta Messaging or {@link BusSession} has it. */
    String jmsName() {
        return switch (this) {
            case TRANSACTED -> "SESSION_TRANSACTED";
            case AUTO, CLIENT, DUPS_OK, PRE, INDIVIDUAL -> name() + "_ACKNOWLEDGE";
            case XA -> "AUTO_ACKNOWLEDGE outside of a global transaction";
        };
    }

    /** As {@link jakarta.jms.Connection#createSession(boolean, int)} has it. */
    static SessionMode of(boolean transacted, int acknowledgeMode) throws JMSException {
        if (transacted) {
            return TRANSACTED;
        }
        SessionMode mode = of(acknowledgeMode);
        if (mode == TRANSACTED) {
            throw new JMSException("acknowledge mode 0 is that of a transacted session, which this one is not to be");
        }
        return mode;
    }

    static SessionMode of(int number) throws JMSException {
        for (SessionMode mode : values()) {
            if (mode.number == number && mode != XA) {
                return mode;
            }
        }
        throw new JMSException("unknown acknowledge mode " + number
                + "; there are 0 (transacted), 1 (auto), 2 (client), 3 (dups ok), 100 (pre-acknowledge)"
                + " and 101 (individual)");
    }
}
