/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.Child;
import io.peeklock.benchmarks.process.Footprint;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.subject.JmsSubject;
import io.peeklock.benchmarks.subject.Subject;
import io.peeklock.benchmarks.workload.Peer;
import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workloads;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The child process that tells what it costs to start a provider on an empty directory and use it a little.
 *
 * <p>Runs on the main thread; a watchdog ends the process should it hang.
 */
public final class StartUp {

    /** Sent without a key, and so enough to reach every one of 16 partitions where there are any. */
    static final int MORE_MESSAGES = 256;

    private static final long RECEIVE_TIMEOUT_MS = 30_000;

    private StartUp() {}

    /** Arguments: contestant, empty directory, wall clock in milliseconds when this JVM was asked for. */
    public static void main(String[] args) {
        Child.run(
                Duration.ZERO,
                () -> run(Contestant.named(args[0]).subject(), Path.of(args[1]), Long.parseLong(args[2]))
                        .toFields());
    }

    static StartUpCost run(Subject subject, Path directory, long askedForAtMs) throws Exception {
        return subject instanceof JmsSubject provider
                ? run(provider.peer(), directory, askedForAtMs)
                : runStorage(subject, directory, askedForAtMs);
    }

    private static StartUpCost run(Peer peer, Path directory, long askedForAtMs) throws Exception {
        int threadsBefore = Footprint.liveThreads();
        peer.start(directory);
        Connection connection = peer.connectionFactory().createConnection();
        connection.start();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        MessageProducer producer = session.createProducer(session.createQueue(Workloads.QUEUE));
        MessageConsumer consumer = session.createConsumer(session.createQueue(Workloads.QUEUE));
        send(session, producer, 1);
        receive(consumer, 1);
        StartUpCost.Time time = StartUpCost.Time.since(askedForAtMs);
        Footprint first = Footprint.now(directory, threadsBefore);

        send(session, producer, MORE_MESSAGES);
        receive(consumer, MORE_MESSAGES);
        Footprint used = Footprint.now(directory, threadsBefore);

        return closed(time, first, used, threadsBefore, () -> {
            connection.close();
            peer.stop();
        });
    }

    /** What lies below a provider: a message is a record that is added and synced. */
    private static StartUpCost runStorage(Subject subject, Path directory, long askedForAtMs) throws Exception {
        int threadsBefore = Footprint.liveThreads();
        Worker worker = subject.open(Workloads.named("W1"), directory).get(0);
        worker.once();
        StartUpCost.Time time = StartUpCost.Time.since(askedForAtMs);
        Footprint first = Footprint.now(directory, threadsBefore);
        for (int i = 0; i < MORE_MESSAGES; i++) {
            worker.once();
        }
        Footprint used = Footprint.now(directory, threadsBefore);
        return closed(time, first, used, threadsBefore, () -> {
            worker.close();
            subject.close();
        });
    }

    private interface Closing {
        void run() throws Exception;
    }

    private static StartUpCost closed(
            StartUpCost.Time time, Footprint first, Footprint used, int threadsBefore, Closing closing)
            throws Exception {
        long start = System.nanoTime();
        closing.run();
        long closedMs = Duration.ofNanos(System.nanoTime() - start).toMillis();
        return new StartUpCost(time, first, used, closedMs, Math.max(0, Footprint.liveThreads() - threadsBefore));
    }

    private static void send(Session session, MessageProducer producer, int count) throws JMSException {
        for (int i = 0; i < count; i++) {
            var message = session.createBytesMessage();
            message.writeBytes(Workloads.body(0, Workloads.BODY_BYTES));
            producer.send(message);
        }
    }

    private static void receive(MessageConsumer consumer, int count) throws JMSException {
        for (int i = 0; i < count; i++) {
            Message message = consumer.receive(RECEIVE_TIMEOUT_MS);
            if (message == null) {
                throw new IllegalStateException(
                        "message " + i + " of " + count + " did not come within " + RECEIVE_TIMEOUT_MS + " ms");
            }
        }
    }
}
