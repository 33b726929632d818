/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.Child;
import io.peeklock.benchmarks.process.Load;
import io.peeklock.benchmarks.process.Measurement;
import io.peeklock.benchmarks.subject.PeeklockPeer;
import io.peeklock.benchmarks.workload.Worker;
import io.peeklock.benchmarks.workload.Workloads;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.BusSession;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * The child process that sends and receives while there is much of something: messages, entities, sessions or consumers.
 *
 * <p>Its main thread prepares; workers, a thread each, then send a message and receive one, so that there stays as much.
 */
public final class SizeCost {

    /** What there is much of. */
    enum Axis {
        /** Messages in the queue. */
        DEPTH("messages deep", 4, 10, 10_000, 1_000_000),
        /** Queues, each with a message, ten of which are used. */
        ENTITIES("queues", 4, 10, 10_000),
        /** Sessions of a queue that requires them, each with a message. */
        SESSIONS("sessions", 1, 1, 10_000),
        /** Listeners that wait at the queue, each in a session of its own. */
        CONSUMERS("listeners", 1, 1, 100, 10_000);

        private final String what;
        private final int workers;
        private final List<Integer> sizes;

        Axis(String what, int workers, Integer... sizes) {
            this.what = what;
            this.workers = workers;
            this.sizes = List.of(sizes);
        }

        /** For a reader, after the number. */
        String what() {
            return what;
        }

        /** Threads that send and receive. */
        int workers() {
            return workers;
        }

        List<Integer> sizes() {
            return sizes;
        }
    }

    private static final int BODY_BYTES = 256;
    private static final String NO_GROUP = "";
    private static final int USED_QUEUES = 10;
    private static final int PREPARED_AT_ONCE = 1000;
    private static final long RECEIVE_TIMEOUT_MS = 10_000;

    private final ConnectionFactory factory;
    private final int size;
    private final byte[] body = new byte[BODY_BYTES];

    private SizeCost(ConnectionFactory factory, int size) {
        this.factory = factory;
        this.size = size;
    }

    /** Arguments: axis, size, empty directory, milliseconds of warm-up, and measured. */
    public static void main(String[] args) {
        Duration warmUp = Duration.ofMillis(Long.parseLong(args[3]));
        Duration measure = Duration.ofMillis(Long.parseLong(args[4]));
        Child.run(
                Duration.ofSeconds(120),
                () -> run(Axis.valueOf(args[0]), Integer.parseInt(args[1]), Path.of(args[2]), warmUp, measure)
                        .toFields());
    }

    static Measurement run(Axis axis, int size, Path directory, Duration warmUp, Duration measure) throws Exception {
        PeeklockPeer peer = new PeeklockPeer("");
        peer.start(directory);
        SizeCost cost = new SizeCost(peer.connectionFactory(), size);
        try (Connection held = peer.connectionFactory().createConnection()) {
            held.start();
            List<Worker> workers = cost.prepare(axis, held);
            Measurement measured = new Load(workers).run(warmUp, measure);
            for (Worker worker : workers) {
                worker.close();
            }
            return measured;
        } finally {
            peer.stop();
        }
    }

    private List<Worker> prepare(Axis axis, Connection held) throws Exception {
        Session session = held.createSession(true, Session.SESSION_TRANSACTED);
        Queue queue = session.createQueue(Workloads.QUEUE);
        List<Worker> workers = new ArrayList<>();
        switch (axis) {
            case DEPTH -> {
                fill(session, i -> queue, i -> NO_GROUP);
                for (int i = 0; i < axis.workers(); i++) {
                    workers.add(new Exchange(List.of(Workloads.QUEUE), 1));
                }
            }
            case ENTITIES -> {
                fill(session, i -> session.createQueue(Workloads.QUEUE + i), i -> NO_GROUP);
                List<String> used = new ArrayList<>();
                for (int i = 0; i < USED_QUEUES; i++) {
                    used.add(Workloads.QUEUE + i * (size / USED_QUEUES));
                }
                for (int i = 0; i < axis.workers(); i++) {
                    workers.add(new Exchange(used, 1));
                }
            }
            case SESSIONS -> {
                ((BusSession) session)
                        .namespace()
                        .createQueue(QueueDescription.builder(Workloads.QUEUE)
                                .sessionRequired(true)
                                .build())
                        .join();
                fill(session, i -> queue, i -> "session-" + i);
                workers.add(new Exchange(List.of(Workloads.QUEUE), size));
            }
            case CONSUMERS -> workers.add(new Listened());
        }
        session.close();
        return workers;
    }

    /** What belongs to the message of a number. */
    private interface Choice<T> {
        T of(int number) throws JMSException;
    }

    private void fill(Session session, Choice<Queue> queues, Choice<String> groups) throws JMSException {
        MessageProducer producer = session.createProducer(null);
        for (int i = 0; i < size; i++) {
            producer.send(queues.of(i), message(session, groups.of(i)));
            if (i % PREPARED_AT_ONCE == 0) {
                session.commit();
            }
        }
        session.commit();
    }

    private Message message(Session session, String group) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(body);
        if (!group.isEmpty()) {
            message.setStringProperty("JMSXGroupID", group);
        }
        return message;
    }

    /** Sends a message to one of some queues, then receives one there. Owned by one thread. */
    private final class Exchange implements Worker {
        private final Connection connection = factory.createConnection();
        private final Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
        private final List<MessageProducer> producers = new ArrayList<>();
        private final List<MessageConsumer> consumers = new ArrayList<>();
        private final int groups;
        private int turn;

        Exchange(List<String> queues, int groups) throws JMSException {
            this.groups = groups;
            for (String name : queues) {
                producers.add(session.createProducer(session.createQueue(name)));
                consumers.add(session.createConsumer(session.createQueue(name)));
            }
            connection.start();
        }

        @Override
        public long once() throws JMSException {
            long start = System.nanoTime();
            int queue = turn++ % producers.size();
            boolean ofSessions = groups > 1 || size == 1;
            producers.get(queue).send(message(session, ofSessions ? "session-" + turn % groups : NO_GROUP));
            Message message = consumers.get(queue).receive(RECEIVE_TIMEOUT_MS);
            if (message == null) {
                throw new IllegalStateException("no message came within " + RECEIVE_TIMEOUT_MS + " ms");
            }
            message.acknowledge();
            return System.nanoTime() - start;
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }

    /** Sends a message and waits until one of many listeners has acknowledged it. Owned by one thread. */
    private final class Listened implements Worker {
        private final Connection connection = factory.createConnection();
        private final Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        private final MessageProducer producer = session.createProducer(session.createQueue(Workloads.QUEUE));
        private final SynchronousQueue<Message> acknowledged = new SynchronousQueue<>();

        Listened() throws JMSException {
            for (int i = 0; i < size; i++) {
                Session one = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
                one.createConsumer(one.createQueue(Workloads.QUEUE)).setMessageListener(this::came);
            }
            connection.start();
        }

        private void came(Message message) {
            try {
                message.acknowledge();
                acknowledged.put(message);
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public long once() throws JMSException, InterruptedException {
            long start = System.nanoTime();
            producer.send(message(session, NO_GROUP));
            if (acknowledged.poll(RECEIVE_TIMEOUT_MS, TimeUnit.MILLISECONDS) == null) {
                throw new IllegalStateException("no message came within " + RECEIVE_TIMEOUT_MS + " ms");
            }
            return System.nanoTime() - start;
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }
}
