/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where workers send to and receive from, and the copies that a message becomes there: to the ledger each is a message of its own,
 * and those of one publish are a transaction, since a publish is atomic.
 *
 * <p>Immutable.
 */
enum CrashTarget {
    QUEUE(List.of("")) {
        @Override
        Destination destination(Session session) throws JMSException {
            return session.createQueue("crash");
        }

        @Override
        MessageConsumer consumer(Session session, int receiver) throws JMSException {
            return session.createConsumer(destination(session));
        }

        @Override
        String place(String prefix) {
            return "crash";
        }
    },

    /** A queue in one partition that forwards to one in all of them: most messages go by transfers from partition to partition. */
    FORWARDED(List.of("")) {
        @Override
        void prepare(String url) throws JMSException {
            try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                    Connection connection = factory.createConnection();
                    Session session = connection.createSession()) {
                Namespace bus = ((BusSession) session).namespace();
                bus.createQueue(QueueDescription.builder("crash")
                                .partitioned(true)
                                .build())
                        .join();
                bus.createQueue(QueueDescription.builder("crash-in")
                                .forwardTo("crash")
                                .build())
                        .join();
            }
        }

        @Override
        Destination destination(Session session) throws JMSException {
            return session.createQueue("crash-in");
        }

        @Override
        MessageConsumer consumer(Session session, int receiver) throws JMSException {
            return session.createConsumer(session.createQueue("crash"));
        }

        @Override
        boolean isOnItsWay(Session session) throws JMSException {
            Namespace bus = ((BusSession) session).namespace();
            EntityCounters left = bus.counters(EntityPath.queue("crash-in")).join();
            return left.active() + left.locked() > 0;
        }

        @Override
        String place(String prefix) {
            return "crash";
        }
    },

    /** A durable subscription, which has one receiver, and a shared durable one, which has the others. */
    DURABLE_SUBSCRIPTIONS(List.of("unshared:", "shared:")) {
        @Override
        Destination destination(Session session) throws JMSException {
            return topic(session);
        }

        @Override
        MessageConsumer consumer(Session session, int receiver) throws JMSException {
            return receiver == 0
                    ? session.createDurableConsumer(topic(session), "unshared")
                    : session.createSharedDurableConsumer(topic(session), "shared");
        }

        @Override
        String place(String prefix) {
            return "crash-topic/Subscriptions/"
                    + (prefix.equals("shared:") ? "$S$" : "$D$")
                    + CLIENT_ID
                    + "$"
                    + prefix.replace(":", "");
        }
    };

    static final String CLIENT_ID = "crash";

    private final List<String> prefixes;

    CrashTarget(List<String> prefixes) {
        this.prefixes = prefixes;
    }

    /** Makes the entities that no worker creates by using them. */
    void prepare(String url) throws JMSException {}

    /** Whether messages have not come yet to where they are received. */
    boolean isOnItsWay(Session session) throws JMSException {
        return false;
    }

    abstract Destination destination(Session session) throws JMSException;

    abstract MessageConsumer consumer(Session session, int receiver) throws JMSException;

    /** The address at which an administrator finds the copies with a prefix. */
    abstract String place(String prefix);

    List<String> prefixes() {
        return prefixes;
    }

    /** Of the copies that a receiver gets. */
    String prefix(int receiver) {
        return prefixes.get(Math.min(receiver, prefixes.size() - 1));
    }

    /** Of messages, as the ledger knows them. */
    List<String> copies(List<String> ids) {
        return ids.stream().flatMap(this::copies).toList();
    }

    private Stream<String> copies(String id) {
        return prefixes.stream().map(prefix -> prefix + id);
    }

    private static Topic topic(Session session) throws JMSException {
        return session.createTopic("crash-topic");
    }
}
