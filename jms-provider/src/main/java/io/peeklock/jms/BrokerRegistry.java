/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Gives connections and factories of this class loader that name the same directory, or the same memory name, the same
 * broker.
 *
 * <p>Thread safe. Static, so one a class loader; another class loader or process meets the store's lock. Holds an entry
 * only as long as a broker is open or being opened.
 */
final class BrokerRegistry {

    private static final BrokerRegistry OF_THIS_CLASS_LOADER = new BrokerRegistry();

    private final ConcurrentMap<String, SharedBroker> brokers = new ConcurrentHashMap<>();

    BrokerRegistry() {}

    static BrokerRegistry ofThisClassLoader() {
        return OF_THIS_CLASS_LOADER;
    }

    /**
     * A share in the broker at an address, which is opened if it is not.
     *
     * @param owner the factory; as long as it is not closed the broker may stay open without users
     * @param linger how long it stays open so
     */
    BrokerLease lease(BrokerAddress address, FactoryToken owner, Duration linger) throws JMSException {
        while (true) {
            SharedBroker broker =
                    brokers.computeIfAbsent(address.key(), key -> new SharedBroker(address, this::forget));
            if (broker.enter(address, owner, linger)) {
                return new BrokerLease(broker);
            }
            // It was closed between the two calls and has left the map by now.
        }
    }

    /**
     * Opens a broker that must not be open yet.
     *
     * @param owner as long as it is not released the broker stays open
     * @throws IllegalStateException if a broker of that address is open, or being opened or closed
     */
    SharedBroker open(BrokerAddress address, FactoryToken owner) throws JMSException {
        SharedBroker broker = new SharedBroker(address, this::forget);
        if (brokers.putIfAbsent(address.key(), broker) != null) {
            throw new IllegalStateException(address.key()
                    + " is open already: close the connections and factories that use it, or take another name");
        }
        broker.enter(address, owner, SharedBroker.UNTIL_FACTORY_CLOSED);
        return broker;
    }

    /** The factory is closed: what stays open for it alone is closed at once. */
    void release(FactoryToken owner) {
        for (SharedBroker broker : brokers.values()) {
            broker.leave(owner);
        }
    }

    /** As {@link #release}, without waiting for branches; see {@link SharedBroker#leaveNow}. */
    void releaseNow(FactoryToken owner, Duration patience) {
        for (SharedBroker broker : brokers.values()) {
            broker.leaveNow(owner, patience);
        }
    }

    /** Whether the broker at an address is open, or being opened or closed. */
    boolean isOpen(BrokerAddress address) {
        return brokers.containsKey(address.key());
    }

    /** Number of brokers that are open. */
    int size() {
        return brokers.size();
    }

    private void forget(SharedBroker broker) {
        brokers.remove(broker.key(), broker);
    }

    /** Stands for one factory, so that the registry does not hold the factory itself. */
    static final class FactoryToken {}
}
