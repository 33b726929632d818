/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSessionPool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connection consumers of one connection.
 *
 * <p>Thread safe. Its lock is held for moments only, so that one that is just being opened is started and stopped with the
 * others.
 */
final class ConnectionConsumers {

    private final PeeklockConnection connection;
    private final List<PeeklockConnectionConsumer> all = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean started;
    private boolean closed;

    ConnectionConsumers(PeeklockConnection connection) {
        this.connection = connection;
    }

    /** Opens what the messages come from. */
    @FunctionalInterface
    interface Opening {
        PeeklockConsumer open(Consumers of) throws JMSException;
    }

    /** One that only topics can have. */
    ConnectionConsumer openOfTopics(Opening opening, @Nullable ServerSessionPool pool, int maxMessages)
            throws JMSException {
        connection.kind().requireTopics("a connection consumer of a named subscription");
        return open(opening, pool, maxMessages);
    }

    ConnectionConsumer open(Opening opening, @Nullable ServerSessionPool pool, int maxMessages) throws JMSException {
        if (pool == null) {
            throw new JMSException("a connection consumer needs a server session pool, got null");
        }
        if (maxMessages < 1) {
            throw new JMSException("a server session must be loaded with 1 message or more, not " + maxMessages);
        }
        // Never one of the connection's sessions, so never started: it only opens. Which modes the server's have is not
        // known yet, so locks are renewed as for listeners.
        SessionCore opener = new SessionCore(connection, SessionMode.AUTO);
        PeeklockConsumer source = opening.open(new Consumers(opener));
        PeeklockConnectionConsumer consumer =
                new PeeklockConnectionConsumer(connection, source, pool, maxMessages, all::remove);
        if (!add(consumer)) {
            consumer.close();
            throw JmsExceptions.closed("connection");
        }
        return consumer;
    }

    private boolean add(PeeklockConnectionConsumer consumer) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            all.add(consumer);
            if (started) {
                consumer.start();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    void start() {
        lock.lock();
        try {
            started = true;
            all.forEach(PeeklockConnectionConsumer::start);
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            started = false;
            all.forEach(PeeklockConnectionConsumer::stop);
        } finally {
            lock.unlock();
        }
    }

    /** A session may be loaded again. */
    void hasRoom(SessionCore session) {
        all.forEach(consumer -> consumer.hasRoom(session));
    }

    /** A session is closed. */
    void forget(SessionCore session) {
        all.forEach(consumer -> consumer.forget(session));
    }

    void close() throws JMSException {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        ClosingSteps steps = new ClosingSteps();
        all.forEach(consumer -> steps.run(consumer::close));
        steps.end();
    }
}
