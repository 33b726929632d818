/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A pool of server sessions as an application server would have it: each run on a thread of its own, then back in the
 * pool.
 *
 * <p>Thread safe.
 */
final class TestServerSessions implements ServerSessionPool {

    final List<Session> sessions = new ArrayList<>();
    final AtomicInteger runs = new AtomicInteger();
    private final BlockingQueue<ServerSession> idle = new LinkedBlockingQueue<>();
    private volatile @Nullable JMSException poolFailure;
    private volatile @Nullable JMSException startFailure;
    private volatile boolean neverRuns;

    /** @param listener null for none */
    TestServerSessions(Connection connection, int size, int mode, @Nullable MessageListener listener)
            throws JMSException {
        for (int i = 0; i < size; i++) {
            Session session = connection.createSession(mode);
            session.setMessageListener(listener);
            sessions.add(session);
            idle.add(new Server(session));
        }
    }

    /** The pool gives none, and throws; null for no more. */
    void failing(@Nullable JMSException failure) {
        poolFailure = failure;
    }

    /** Sessions throw when they are started; null for no more. */
    void failingStarts(@Nullable JMSException failure) {
        startFailure = failure;
    }

    /** Sessions are started and die before they run. */
    void dying() {
        neverRuns = true;
    }

    int idle() {
        return idle.size();
    }

    /** Takes one away, so that the pool is shorter of it. */
    ServerSession take() throws InterruptedException {
        return idle.take();
    }

    void giveBack(ServerSession session) {
        idle.add(session);
    }

    @Override
    public ServerSession getServerSession() throws JMSException {
        JMSException failure = poolFailure;
        if (failure != null) {
            throw failure;
        }
        try {
            return idle.take();
        } catch (InterruptedException e) {
            throw new JMSException("interrupted");
        }
    }

    private final class Server implements ServerSession {
        private final Session session;

        Server(Session session) {
            this.session = session;
        }

        @Override
        public Session getSession() {
            return session;
        }

        @Override
        public void start() throws JMSException {
            JMSException failure = startFailure;
            if (failure != null) {
                idle.add(this);
                throw failure;
            }
            if (neverRuns) {
                return;
            }
            Thread thread = new Thread(() -> {
                try {
                    session.run();
                } finally {
                    runs.incrementAndGet();
                    idle.add(this);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }
}
