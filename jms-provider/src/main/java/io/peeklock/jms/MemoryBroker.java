/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.runtime.SteppedRuntime;
import io.peeklock.jms.BrokerRegistry.FactoryToken;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.jms.config.StoreLocation;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory that is open from here to {@link #close}, whoever connects to it meanwhile: for tests, which want it
 * empty at their begin, gone after their end, and may move its time.
 *
 * <p>Factories of this class loader with the same name share it, as they share any broker; where its settings and a factory's
 * differ, connections are refused as usual.
 *
 * <p>Thread safe.
 */
public final class MemoryBroker implements AutoCloseable {

    private final SharedBroker broker;
    private final FactoryToken token;

    private MemoryBroker(SharedBroker broker, FactoryToken token) {
        this.broker = broker;
        this.token = token;
    }

    /**
     * Opens it by the machine's clock.
     *
     * @throws IllegalArgumentException if the settings are not of a broker in memory
     * @throws IllegalStateException if one of that name is open in this class loader
     * @throws JMSException if it cannot be opened, as a connection says it
     */
    public static MemoryBroker open(ConnectionFactorySettings settings) throws JMSException {
        return open(settings, null);
    }

    /**
     * Opens it by a clock that stands until it is moved, as {@link #open(ConnectionFactorySettings)}. Locks, times to live,
     * schedules, back-offs, windows and time-outs of transactions go by that clock; how long {@code receive} waits goes by the
     * machine's.
     *
     * @param runtime of this broker alone; closed with it
     */
    public static MemoryBroker open(ConnectionFactorySettings settings, @Nullable SteppedRuntime runtime)
            throws JMSException {
        if (!(settings.store() instanceof StoreLocation.Memory)) {
            throw new IllegalArgumentException(
                    "only a broker in memory (peeklock:mem:name) can be opened so, got " + settings.toUrl());
        }
        FactoryToken token = new FactoryToken();
        StoreAddress address = new StoreAddress(settings, runtime);
        return new MemoryBroker(BrokerRegistry.ofThisClassLoader().open(address, token), token);
    }

    /** What is in it. */
    public Namespace namespace() {
        return broker.namespace();
    }

    /**
     * Closes it with all that is in it, at once: what is open of it, connections and receivers that wait, fails from now on.
     * Idempotent.
     */
    @Override
    public void close() {
        broker.end();
        BrokerRegistry.ofThisClassLoader().release(token);
    }
}
