/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.broker.runtime.SteppedRuntime;
import io.peeklock.jms.BrokerRegistry.FactoryToken;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.memory.MemoryJournalStore;
import jakarta.jms.JMSException;
import java.time.Duration;

/**
 * A broker in memory, with the time-outs of its users, on a clock that a test moves.
 *
 * <p>For one thread.
 */
final class SteppedBroker {

    /** Of every lock, unless its queue says otherwise. */
    static final Duration LOCK = Duration.ofSeconds(60);

    private final SteppedRuntime runtime = new SteppedRuntime();
    private final BrokerRegistry registry = new BrokerRegistry();
    private final ConnectionFactorySettings settings;
    private final FactoryToken factory = new FactoryToken();

    SteppedBroker(String options) {
        settings = ConnectionFactorySettings.parse("peeklock:mem:stepped?partitions=1" + options);
    }

    /** A further connection, started. */
    PeeklockConnection connect() throws JMSException {
        BrokerLease lease = registry.lease(new Address(), factory, settings.linger());
        PeeklockConnection connection =
                new PeeklockConnection(lease, SessionKind.ANY, SessionSettings.of(settings), null, null);
        connection.start();
        return connection;
    }

    /** Lets time pass; returns how often something woke up in it. */
    int pass(Duration time) {
        return runtime.advance(time);
    }

    boolean isOpen() {
        return registry.size() > 0;
    }

    void close() {
        registry.release(factory);
    }

    private final class Address implements BrokerAddress {

        @Override
        public String key() {
            return "stepped";
        }

        @Override
        public String shortName() {
            return "stepped";
        }

        @Override
        public Namespace open() throws JMSException {
            try {
                return LocalNamespace.open(new MemoryJournalStore(1, false), settings.namespace(), runtime);
            } catch (JournalException e) {
                throw JmsExceptions.of(e);
            }
        }

        @Override
        public BrokerTimer timer() {
            return new BrokerTimer() {
                @Override
                public Runnable schedule(Duration delay, Runnable task) {
                    return runtime.later(task, Waits.nanos(delay));
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void requireCompatible(BrokerAddress opened, Namespace namespace) {}
    }
}
