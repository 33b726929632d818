/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.Child;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.subject.JmsSubject;
import io.peeklock.benchmarks.workload.Peer;
import io.peeklock.benchmarks.workload.Workloads;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The child process of a receiver whose selector matches only the last message of a long queue.
 *
 * <p>Single threaded beside the provider.
 */
public final class SelectorSearch {

    /** Messages before the one that matches. */
    static final int MESSAGES = 10_000;

    /** Further matching messages, sent and received one by one. */
    static final int FURTHER = 200;

    /** What is told of a message that did not come. */
    static final long NEVER = -1;

    private static final long RECEIVE_TIMEOUT_MS = 15_000;
    private static final String SELECTOR = "number = " + MESSAGES;

    private SelectorSearch() {}

    /** Arguments: contestant, empty directory. */
    public static void main(String[] args) {
        Child.run(
                Duration.ofSeconds(60),
                () -> run(((JmsSubject) Contestant.named(args[0]).subject()).peer(), Path.of(args[1])));
    }

    static Map<String, Long> run(Peer peer, Path directory) throws Exception {
        peer.start(directory);
        Map<String, Long> figures = new LinkedHashMap<>();
        try (Connection connection = peer.connectionFactory().createConnection()) {
            connection.start();
            fill(connection);
            Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createQueue(Workloads.QUEUE));
            MessageConsumer consumer = session.createConsumer(session.createQueue(Workloads.QUEUE), SELECTOR);
            long first = received(consumer);
            figures.put("firstNanos", first);
            long[] further = new long[FURTHER];
            for (int i = 0; i < FURTHER && first != NEVER; i++) {
                producer.send(message(session, MESSAGES));
                further[i] = received(consumer);
            }
            Arrays.sort(further);
            figures.put("nextNanos", first == NEVER ? NEVER : further[FURTHER / 2]);
            figures.put("next99Nanos", first == NEVER ? NEVER : further[FURTHER * 99 / 100]);
        }
        peer.stop();
        return figures;
    }

    private static void fill(Connection connection) throws JMSException {
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(session.createQueue(Workloads.QUEUE));
        for (int i = 1; i <= MESSAGES; i++) {
            producer.send(message(session, i));
            if (i % 1000 == 0) {
                session.commit();
            }
        }
        session.close();
    }

    private static Message message(Session session, int number) throws JMSException {
        Message message = session.createTextMessage("message " + number);
        message.setIntProperty("number", number);
        return message;
    }

    /** How long a receive took; the acknowledgement is not counted. */
    private static long received(MessageConsumer consumer) throws JMSException {
        long start = System.nanoTime();
        Message message = consumer.receive(RECEIVE_TIMEOUT_MS);
        long nanos = System.nanoTime() - start;
        if (message == null) {
            return NEVER;
        }
        message.acknowledge();
        return nanos;
    }
}
