/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Settlement;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;

/**
 * Mode 100, receive-and-delete: a message is settled when it is handed out (rule L1).
 *
 * <p>As {@link Acknowledgement}.
 */
final class PreAcknowledgement extends Acknowledgement {

    PreAcknowledgement(Settlements settlements) {
        super(settlements);
    }

    @Override
    ReceiveMode receiveMode() {
        return ReceiveMode.RECEIVE_AND_DELETE;
    }

    @Override
    void deliver(Delivery delivery) {
        // There is no lock to hold.
    }

    @Override
    void acknowledge(Delivery delivery) {
        // Done when it was handed out.
    }

    @Override
    void settle(LockToken token, Settlement settlement) throws JMSException {
        throw new IllegalStateException("a pre-acknowledged message is settled already", "InvalidOperation");
    }
}
