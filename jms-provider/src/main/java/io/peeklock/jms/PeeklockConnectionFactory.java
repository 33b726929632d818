/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.jms.BrokerRegistry.FactoryToken;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.jms.config.Password;
import io.peeklock.jms.config.StoreLocation;
import io.peeklock.jms.users.UserFile;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to a broker in this process, which it opens when the first connection is made.
 *
 * <p>Thread safe.
 *
 * <p>The URL says where the broker is: {@code peeklock:file:/var/lib/bus?partitions=16} in a directory,
 * {@code peeklock:mem:orders} in memory. All its options are in {@code docs/configuration.md}; unknown ones are refused.
 * Factories of one class loader that name the same directory (by its real path) or the same memory name share one
 * broker. A broker on disk stays open for 30 s after its last connection was closed, one in memory until every factory
 * that used it is closed; option {@code linger} changes that.
 *
 * <p>Serialized and in JNDI it is its URL, with the password if it has one.
 */
public final class PeeklockConnectionFactory
        implements ConnectionFactory,
                QueueConnectionFactory,
                TopicConnectionFactory,
                AutoCloseable,
                Serializable,
                Referenceable {

    /** What the factory without arguments connects to: a broker in memory. */
    public static final String DEFAULT_URL = "peeklock:mem:default";

    /** Address type of the URL in a JNDI reference. */
    public static final String REFERENCE_ADDRESS = "peeklock.url";

    // By name: the factory of objects stands in a package that depends on this one.
    private static final String OBJECT_FACTORY = "io.peeklock.jms.jndi.PeeklockObjectFactory";

    private static final long serialVersionUID = 1L;

    private final transient ConnectionFactorySettings settings;
    private final transient StoreAddress address;
    private final transient SessionSettings sessionSettings;
    private final transient Admission admission;
    private final transient FactoryToken token = new FactoryToken();
    private transient volatile boolean closed;
    private transient volatile @Nullable LockLostListener lockLostListener;
    private transient volatile @Nullable MessageTracing tracing;

    /** Connects to {@value #DEFAULT_URL}. */
    public PeeklockConnectionFactory() {
        this(DEFAULT_URL);
    }

    /**
     * Connects to where the URL says; nothing is opened yet.
     *
     * @throws IllegalArgumentException saying what is wrong with the URL
     */
    public PeeklockConnectionFactory(String url) {
        this(ConnectionFactorySettings.parse(url));
    }

    /** Connects to where the settings say; nothing is opened yet. */
    public PeeklockConnectionFactory(ConnectionFactorySettings settings) {
        this.settings = settings;
        this.address = new StoreAddress(settings);
        this.sessionSettings = SessionSettings.of(settings);
        Path file = settings.users();
        this.admission = new Admission(file == null ? null : new UserFile(file));
    }

    /** The URL that reads as the settings of this factory, without the password. */
    public String getUrl() {
        return settings.toUrl();
    }

    /**
     * Is told of locks that are lost, by all connections and contexts that the factory makes from now on, those of pools and
     * application servers too; null for nobody. It is not part of the URL: neither serialized nor in JNDI.
     */
    public void setLockLostListener(@Nullable LockLostListener listener) {
        lockLostListener = listener;
    }

    /**
     * Traces the messages of all connections and contexts that the factory makes from now on, those of pools and application
     * servers too, instead of what the option {@code tracing} names; null for nobody but that. It is not part of the URL: neither
     * serialized nor in JNDI.
     */
    public void setMessageTracing(@Nullable MessageTracing tracing) {
        this.tracing = tracing;
    }

    /** Who traces, found by its name when the first connection is made; null if nobody does. */
    private @Nullable MessageTracing tracing() throws JMSException {
        String name = settings.tracing();
        if (tracing == null && name != null) {
            try {
                tracing = Traces.named(name);
            } catch (IllegalArgumentException e) {
                throw JmsExceptions.invalidOperation(String.valueOf(e.getMessage()));
            }
        }
        return tracing;
    }

    // ---- Connections

    /** As the user of the options {@code user} and {@code password}, if the broker has users or policies. */
    @Override
    public Connection createConnection() throws JMSException {
        return open(SessionKind.ANY, settings.user(), password());
    }

    /**
     * Whatever the options {@code user} and {@code password} say. With the option {@code users}, as a user of that file or with
     * the name and a key of a shared access policy; without it a user who is named must have such a key if the broker has
     * policies (rule Q6), and every code in the process is let in that names nobody.
     */
    @Override
    public Connection createConnection(@Nullable String userName, @Nullable String password) throws JMSException {
        return open(SessionKind.ANY, userName, password);
    }

    /** As {@link #createConnection()}. */
    @Override
    public QueueConnection createQueueConnection() throws JMSException {
        return open(SessionKind.QUEUES, settings.user(), password());
    }

    /** As {@link #createConnection(String, String)}. */
    @Override
    public QueueConnection createQueueConnection(@Nullable String userName, @Nullable String password)
            throws JMSException {
        return open(SessionKind.QUEUES, userName, password);
    }

    /** As {@link #createConnection()}. */
    @Override
    public TopicConnection createTopicConnection() throws JMSException {
        return open(SessionKind.TOPICS, settings.user(), password());
    }

    /** As {@link #createConnection(String, String)}. */
    @Override
    public TopicConnection createTopicConnection(@Nullable String userName, @Nullable String password)
            throws JMSException {
        return open(SessionKind.TOPICS, userName, password);
    }

    /** As {@link #createConnection()}. */
    @Override
    public JMSContext createContext() {
        return createContext(JMSContext.AUTO_ACKNOWLEDGE);
    }

    /** As {@link #createConnection()}. */
    @Override
    public JMSContext createContext(int sessionMode) {
        return createContext(settings.user(), password(), sessionMode);
    }

    /** As {@link #createConnection(String, String)}. */
    @Override
    public JMSContext createContext(@Nullable String userName, @Nullable String password) {
        return createContext(userName, password, JMSContext.AUTO_ACKNOWLEDGE);
    }

    /** As {@link #createConnection(String, String)}. */
    @Override
    public JMSContext createContext(@Nullable String userName, @Nullable String password, int sessionMode) {
        return PeeklockContext.call(() -> {
            SessionMode.of(sessionMode);
            PeeklockConnection connection = open(SessionKind.ANY, userName, password);
            boolean done = false;
            try {
                PeeklockContext context = PeeklockContext.open(connection, sessionMode);
                done = true;
                return context;
            } finally {
                if (!done) {
                    connection.close();
                }
            }
        });
    }

    private @Nullable String password() {
        Password password = settings.password();
        return password == null ? null : password.text();
    }

    private PeeklockConnection open(SessionKind kind, @Nullable String userName, @Nullable String password)
            throws JMSException {
        return open(PeeklockConnection::new, kind, userName, password);
    }

    /** As {@link #createConnection()}, with XA sessions. */
    PeeklockXAConnection openXA(SessionKind kind) throws JMSException {
        return openXA(kind, settings.user(), password());
    }

    /** As {@link #createConnection(String, String)}, with XA sessions. */
    PeeklockXAConnection openXA(SessionKind kind, @Nullable String userName, @Nullable String password)
            throws JMSException {
        return open(PeeklockXAConnection::new, kind, userName, password);
    }

    /** Makes a connection of its kind; the lease is the connection's then. */
    @FunctionalInterface
    private interface Making<C extends PeeklockConnection> {
        C make(
                BrokerLease broker,
                SessionKind kind,
                SessionSettings settings,
                @Nullable String clientId,
                @Nullable String user)
                throws JMSException;
    }

    private <C extends PeeklockConnection> C open(
            Making<C> making, SessionKind kind, @Nullable String userName, @Nullable String password)
            throws JMSException {
        if (closed) {
            throw JmsExceptions.closed("connection factory");
        }
        SessionSettings withTracing = sessionSettings.with(tracing());
        BrokerRegistry registry = BrokerRegistry.ofThisClassLoader();
        boolean policiesMayBe = settings.store() instanceof StoreLocation.Directory || registry.isOpen(address);
        boolean byFile = admission.admits(userName, password, policiesMayBe);
        BrokerLease lease = registry.lease(address, token, settings.linger());
        if (closed) {
            // Closed meanwhile, maybe before the broker knew this factory: then nobody else would let go of it.
            lease.close();
            registry.release(token);
            throw JmsExceptions.closed("connection factory");
        }
        boolean done = false;
        try {
            Namespace whole = lease.namespace();
            Namespace view = byFile ? whole : admission.view(whole, userName, password);
            if (view != whole) {
                lease.restrictTo(view);
            }
            // A name that nobody has asked to be proved is nobody's.
            String user = byFile || view != whole ? userName : null;
            C connection = making.make(lease, kind, withTracing, settings.clientId(), user);
            connection.setLockLostListener(lockLostListener);
            done = true;
            return connection;
        } finally {
            if (!done) {
                lease.close();
            }
        }
    }

    /**
     * Closes at once what stays open for this factory only. Its connections stay open; with the last of them the broker
     * closes, unless other factories keep it. Makes no connections after this. Idempotent.
     */
    @Override
    public void close() {
        closed = true;
        BrokerRegistry.ofThisClassLoader().release(token);
    }

    /**
     * As {@link #close()}, without waiting for branches.
     *
     * @param patience how long this waits for connections that other threads are closing
     */
    void closeNow(Duration patience) {
        closed = true;
        BrokerRegistry.ofThisClassLoader().releaseNow(token, patience);
    }

    /** Equal for all that mean the same store. */
    String storeName() {
        return address.key();
    }

    // ---- Serialization and JNDI

    @Override
    public Reference getReference() {
        return reference(PeeklockConnectionFactory.class);
    }

    /** To a factory of this class that has these settings. */
    Reference reference(Class<?> factory) {
        return new Reference(factory.getName(), new UrlAddress(settings.toSecretUrl()), OBJECT_FACTORY, null);
    }

    /** What is serialized of it: the password too. */
    String secretUrl() {
        return settings.toSecretUrl();
    }

    private Object writeReplace() {
        return new SerializedUrl(settings.toSecretUrl(), false);
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("a connection factory is serialized as its URL");
    }

    /** The URL in a reference, which may have a password in it. */
    private static final class UrlAddress extends StringRefAddr {
        private static final long serialVersionUID = 1L;

        UrlAddress(String url) {
            super(REFERENCE_ADDRESS, url);
        }

        @Override
        public String toString() {
            return "Type: " + REFERENCE_ADDRESS;
        }
    }

    @Override
    public String toString() {
        return getUrl();
    }
}
