/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import java.nio.file.Path;

/**
 * A store of Peeklock on files, a connection of its own to look at it, and one for XA sessions.
 *
 * <p>Owned by one thread.
 */
final class Bus implements AutoCloseable {

    private final PeeklockXAConnectionFactory factory;
    private final Connection connection;
    private final Session session;
    private final Namespace namespace;
    private final XAConnection xaConnection;

    Bus(Path directory) throws JMSException {
        factory = new PeeklockXAConnectionFactory("peeklock:file:" + directory.toAbsolutePath() + "?partitions=2");
        connection = factory.createConnection();
        session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        connection.start();
        namespace = ((BusSession) session).namespace();
        xaConnection = factory.createXAConnection();
        xaConnection.start();
    }

    PeeklockXAConnectionFactory factory() {
        return factory;
    }

    XAConnection xaConnection() {
        return xaConnection;
    }

    Session session() {
        return session;
    }

    Namespace namespace() {
        return namespace;
    }

    /** Outside of transactions. */
    void send(String queue, String text) throws JMSException {
        send(session, queue, text);
    }

    /** In whichever transaction the session is. */
    static void send(Session session, String queue, String text) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            producer.send(session.createTextMessage(text));
        }
    }

    /** Messages that can be received. */
    long count(String queue) {
        return namespace().counters(EntityPath.queue(queue)).join().active();
    }

    /** Branches that are prepared or were ended by hand. */
    int inDoubt() {
        return namespace().preparedBranches().join().size();
    }

    @Override
    public void close() throws JMSException {
        connection.close();
        xaConnection.close();
        factory.close();
    }
}
