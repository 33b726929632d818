/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Settlement;
import jakarta.jms.JMSException;

/**
 * Mode 101: {@code acknowledge()} completes the one message it is called on.
 *
 * <p>As {@link Acknowledgement}.
 */
final class IndividualAcknowledgement extends Acknowledgement {

    IndividualAcknowledgement(Settlements settlements) {
        super(settlements);
    }

    /** A second acknowledge of the same message does nothing, as in Jakarta Messaging. */
    @Override
    void acknowledge(Delivery delivery, Settlement settlement) throws JMSException {
        LockToken token = delivery.requireLockToken();
        if (held.take(token)) {
            settle(token, settlement, held);
        }
    }

    @Override
    void acknowledgeAll() throws JMSException {
        settlements.settleAll(held.takeAll(), Settlement.COMPLETE, held);
    }
}
