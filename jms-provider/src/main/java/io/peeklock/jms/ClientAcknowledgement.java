/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Settlement;
import jakarta.jms.JMSException;

/**
 * CLIENT_ACKNOWLEDGE, the peek-lock of the bus: {@code acknowledge()} completes all that the session has consumed and
 * still holds.
 *
 * <p>As {@link Acknowledgement}.
 */
final class ClientAcknowledgement extends Acknowledgement {

    ClientAcknowledgement(Settlements settlements) {
        super(settlements);
    }

    @Override
    void acknowledge(Delivery delivery, Settlement settlement) throws JMSException {
        settlements.settleAll(held.takeAll(), settlement, held);
    }

    @Override
    void acknowledgeAll() throws JMSException {
        settlements.settleAll(held.takeAll(), Settlement.COMPLETE, held);
    }
}
