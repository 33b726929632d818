/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.message.Origin;
import io.peeklock.tx.GlobalTransactions;
import io.peeklock.tx.LocalTransactions;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TopicSession;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection: starts, stops and closes its sessions, and holds a share in the broker.
 *
 * <p>Thread safe. Its lock is held for moments only. Opening and closing one is cheap while the broker is open.
 */
sealed class PeeklockConnection extends LoadingConnection permits PeeklockXAConnection {

    private final BrokerLease broker;
    private final SessionKind kind;
    private final SessionSettings settings;
    private final Signature signature;
    private final String id = UUID.randomUUID().toString();
    private final ListenerThreads threads;
    private final ExceptionReports exceptions;
    private final SerialExecutor asking;
    private final LockLosses losses;
    /** Without a copy at each change: there may be thousands. */
    private final Set<SessionCore> sessions = ConcurrentHashMap.newKeySet();

    private final ConnectionConsumers consumers = new ConnectionConsumers(this);
    private final TemporaryDestinations temporaries;

    private final ReentrantLock lock = new ReentrantLock();
    private final ClientId clientId;
    private final CountDownLatch closeEnded = new CountDownLatch(1);
    private boolean started;
    // Written under the lock, asked without it.
    private volatile boolean closed;

    /**
     * @param configuredClientId the factory's, or null if the application may set one
     * @param user who was let in; null if nobody is asked
     */
    PeeklockConnection(
            BrokerLease broker,
            SessionKind kind,
            SessionSettings settings,
            @Nullable String configuredClientId,
            @Nullable String user)
            throws JMSException {
        this.broker = broker;
        this.kind = kind;
        this.threads = new ListenerThreads(id.substring(0, 8), broker.timer());
        SerialExecutor events = new SerialExecutor(threads);
        this.exceptions = new ExceptionReports(id, events);
        this.asking = new SerialExecutor(threads);
        this.losses = new LockLosses(events);
        this.temporaries = new TemporaryDestinations(broker.namespace(), settings, id);
        this.settings = settings.with(settings.messages().of(broker.sentClasses(), temporaries));
        this.clientId = new ClientId(broker);
        this.signature = new Signature(id, user, clientId);
        if (configuredClientId != null) {
            clientId.configure(configuredClientId);
        }
    }

    // ---- What its sessions need

    Namespace bus() {
        return broker.namespace();
    }

    /** Unlike that of any other connection; in what it publishes, for those that want nothing of it (noLocal). */
    String id() {
        return id;
    }

    /** What its messages carry of it. The client identifier is fixed before anything is sent. */
    Origin origin() {
        return new Origin(id, clientId.value());
    }

    @Nullable
    String clientId() {
        return clientId.value();
    }

    TemporaryDestinations temporaries() {
        return temporaries;
    }

    BrokerLease broker() {
        return broker;
    }

    LocalTransactions transactions() {
        return broker.transactions().within(settings.transactions());
    }

    GlobalTransactions globalTransactions() {
        return broker.globalTransactions().within(settings.transactions());
    }

    BrokerTimer timer() {
        return broker.timer();
    }

    SessionSettings settings() {
        return settings;
    }

    Executor threads() {
        return threads;
    }

    /** Where listeners that may begin ask whether there is something for them. */
    Executor asking() {
        return asking;
    }

    /** For what must run after the close too. */
    Executor callbackThreads() {
        return threads::executeAlways;
    }

    /** Who an administrator sees as the holder of a session of the bus: its client identifier, else its own id. */
    String holder() {
        String client = clientId.value();
        return client == null ? "connection " + id : client;
    }

    Signature signature() {
        return signature;
    }

    /** Something went wrong where nobody waits for it. */
    void report(JMSException failure) {
        exceptions.report(failure);
    }

    /** Where it is told that locks are lost. */
    LockLosses losses() {
        return losses;
    }

    @Override
    public void setLockLostListener(@Nullable LockLostListener listener) {
        losses.listener(listener);
    }

    @Override
    public @Nullable LockLostListener getLockLostListener() {
        return losses.listener();
    }

    SessionKind kind() {
        return kind;
    }

    /** It may receive more unacknowledged messages again. */
    void hasRoom(SessionCore session) {
        consumers.hasRoom(session);
    }

    /** It is closed. */
    void forget(SessionCore session) {
        sessions.remove(session);
        consumers.forget(session);
    }

    // ---- Sessions

    @Override
    public Session createSession() throws JMSException {
        return createSession(Session.AUTO_ACKNOWLEDGE);
    }

