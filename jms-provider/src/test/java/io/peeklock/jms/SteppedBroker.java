/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.broker.runtime.BusClock;
import io.peeklock.broker.runtime.SteppedRuntime;
import io.peeklock.jms.BrokerRegistry.FactoryToken;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.memory.MemoryJournalStore;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.time.Duration;

/**
 * A broker in memory, with the time-outs of its users, on a clock that a test moves.
 *
 * <p>For one thread.
 */
public final class SteppedBroker {

    /** Of every lock, unless its queue says otherwise. */
    public static final Duration LOCK = Duration.ofSeconds(60);

    private final SteppedRuntime runtime = new SteppedRuntime("stepped");
    private final BrokerRegistry registry = new BrokerRegistry();
    private final ConnectionFactorySettings settings;
    private final FactoryToken factory = new FactoryToken();

    public SteppedBroker(String options) {
        settings = ConnectionFactorySettings.parse("peeklock:mem:stepped?partitions=1" + options);
    }

    /** A further connection, started. */
    PeeklockConnection connect() throws JMSException {
        PeeklockConnection connection = connectStopped();
        connection.start();
        return connection;
    }

    private PeeklockConnection connectStopped() throws JMSException {
        BrokerLease lease = registry.lease(new Address(), factory, settings.linger());
        return new PeeklockConnection(lease, SessionKind.ANY, SessionSettings.of(settings), null, null);
    }

    /** What pools can take: it makes connections and no contexts. */
    public ConnectionFactory factory() {
        return new ConnectionFactory() {
            @Override
            public Connection createConnection() throws JMSException {
                return connectStopped();
            }

            @Override
            public Connection createConnection(String user, String password) {
                throw new UnsupportedOperationException();
            }

            @Override
            public JMSContext createContext() {
                throw new UnsupportedOperationException();
            }

            @Override
            public JMSContext createContext(String user, String password) {
                throw new UnsupportedOperationException();
            }

            @Override
            public JMSContext createContext(String user, String password, int sessionMode) {
                throw new UnsupportedOperationException();
            }

            @Override
            public JMSContext createContext(int sessionMode) {
                throw new UnsupportedOperationException();
            }
        };
    }

    /** Lets time pass; returns how often something woke up in it. */
    public int pass(Duration time) {
        return runtime.advance(time);
    }

    boolean isOpen() {
        return registry.size() > 0;
    }

    public void close() {
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
        public OpenedNamespace open() throws JMSException {
            try {
                return LocalNamespace.open(new MemoryJournalStore(1, false), settings.namespace(), runtime);
            } catch (JournalException e) {
                throw JmsExceptions.of(e);
            }
        }

        @Override
        public BrokerTimer timer() {
            return new SteppedTimer(runtime);
        }

        @Override
        public BusClock clock() {
            return runtime.clock();
        }

        @Override
        public void requireCompatible(BrokerAddress opened, Namespace namespace) {}
    }
}
