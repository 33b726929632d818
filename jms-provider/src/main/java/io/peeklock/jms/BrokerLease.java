/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.jms.message.SentClasses;
import io.peeklock.tx.LocalTransactions;
import jakarta.jms.JMSException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection's share in a broker, which stays open until it is given back.
 *
 * <p>Thread safe.
 */
final class BrokerLease implements AutoCloseable {

    private final SharedBroker broker;
    private final AtomicBoolean returned = new AtomicBoolean();

    BrokerLease(SharedBroker broker) {
        this.broker = broker;
    }

    Namespace namespace() {
        return broker.namespace();
    }

    LocalTransactions transactions() {
        return broker.transactions();
    }

    VolatileSubscriptions volatileSubscriptions() {
        return broker.volatileSubscriptions();
    }

    DurableSubscriptions durableSubscriptions() {
        return broker.durableSubscriptions();
    }

    SentClasses sentClasses() {
        return broker.sentClasses();
    }

    BrokerTimer timer() {
        return broker.timer();
    }

    void takeClientId(String clientId) throws JMSException {
        broker.takeClientId(clientId);
    }

    void giveBackClientId(String clientId) {
        broker.giveBackClientId(clientId);
    }

    /** Gives it back. Idempotent. */
    @Override
    public void close() {
        if (returned.compareAndSet(false, true)) {
            broker.leave();
        }
    }
}
