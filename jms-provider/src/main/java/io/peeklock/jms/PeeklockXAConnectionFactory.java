/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.TopicConnection;
import jakarta.jms.XAConnection;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueConnectionFactory;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicConnectionFactory;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Duration;
import javax.naming.Reference;
import javax.naming.Referenceable;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections whose sessions a transaction manager puts into global transactions, to a broker in this process (rule X5).
 *
 * <p>Thread safe.
 *
 * <p>It takes the URLs of {@link PeeklockConnectionFactory}, and shares brokers with it; what its {@code create} methods without
 * {@code XA} in their names make is what that makes. It is a class of its own because application servers and pools go by
 * {@code instanceof XAConnectionFactory}: a factory that is one is enlisted.
 *
 * <p>An XA session outside of a global transaction acknowledges by itself, as one in AUTO_ACKNOWLEDGE, and sends at once; it is
 * transacted while its {@code XAResource} is in a branch. A branch that a session, or its connection, leaves by its close is still
 * the transaction manager's to end; the broker stays open for it.
 *
 * <p>Serialized and in JNDI it is its URL, with the password if it has one.
 */
public final class PeeklockXAConnectionFactory
        implements XAQueueConnectionFactory, XATopicConnectionFactory, AutoCloseable, Serializable, Referenceable {

    private static final long serialVersionUID = 1L;

    /** What {@link #closeNow()} waits for others. */
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final transient PeeklockConnectionFactory factory;

    /** Connects to {@value PeeklockConnectionFactory#DEFAULT_URL}. */
    public PeeklockXAConnectionFactory() {
        this(PeeklockConnectionFactory.DEFAULT_URL);
    }

    /**
     * Connects to where the URL says; nothing is opened yet.
     *
     * @throws IllegalArgumentException saying what is wrong with the URL
     */
    public PeeklockXAConnectionFactory(String url) {
        this(ConnectionFactorySettings.parse(url));
    }

    /** Connects to where the settings say; nothing is opened yet. */
    public PeeklockXAConnectionFactory(ConnectionFactorySettings settings) {
        this.factory = new PeeklockConnectionFactory(settings);
    }

    /** The URL that reads as the settings of this factory, without the password. */
    public String getUrl() {
        return factory.getUrl();
    }

    /** As {@link PeeklockConnectionFactory#setLockLostListener}, of connections with XA sessions too. */
    public void setLockLostListener(@Nullable LockLostListener listener) {
        factory.setLockLostListener(listener);
    }

    /** As {@link PeeklockConnectionFactory#setMessageTracing}, of connections with XA sessions too. */
    public void setMessageTracing(@Nullable MessageTracing tracing) {
        factory.setMessageTracing(tracing);
    }

    // ---- With XA sessions

    /** As the user of the options {@code user} and {@code password}, if the broker has users or policies. */
    @Override
    public XAConnection createXAConnection() throws JMSException {
        return factory.openXA(SessionKind.ANY);
    }

    /** As {@link PeeklockConnectionFactory#createConnection(String, String)}. */
    @Override
    public XAConnection createXAConnection(@Nullable String userName, @Nullable String password) throws JMSException {
        return factory.openXA(SessionKind.ANY, userName, password);
    }

    /** As {@link #createXAConnection()}. */
    @Override
    public XAQueueConnection createXAQueueConnection() throws JMSException {
        return factory.openXA(SessionKind.QUEUES);
    }

    /** As {@link #createXAConnection(String, String)}. */
    @Override
    public XAQueueConnection createXAQueueConnection(@Nullable String userName, @Nullable String password)
            throws JMSException {
        return factory.openXA(SessionKind.QUEUES, userName, password);
    }

    /** As {@link #createXAConnection()}. */
    @Override
    public XATopicConnection createXATopicConnection() throws JMSException {
        return factory.openXA(SessionKind.TOPICS);
    }

    /** As {@link #createXAConnection(String, String)}. */
    @Override
    public XATopicConnection createXATopicConnection(@Nullable String userName, @Nullable String password)
            throws JMSException {
        return factory.openXA(SessionKind.TOPICS, userName, password);
    }

    /** As {@link #createXAConnection()}. */
    @Override
    public XAJMSContext createXAContext() {
        return context(() -> factory.openXA(SessionKind.ANY));
    }

    /** As {@link #createXAConnection(String, String)}. */
    @Override
    public XAJMSContext createXAContext(@Nullable String userName, @Nullable String password) {
        return context(() -> factory.openXA(SessionKind.ANY, userName, password));
    }

    private static XAJMSContext context(PeeklockContext.Call<PeeklockXAConnection> opening) {
        return PeeklockContext.call(() -> {
            PeeklockXAConnection connection = opening.run();
            boolean done = false;
            try {
                PeeklockXAContext context = PeeklockXAContext.open(connection);
                done = true;
                return context;
            } finally {
                if (!done) {
                    connection.close();
                }
            }
        });
    }

    // ---- Recovery

    /**
     * A resource for the recovery of a transaction manager, which answers XAER_RMFAIL while the store cannot be opened, for
     * example since another process has it; a connection cannot be created then. Opens nothing yet. To be closed before this
     * factory is.
     *
     * @return as the user of the options {@code user} and {@code password}; with users or policies, one with the claim Manage
     */
    public RecoveryResource createRecoveryResource() {
        return new RecoveryResource(getUrl(), () -> factory.openXA(SessionKind.ANY), System::nanoTime);
    }

    /** As {@link #createRecoveryResource()}, as another user. */
    public RecoveryResource createRecoveryResource(@Nullable String userName, @Nullable String password) {
        return new RecoveryResource(
                getUrl(), () -> factory.openXA(SessionKind.ANY, userName, password), System::nanoTime);
    }

    // ---- Without

    @Override
    public Connection createConnection() throws JMSException {
        return factory.createConnection();
    }

    @Override
    public Connection createConnection(@Nullable String userName, @Nullable String password) throws JMSException {
        return factory.createConnection(userName, password);
    }

    @Override
    public QueueConnection createQueueConnection() throws JMSException {
        return factory.createQueueConnection();
    }

    @Override
    public QueueConnection createQueueConnection(@Nullable String userName, @Nullable String password)
            throws JMSException {
        return factory.createQueueConnection(userName, password);
    }

    @Override
    public TopicConnection createTopicConnection() throws JMSException {
        return factory.createTopicConnection();
    }

    @Override
    public TopicConnection createTopicConnection(@Nullable String userName, @Nullable String password)
            throws JMSException {
        return factory.createTopicConnection(userName, password);
    }

    @Override
    public JMSContext createContext() {
        return factory.createContext();
    }

    @Override
    public JMSContext createContext(@Nullable String userName, @Nullable String password) {
        return factory.createContext(userName, password);
    }

    @Override
    public JMSContext createContext(@Nullable String userName, @Nullable String password, int sessionMode) {
        return factory.createContext(userName, password, sessionMode);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return factory.createContext(sessionMode);
    }

    /** As {@link PeeklockConnectionFactory#close()}. */
    @Override
    public void close() {
        factory.close();
    }

    /**
     * As {@link #close()}, for a program part that ends, has closed its connections and cannot wait for its transaction manager: a broker
     * that no other factory keeps open is closed, and its store is free when this returns. What was not prepared of its branches is
     * rolled back; what was waits in the store. Blocks while other threads are closing connections, 10 s at most: those that are open
     * still then fail.
     */
    public void closeNow() {
        closeNow(CLOSING);
    }

    void closeNow(Duration patience) {
        factory.closeNow(patience);
    }

    /** Which store it is: the real path of its directory or the name in memory. Equal for all URLs that lead to the same one. */
    public String storeName() {
        return factory.storeName();
    }

    // ---- Serialization and JNDI

    @Override
    public Reference getReference() {
        return factory.reference(PeeklockXAConnectionFactory.class);
    }

    private Object writeReplace() {
        return new SerializedUrl(factory.secretUrl(), true);
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("a connection factory is serialized as its URL");
    }

    @Override
    public String toString() {
        return getUrl();
    }
}
