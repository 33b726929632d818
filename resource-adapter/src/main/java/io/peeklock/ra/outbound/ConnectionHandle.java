/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import io.peeklock.ra.outbound.Restrictions.Kind;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection as an application in a server has it: borrowed, with one session at a time (Jakarta Messaging 3.1, chapter 12).
 *
 * <p>Thread safe, as connections are.
 */
public final class ConnectionHandle implements QueueConnection, TopicConnection {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandle.class);

    static final String TAKEN_BACK =
            "the server has taken this connection back: get a new one from the connection factory";

    private final TemporaryDestinations temporaries = new TemporaryDestinations();

    /** Held while the server is asked for a managed connection; not in calls of the bus. */
    private final ReentrantLock association = new ReentrantLock();

    /** Null once it is closed or taken back, and while the server has it dissociated. */
    private volatile @Nullable PeeklockManagedConnection managed;

    private volatile PhysicalConnection physical;

    /** Not null while it is dissociated. */
    private volatile DroppedHandles.@Nullable Watch dissociated;

    private volatile @Nullable Loan loan;
    private volatile String whyInvalid = "the connection is closed";

    /** Guarded by this; never held in a call of the bus. */
    private @Nullable HandleProxy session;

    ConnectionHandle(PeeklockManagedConnection managed, PhysicalConnection physical) {
        this.managed = managed;
        this.physical = physical;
    }

    void lent(Loan by) {
        loan = by;
    }

    // ---- Sessions

    @Override
    public Session createSession() throws JMSException {
        return createSession(Session.AUTO_ACKNOWLEDGE);
    }

    /** Of the modes only DUPS_OK_ACKNOWLEDGE is heard, and that only outside of a transaction of the server (section 12.3). */
    @Override
    public Session createSession(int sessionMode) throws JMSException {
        return (Session) open(Kind.ANY, sessionMode);
    }

    /** As {@link #createSession(int)}; no session is transacted but by the server's transaction. */
    @Override
    public Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return createSession(mode(transacted, acknowledgeMode));
    }

    @Override
    public QueueSession createQueueSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return (QueueSession) open(Kind.QUEUES, mode(transacted, acknowledgeMode));
    }

    @Override
    public TopicSession createTopicSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return (TopicSession) open(Kind.TOPICS, mode(transacted, acknowledgeMode));
    }

    private static int mode(boolean transacted, int acknowledgeMode) {
        return transacted ? Session.SESSION_TRANSACTED : acknowledgeMode;
    }

    private Object open(Kind kind, int mode) throws JMSException {
        return open(requirePhysical().session(), kind, mode, this::sessionClosed);
    }

    /** This connection and its session as one object, which closes both. */
    JMSContext context(int mode) throws JMSException {
        return (JMSContext) open(requirePhysical().context(), Kind.ANY, mode, this::closeUnchecked);
    }

    private Object open(Object target, Kind kind, int mode, Runnable whenClosed) throws JMSException {
        HandleProxy next = new HandleProxy(target, this, kind, mode, whenClosed);
        synchronized (this) {
            if (session != null) {
                throw new IllegalStateException(Restrictions.prohibited(
                        "a second session of a connection", "close the other one, or take another connection"));
            }
            session = next;
        }
        return next.proxy();
    }

    private synchronized void sessionClosed() {
        session = null;
    }

    private void closeUnchecked() {
        try {
            close();
        } catch (JMSException e) {
            throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
        }
    }

    // ---- What its sessions tell

    /** Null if it is the application's still. */
    @Nullable
    String whyInvalid() {
        return managed == null && dissociated == null ? whyInvalid : null;
    }

    /** What applications hand in as destinations, as the bus knows it. */
    KnownDestinations destinations() throws JMSException {
        return new KnownDestinations(requirePhysical().session());
    }

    /** A temporary destination, which ends with this connection. */
    void remember(Object temporary) {
        temporaries.add(temporary);
    }

    /** A call of the bus has failed: with it the whole connection, maybe. */
    void failed(Throwable failure) {
        PeeklockManagedConnection now = managed;
        if (now != null && failure instanceof Exception exception) {
            now.callFailed(physical, exception);
        }
    }

    private PhysicalConnection requirePhysical() throws JMSException {
        associate();
        PeeklockManagedConnection now = managed;
        if (now == null) {
            throw new IllegalStateException(whyInvalid);
        }
        now.requireUseful();
        return physical;
    }

    // ---- Dissociated, by a server that takes managed connections back at the ends of transactions

    boolean isDissociated() {
        return dissociated != null;
    }

    PhysicalConnection physical() {
        return physical;
    }

    /** Has the server give it a managed connection, in the transaction of the caller, if it has none. */
    void associate() throws JMSException {
        if (dissociated == null) {
            return;
        }
        association.lock();
        try {
            Loan from = loan;
            if (dissociated != null && from != null) {
                from.associate(this);
            }
        } finally {
            association.unlock();
        }
    }

    /** The server takes the managed connection away; false if the application has closed this. */
    synchronized boolean dissociate(DroppedHandles.Watch watch) {
        if (managed == null) {
            return false;
        }
        // In this order: who reads without the lock takes it for closed if it has neither.
        dissociated = watch;
        managed = null;
        return true;
    }

    /** The server gives it another managed connection: what {@link #dissociate} was told; null if the application has closed this. */
    synchronized DroppedHandles.@Nullable Watch associated(PeeklockManagedConnection next) {
        DroppedHandles.Watch watch = dissociated;
        if (watch != null) {
            managed = next;
            dissociated = null;
        }
        return watch;
    }

    // ---- The connection

    @Override
    public void start() throws JMSException {
        try {
            requirePhysical().context().start();
        } catch (JMSRuntimeException e) {
            throw ConnectionErrors.checked(e);
        }
    }

    @Override
    public @Nullable String getClientID() throws JMSException {
        return requirePhysical().context().getClientID();
    }

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        return requirePhysical().context().getMetaData();
    }

    /** Nobody: an application sets none. */
    @Override
    public @Nullable ExceptionListener getExceptionListener() throws JMSException {
        requirePhysical();
        return null;
    }

    /** Closes what the application has of it and gives it back to the server. Idempotent. */
    @Override
    public void close() throws JMSException {
        PeeklockManagedConnection now;
        DroppedHandles.Watch watch;
        synchronized (this) {
            now = managed;
            watch = dissociated;
            managed = null;
            dissociated = null;
        }
        if (now == null && watch == null) {
            return;
        }
        try {
            release();
        } finally {
            if (now != null) {
                now.closed(this);
            } else if (watch != null) {
                watch.end();
                closeAlone();
            }
        }
    }

    /** No managed connection has it, and nobody else will close it. */
    private void closeAlone() throws JMSException {
        try {
            physical.close();
        } catch (JMSRuntimeException e) {
            throw ConnectionErrors.checked(e);
        } finally {
            Loan from = loan;
            if (from != null) {
                from.closed(this);
            }
        }
    }

    /** The server takes it back while the application has it. */
    void invalidate() {
        synchronized (this) {
            whyInvalid = TAKEN_BACK;
            managed = null;
        }
        try {
            release();
        } catch (JMSException | RuntimeException | LinkageError e) {
            LOG.debug("Closing what is left of a connection failed", e);
        }
    }

    private void release() throws JMSException {
        HandleProxy open;
        synchronized (this) {
            open = session;
            session = null;
        }
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            temporaries.deleteAll();
        }
    }

    /** What can be moved to another managed connection. */
    synchronized void requireNoSession() throws JMSException {
        if (session != null) {
            throw new IllegalStateException("a connection with an open session cannot be moved");
        }
    }

    /** To another managed connection, by the server; refused while there is a session. */
    synchronized void moveTo(PeeklockManagedConnection next, PhysicalConnection with) throws JMSException {
        requireNoSession();
        PeeklockManagedConnection old = managed;
        if (old != null) {
            old.forget(this);
        }
        managed = next;
        physical = with;
    }

    // ---- What is not for applications in a server

    private static JMSException prohibited(String what, String instead) {
        return new IllegalStateException(Restrictions.prohibited(what, instead));
    }

    @Override
    public void setClientID(@Nullable String clientId) throws JMSException {
        throw prohibited("setClientID", "set clientId in the configuration of the connection factory");
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) throws JMSException {
        throw prohibited("setExceptionListener", "the server is told, and replaces the connection");
    }

    @Override
    public void stop() throws JMSException {
        throw prohibited("stop", "close the connection");
    }

    private static JMSException noConnectionConsumers() {
        return prohibited("a connection consumer", "use a message-driven bean");
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Destination destination, String selector, ServerSessionPool pool, int max) throws JMSException {
        throw noConnectionConsumers();
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(Queue queue, String selector, ServerSessionPool pool, int max)
            throws JMSException {
        throw noConnectionConsumers();
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(Topic topic, String selector, ServerSessionPool pool, int max)
            throws JMSException {
        throw noConnectionConsumers();
    }

    @Override
    public ConnectionConsumer createSharedConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int max) throws JMSException {
        throw noConnectionConsumers();
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int max) throws JMSException {
        throw noConnectionConsumers();
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int max) throws JMSException {
        throw noConnectionConsumers();
    }

    @Override
    public String toString() {
        return "a server's connection to " + managed;
    }
}