    @Override
    public Session createSession(int sessionMode) throws JMSException {
        return openSession(SessionMode.of(sessionMode), SessionKind.ANY, true);
    }

    @Override
    public Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return openSession(SessionMode.of(transacted, acknowledgeMode), SessionKind.ANY, true);
    }

    @Override
    public QueueSession createQueueSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return openSession(SessionMode.of(transacted, acknowledgeMode), SessionKind.QUEUES, true);
    }

    @Override
    public TopicSession createTopicSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return openSession(SessionMode.of(transacted, acknowledgeMode), SessionKind.TOPICS, true);
    }

    /** @param inUse whether the connection counts as used: a context may still set the client id afterwards */
    PeeklockSession openSession(SessionMode mode, SessionKind kindOfSession, boolean inUse) throws JMSException {
        return new PeeklockSession(openCore(mode, inUse), kindOfSession);
    }

    /** The working part of a new session. */
    final SessionCore openCore(SessionMode mode, boolean inUse) throws JMSException {
        lock.lock();
        try {
            requireOpen();
            if (inUse) {
                clientId.tooLate();
            }
            SessionCore session = new SessionCore(this, mode);
            sessions.add(session);
            if (started) {
                session.start();
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    // ---- Client id, and what does not count as use: pools ask for it before the application sets a client id

    @Override
    public @Nullable String getClientID() throws JMSException {
        lock.lock();
        try {
            requireOpen();
            return clientId.value();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void setClientID(@Nullable String value) throws JMSException {
        lock.lock();
        try {
            requireOpen();
            clientId.set(value);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        requireOpen();
        return PeeklockConnectionMetaData.INSTANCE;
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() throws JMSException {
        requireOpen();
        return exceptions.listener();
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) throws JMSException {
        requireOpen();
        exceptions.listener(listener);
    }

    /** From now on it is too late for a client id. */
    void use() throws JMSException {
        lock.lock();
        try {
            requireOpen();
            clientId.tooLate();
        } finally {
            lock.unlock();
        }
    }

    // ---- Starting, stopping, closing

    @Override
    public void start() throws JMSException {
        lock.lock();
        try {
            requireOpen();
            clientId.tooLate();
            if (!started) {
                started = true;
                sessions.forEach(SessionCore::start);
                consumers.start();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop() throws JMSException {
        for (SessionCore session : sessions) {
            session.requireNotOwnListener("stop");
        }
        lock.lock();
        try {
            requireOpen();
            clientId.tooLate();
            started = false;
            consumers.stop();
            sessions.forEach(SessionCore::shut);
        } finally {
            lock.unlock();
        }
        try {
            for (SessionCore session : sessions) {
                session.awaitQuiet();
            }
        } catch (InterruptedException e) {
            throw JmsExceptions.interrupted(
                    "stopping a connection",
                    "it is stopped, but a listener or a call that was at work may still be running",
                    e);
        }
    }

    @Override
    public void close() throws JMSException {
        for (SessionCore session : sessions) {
            session.requireMayClose();
        }
        if (!beginClose()) {
            awaitCloseOfOther();
            return;
        }
        ClosingSteps steps = new ClosingSteps();
        steps.run(consumers::close);
        // All at once, so that none delivers on while another is waited for.
        sessions.forEach(session -> steps.run(session::beginClose));
        sessions.forEach(session -> steps.run(session::close));
        steps.run(temporaries::close);
        steps.run(clientId::giveBack);
        steps.run(() -> losses.listener(null));
        steps.run(exceptions::close);
        steps.run(threads::close);
        // Whatever happened: a share that is not given back keeps the broker open for ever.
        steps.run(broker::close);
        closeEnded.countDown();
        steps.end();
    }

    /** Whether this is the first close. */
    private boolean beginClose() {
        lock.lock();
        try {
            boolean first = !closed;
            closed = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void awaitCloseOfOther() throws JMSException {
        if (exceptions.isTelling()) {
            // The other waits for this caller.
            return;
        }
        try {
            closeEnded.await();
        } catch (InterruptedException e) {
            throw JmsExceptions.closedByOther("connection", e);
        }
    }

    private void requireOpen() throws JMSException {
        if (closed) {
            throw JmsExceptions.closed("connection");
        }
    }

    @Override
    ConnectionConsumers consumers() throws JMSException {
        use();
        return consumers;
    }

    @Override
    public String toString() {
        return "connection " + id;
    }
}
