/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Settlement;
import io.peeklock.tx.Transaction;
import jakarta.jms.JMSException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mode 100, receive-and-delete: a message is removed, durably, before it is handed out (rule L1).
 *
 * <p>As {@link Acknowledgement}. The removal comes after the last moment at which a stop, a close, a time-out or an
 * interruption can turn the message away, and not with the request: what nobody is handed goes back to its queue.
 */
final class PreAcknowledgement extends Acknowledgement {

    PreAcknowledgement(Settlements settlements) {
        super(settlements);
    }

    @Override
    void deliver(List<Delivery> deliveries, @Nullable Transaction in) {
        // It is settled next; there is never a lock to hold.
    }

    @Override
    boolean settlesFirst() {
        return true;
    }

    @Override
    boolean settleFirst(Delivery delivery) throws JMSException {
        try {
            settlements.settleForSure(delivery.requireLockToken(), Settlement.COMPLETE);
            return true;
        } catch (JMSException e) {
            if (Settlements.isLockLost(e)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    void refused(Delivery delivery) throws JMSException {
        settlements.settle(delivery.requireLockToken(), Settlement.RELEASE);
    }

    @Override
    void acknowledge(Delivery delivery, Settlement settlement) {
        // Done before it was handed out.
    }

    @Override
    void settle(LockToken token, Settlement settlement) throws JMSException {
        throw JmsExceptions.invalidOperation("a pre-acknowledged message is settled already");
    }
}
