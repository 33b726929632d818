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
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private static final String TAKEN_BACK =
            "the server has taken this connection back: get a new one from the connection factory";

    private final Set<Object> temporaries = ConcurrentHashMap.newKeySet();

    /** Null once it is closed or taken back. */
    private volatile @Nullable PeeklockManagedConnection managed;

    private volatile String whyInvalid = "the connection is closed";

    /** Guarded by this; never held in a call of the bus. */
    private @Nullable HandleProxy session;

    ConnectionHandle(PeeklockManagedConnection managed) {
        this.managed = managed;
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
        PeeklockManagedConnection now = requireManaged();
        return open(now.open().session(), kind, mode, this::sessionClosed);
    }

    /** This connection and its session as one object, which closes both. */
    JMSContext context(int mode) throws JMSException {
        PeeklockManagedConnection now = requireManaged();
        return (JMSContext) open(now.open().context(), Kind.ANY, mode, this::closeUnchecked);
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
        return managed == null ? whyInvalid : null;
    }

    /** What applications hand in as destinations, as the bus knows it. */
    KnownDestinations destinations() throws JMSException {
        return new KnownDestinations(requireManaged().open().session());
    }

    /** A temporary destination, which ends with this connection. */
    void remember(Object temporary) {
        temporaries.add(temporary);
    }

    /** A call of the bus has failed: with it the whole connection, maybe. */
    void failed(Throwable failure) {
        PeeklockManagedConnection now = managed;
        if (now != null && failure instanceof Exception exception) {
            now.callFailed(exception);
        }
    }

    private PeeklockManagedConnection requireManaged() throws JMSException {
        PeeklockManagedConnection now = managed;
        if (now == null) {
            throw new IllegalStateException(whyInvalid);
        }
        return now;
    }

    // ---- The connection

    @Override
    public void start() throws JMSException {
        requireManaged().start();
    }

    @Override
    public @Nullable String getClientID() throws JMSException {
        return requireManaged().open().context().getClientID();
    }

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        return requireManaged().open().context().getMetaData();
    }

    /** Nobody: an application sets none. */
    @Override
    public @Nullable ExceptionListener getExceptionListener() throws JMSException {
        requireManaged();
        return null;
    }

    /** Closes what the application has of it and gives it back to the server. Idempotent. */
    @Override
    public void close() throws JMSException {
        PeeklockManagedConnection now;
        synchronized (this) {
            now = managed;
            managed = null;
        }
        if (now == null) {
            return;
        }
        try {
            release();
        } finally {
            now.closed(this);
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
        } catch (JMSException | JMSRuntimeException | LinkageError e) {
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
            temporaries.forEach(ConnectionHandle::delete);
            temporaries.clear();
        }
    }

    private static void delete(Object temporary) {
        try {
            if (temporary instanceof TemporaryQueue queue) {
                queue.delete();
            } else {
                ((TemporaryTopic) temporary).delete();
            }
        } catch (JMSException e) {
            // Deleted by the application, or in use elsewhere: it ends with the managed connection.
            LOG.debug("{} was not deleted with its connection", temporary, e);
        }
    }

    /** To another managed connection, by the server; refused while there is a session. */
    synchronized void moveTo(PeeklockManagedConnection next) throws JMSException {
        if (session != null) {
            throw new IllegalStateException("a connection with an open session cannot be moved");
        }
        PeeklockManagedConnection old = managed;
        if (old != null) {
            old.forget(this);
        }
        managed = next;
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
