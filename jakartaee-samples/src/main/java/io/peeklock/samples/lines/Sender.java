/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Sends every line, each a persistent message under the partition key that its key field gives.
 *
 * <p>Used by one thread; inside, each lane has a thread and a session of its own. A key has one lane, so that its lines
 * are sent in their order.
 */
final class Sender {

    private static final String PARTITION_KEY_PROPERTY = "JMS_SB_PartitionKey";
    private static final int LANES = 8;

    private final Input input;
    private final KeyField keyField;
    private final Refusals refusals;
    private final Progress progress;
    private volatile boolean failed;

    Sender(Input input, KeyField keyField, Refusals refusals, Progress progress) {
        this.input = input;
        this.keyField = keyField;
        this.refusals = refusals;
        this.progress = progress;
    }

    /** Returns when every line is stored durably; fails with the first error. */
    void sendAll(ConnectionFactory factory) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(LANES);
        try (Connection connection = factory.createConnection()) {
            List<Future<?>> lanes = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                lanes.add(threads.submit(lane(connection, lane)));
            }
            awaitAll(lanes);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void awaitAll(List<Future<?>> lanes) throws Exception {
        @Nullable Exception first = null;
        for (Future<?> lane : lanes) {
            try {
                lane.get();
            } catch (ExecutionException e) {
                first = first == null && e.getCause() instanceof Exception cause ? cause : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private Callable<@Nullable Void> lane(Connection connection, int lane) {
        return () -> {
            try {
                send(connection, lane);
                return null;
            } catch (Exception e) {
                failed = true;
                throw e;
            }
        };
    }

    /** Reads the whole copy and sends the lines of this lane: simpler than handing lines from thread to thread. */
    private void send(Connection connection, int lane) throws Exception {
        try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue(Bus.QUEUE));
                LineReader reader = input.open()) {
            for (String line = reader.next(); line != null && !failed; line = reader.next()) {
                int number = (int) reader.number();
                Optional<String> key = keyField.of(line);
                if (laneOf(key, number) == lane) {
                    producer.send(message(session, line, number, key));
                    progress.step();
                }
            }
        }
    }

    private static int laneOf(Optional<String> key, int number) {
        return Math.floorMod(key.map(String::hashCode).orElse(number), LANES);
    }

    private TextMessage message(Session session, String line, int number, Optional<String> key) throws JMSException {
        TextMessage message = session.createTextMessage(line);
        message.setIntProperty(ReceivedLine.LINE_PROPERTY, number);
        if (key.isPresent()) {
            message.setStringProperty(PARTITION_KEY_PROPERTY, key.get());
        }
        if (refusals.include(number)) {
            message.setBooleanProperty(ReceivedLine.REFUSED_PROPERTY, true);
        }
        return message;
    }
}
