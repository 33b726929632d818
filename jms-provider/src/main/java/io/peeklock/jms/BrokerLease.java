/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.runtime.BusClock;
import io.peeklock.jms.message.SentClasses;
import io.peeklock.tx.GlobalTransactions;
import io.peeklock.tx.LocalTransactions;
import jakarta.jms.JMSException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connection's share in a broker, which stays open until it is given back.
 *
 * <p>Thread safe.
 */
final class BrokerLease implements AutoCloseable {

    private final SharedBroker broker;
    private final AtomicBoolean returned = new AtomicBoolean();
    /** What the broker is to this connection. Set once at most, before anything is asked of it. */
    private @Nullable Namespace view;

    BrokerLease(SharedBroker broker) {
        this.broker = broker;
    }

    /** From now on everything goes through this view of the namespace, which checks what it lets pass (rule Q6). */
    void restrictTo(Namespace checked) {
        view = checked;
    }

    Namespace namespace() {
        return view == null ? broker.namespace() : view;
    }

    LocalTransactions transactions() {
        return view == null ? broker.transactions() : broker.transactions().on(view);
    }

    GlobalTransactions globalTransactions() {
        return view == null
                ? broker.globalTransactions()
                : broker.globalTransactions().on(view);
    }

    VolatileSubscriptions volatileSubscriptions() {
        VolatileSubscriptions all = broker.volatileSubscriptions();
        return view == null ? all : all.on(view);
    }

    DurableSubscriptions durableSubscriptions() {
        DurableSubscriptions all = broker.durableSubscriptions();
        return view == null ? all : all.on(view);
    }

    SentClasses sentClasses() {
        return broker.sentClasses();
    }

    BrokerTimer timer() {
        return broker.timer();
    }

    BusClock clock() {
        return broker.clock();
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
