/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.jms.Inflow;
import io.peeklock.jms.InflowSession;
import io.peeklock.ra.inbound.ActivationSettings.Source;
import io.peeklock.ra.store.Bus;
import io.peeklock.ra.store.StoreResource;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.resource.ResourceException;
import java.util.function.Consumer;
import javax.naming.NamingException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what one activation receives from.
 *
 * <p>For one thread at a time. What was looked up is kept: only the thread of the activation may have the application's names.
 */
final class Connecting {

    private static final Logger LOG = LoggerFactory.getLogger(Connecting.class);

    /** The error code of what is closed. */
    private static final String CLOSED = "Closed";

    private final BusAddress address;
    private final ActivationSettings settings;
    private @Nullable Destination lookedUp;

    Connecting(BusAddress address, ActivationSettings settings) {
        this.address = address;
        this.settings = settings;
    }

    /** What is open. Thread safe. */
    record Opened(XAConnection connection, Inflow inflow, Resources resources) {

        /** Beans that are at work go on; what they have is the transactions', or goes back. Throws nothing: the next attempt depends on it. */
        void close() {
            try {
                inflow.close();
            } catch (JMSException | RuntimeException | Error e) {
                LOG.debug("an inflow was not closed in order", e);
            }
            try {
                connection.close();
            } catch (JMSException | RuntimeException | Error e) {
                LOG.debug("a connection of beans was not closed in order", e);
            }
        }
    }

    /** What servers see of each session: of one store the same as connection factories have, and good for recovery after its end. */
    record Resources(Bus bus, BusAddress.Login login) {

        XAResource of(InflowSession session) {
            XAResource own = session.getXAResource();
            return new StoreResource(new StoreResource.Source() {
                @Override
                public XAResource current() {
                    return own;
                }

                @Override
                public XAResource open() {
                    return own;
                }

                @Override
                public String resourceManager() throws XAException {
                    try {
                        return bus.resourceManager(login.url(), login.userName(), login.password());
                    } catch (JMSException e) {
                        throw StoreResource.unavailable(String.valueOf(e.getMessage()), e);
                    }
                }

                @Override
                public XAResource recovery() throws XAException {
                    try {
                        return bus.recoveryResource(login.url(), login.userName(), login.password());
                    } catch (JMSException e) {
                        throw StoreResource.unavailable(String.valueOf(e.getMessage()), e);
                    }
                }

                @Override
                public String toString() {
                    return "a message-driven bean";
                }
            });
        }
    }

    /** @param onEnd told when the connection ends by itself */
    Opened open(Bus bus, Consumer<JMSException> onEnd) throws JMSException, NamingException, ResourceException {
        Destination destination = destination();
        BusAddress.Login login = address.login();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // Threads may keep it, and providers are looked for in it: not that of the application.
        thread.setContextClassLoader(Connecting.class.getClassLoader());
        try {
            return open(bus, login, destination, onEnd);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Opened open(Bus bus, BusAddress.Login login, @Nullable Destination looked, Consumer<JMSException> onEnd)
            throws JMSException {
        XAConnectionFactory factory = bus.connectionFactory(login.url());
        XAConnection connection = login.userName() == null
                ? factory.createXAConnection()
                : factory.createXAConnection(login.userName(), login.password());
        boolean done = false;
        try {
            Source source = settings.source();
            if (source.clientId() != null) {
                connection.setClientID(source.clientId());
            }
            connection.setExceptionListener(failure -> {
                if (CLOSED.equals(failure.getErrorCode())) {
                    onEnd.accept(failure);
                } else {
                    LOG.warn("{}: {}", this, failure.getMessage());
                }
            });
            Destination destination = looked == null ? named(connection, source) : looked;
            Inflow inflow = ForeignInflow.of(connection)
                    .openInflow(
                            destination,
                            source.selector(),
                            source.subscription(),
                            source.durable(),
                            source.shared(),
                            settings.maxSessions());
            done = true;
            return new Opened(connection, inflow, new Resources(bus, login));
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    private static Destination named(XAConnection connection, Source source) throws JMSException {
        try (Session session = connection.createSession()) {
            return Boolean.TRUE.equals(source.topic())
                    ? session.createTopic(source.name())
                    : session.createQueue(source.name());
        }
    }

    private @Nullable Destination destination() throws NamingException, ResourceException {
        String lookup = settings.source().lookup();
        if (lookup == null || lookedUp != null) {
            return lookedUp;
        }
        Object found = JndiNames.lookUp(lookup);
        Boolean topic = settings.source().topic();
        boolean isQueue = found instanceof Queue;
        boolean isTopic = found instanceof Topic;
        if (!isQueue && !isTopic) {
            throw new ResourceException(
                    "destinationLookup " + lookup + " is no queue or topic but " + JndiNames.kindOf(found));
        }
        if (topic != null && !(topic ? isTopic : isQueue)) {
            throw new ResourceException("destinationLookup " + lookup + " is a " + (isQueue ? "queue" : "topic")
                    + ", destinationType says otherwise");
        }
        lookedUp = (Destination) found;
        return lookedUp;
    }

    @Override
    public String toString() {
        Source source = settings.source();
        return source.lookup() == null ? String.valueOf(source.name()) : source.lookup();
    }
}
