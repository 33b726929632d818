/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.broker.Namespace;
import io.peeklock.jms.BusConnection;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.LockLostListener;
import io.peeklock.jms.MessageTracing;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.jms.config.Setting;
import io.peeklock.jms.config.StoreLocation;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's broker: open as long as the application context is. What makes connections depends on this bean, so that
 * Spring ends listener containers first, then caches and pools with their connections, and this last.
 *
 * <p>Thread safe, once opened.
 */
public final class PeeklockBus implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeeklockBus.class);

    private final ConnectionFactorySettings settings;
    private final PeeklockConnectionFactory factory;
    private final PeeklockXAConnectionFactory xaFactory;
    private final BusConnection connection;
    private final Namespace namespace;

    private PeeklockBus(
            ConnectionFactorySettings settings,
            PeeklockConnectionFactory factory,
            PeeklockXAConnectionFactory xaFactory,
            BusConnection connection,
            Namespace namespace) {
        this.settings = settings;
        this.factory = factory;
        this.xaFactory = xaFactory;
        this.connection = connection;
        this.namespace = namespace;
    }

    /**
     * Opens the broker; where its data is on disk, the store says that in the log.
     *
     * @param listener is told of lost locks by all connections of both factories, or null
     * @param tracing traces the messages of both, or null
     * @throws StoreNotOpenedException if it cannot be opened
     */
    static PeeklockBus open(
            ConnectionFactorySettings settings, @Nullable LockLostListener listener, @Nullable MessageTracing tracing) {
        PeeklockConnectionFactory factory = new PeeklockConnectionFactory(settings);
        PeeklockXAConnectionFactory xaFactory = new PeeklockXAConnectionFactory(settings);
        factory.setLockLostListener(listener);
        xaFactory.setLockLostListener(listener);
        if (tracing != null) {
            factory.setMessageTracing(tracing);
            xaFactory.setMessageTracing(tracing);
        }
        // It holds the broker open, whatever linger says, and must not take the client id from the application.
        try (var opening = new PeeklockConnectionFactory(settings.without(Setting.CLIENT_ID))) {
            BusConnection connection = (BusConnection) opening.createConnection();
            BusSession session = (BusSession) connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            return new PeeklockBus(settings, factory, xaFactory, connection, session.namespace());
        } catch (JMSException e) {
            throw new StoreNotOpenedException(settings.toUrl(), e);
        }
    }

    /** What the broker was opened with. */
    public ConnectionFactorySettings settings() {
        return settings;
    }

    /** Makes connections whose sessions are transacted locally, or not at all. */
    public PeeklockConnectionFactory connectionFactory() {
        return factory;
    }

    /** Makes connections whose sessions a transaction manager puts into global transactions. */
    public PeeklockXAConnectionFactory xaConnectionFactory() {
        return xaFactory;
    }

    /** The bus, as the user of {@code peeklock.user} may use it. */
    public Namespace namespace() {
        return namespace;
    }

    /** That of the directory, or of the memory: what tells it from others of the process. */
    String name() {
        if (settings.store() instanceof StoreLocation.Directory directory) {
            return String.valueOf(directory.path().toAbsolutePath().normalize().getFileName());
        }
        return ((StoreLocation.Memory) settings.store()).name();
    }

    /** Name and version of the provider. */
    String provider() {
        try {
            ConnectionMetaData provider = connection.getMetaData();
            return provider.getJMSProviderName() + " " + provider.getProviderVersion();
        } catch (JMSException e) {
            return "closed";
        }
    }

    /** Where the data is; no password. */
    public String url() {
        return settings.toUrl();
    }

    /**
     * Closes the broker, and waits for that; what others have still open of it, or what a transaction manager has to end, keeps
     * it open for as long. Idempotent.
     */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (JMSException e) {
            LOG.warn("Closing the connection to {} failed", settings.toUrl(), e);
        } finally {
            xaFactory.close();
            factory.close();
        }
    }
}
