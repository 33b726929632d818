/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.jms.Inflow;
import io.peeklock.ra.inbound.ActivationSettings.Source;
import io.peeklock.ra.store.Bus;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.resource.ResourceException;
import javax.naming.InitialContext;
import javax.naming.NamingException;
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

    private final BusAddress address;
    private final ActivationSettings settings;
    private @Nullable Destination lookedUp;

    Connecting(BusAddress address, ActivationSettings settings) {
        this.address = address;
        this.settings = settings;
    }

    /** What is open. Thread safe. */
    record Opened(XAConnection connection, Inflow inflow) {

        /** Beans that are at work go on; what they have is the transactions', or goes back. */
        void close() {
            try {
                inflow.close();
            } catch (JMSException | RuntimeException e) {
                LOG.debug("an inflow was not closed in order", e);
            }
            try {
                connection.close();
            } catch (JMSException | RuntimeException e) {
                LOG.debug("a connection of beans was not closed in order", e);
            }
        }
    }

    Opened open(Bus bus) throws JMSException, NamingException, ResourceException {
        Destination destination = destination();
        BusAddress.Login login = address.login();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // Threads of the connection keep it: not that of the application.
        thread.setContextClassLoader(Connecting.class.getClassLoader());
        try {
            return open(bus.connectionFactory(login.url()), login, destination);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Opened open(XAConnectionFactory factory, BusAddress.Login login, @Nullable Destination looked)
            throws JMSException {
        XAConnection connection = login.userName() == null
                ? factory.createXAConnection()
                : factory.createXAConnection(login.userName(), login.password());
        boolean done = false;
        try {
            Source source = settings.source();
            if (source.clientId() != null) {
                connection.setClientID(source.clientId());
            }
            connection.setExceptionListener(e -> LOG.warn("{}: {}", this, e.getMessage()));
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
            return new Opened(connection, inflow);
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
        Object found = InitialContext.doLookup(lookup);
        Boolean topic = settings.source().topic();
        boolean isQueue = found instanceof Queue;
        boolean isTopic = found instanceof Topic;
        if (!isQueue && !isTopic) {
            throw new ResourceException("destinationLookup " + lookup + " is no queue or topic but "
                    + (found == null ? "nothing" : found.getClass().getName()));
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
