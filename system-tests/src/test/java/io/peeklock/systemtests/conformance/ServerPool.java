/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The part of an application server: a fixed number of sessions, each run on a thread of its own when it is loaded.
 *
 * <p>Thread safe.
 */
final class ServerPool implements ServerSessionPool {

    /** What the application's listener does with a message of its session. */
    @FunctionalInterface
    interface Work {
        void on(Session session, Message message) throws Exception;
    }

    private final List<Session> sessions = new ArrayList<>();
    private final BlockingQueue<ServerSession> idle = new LinkedBlockingQueue<>();
    private final AtomicInteger inARun = new AtomicInteger();
    /** The most messages one run of a session has had. */
    final AtomicInteger mostInARun = new AtomicInteger();

    ServerPool(Connection connection, int size, int mode, Work work) throws JMSException {
        for (int i = 0; i < size; i++) {
            Session session = connection.createSession(mode);
            session.setMessageListener(message -> {
                inARun.incrementAndGet();
                try {
                    work.on(session, message);
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalArgumentException(e);
                }
            });
            sessions.add(session);
            idle.add(new Server(session));
        }
    }

    List<Session> sessions() {
        return sessions;
    }

    @Override
    public ServerSession getServerSession() throws JMSException {
        try {
            return idle.take();
        } catch (InterruptedException e) {
            throw new JMSException("interrupted while waiting for a session");
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
        public void start() {
            Thread thread = new Thread(() -> {
                inARun.set(0);
                session.run();
                mostInARun.accumulateAndGet(inARun.get(), Math::max);
                idle.add(this);
            });
            thread.setDaemon(true);
            thread.start();
        }
    }
}
