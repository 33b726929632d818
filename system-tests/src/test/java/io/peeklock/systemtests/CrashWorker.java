/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import static io.peeklock.systemtests.WorkerEvent.Kind.ACKNOWLEDGED;
import static io.peeklock.systemtests.WorkerEvent.Kind.ACKNOWLEDGING;
import static io.peeklock.systemtests.WorkerEvent.Kind.OPEN;
import static io.peeklock.systemtests.WorkerEvent.Kind.RECOVERED;
import static io.peeklock.systemtests.WorkerEvent.Kind.SENDING;
import static io.peeklock.systemtests.WorkerEvent.Kind.SENT;
import static io.peeklock.systemtests.WorkerEvent.Kind.STARTED;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The program of a process that will be killed: sends and receives without end and says what it does.
 *
 * <p>Each worker has a thread, a session and a random generator of its own.
 */
final class CrashWorker {

    private static final int SENDERS = 2;
    private static final int TRANSACTED_SENDERS = 1;
    private static final int RECEIVERS = 3;
    private static final int KEYS = 40;

    private final Connection connection;
    private final CrashTarget target;
    private final String name;
    private final Random random;

    private CrashWorker(Connection connection, CrashTarget target, String name, long seed) {
        this.connection = connection;
        this.target = target;
        this.name = name;
        this.random = new Random(seed ^ name.hashCode());
    }

    /** Takes the URL, the number of the process, the seed and the target. */
    public static void main(String[] args) throws Exception {
        say(WorkerEvent.of(STARTED, List.of()));
        int run = Integer.parseInt(args[1]);
        long seed = Long.parseLong(args[2]);
        CrashTarget target = CrashTarget.valueOf(args[3]);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(args[0]);
                Connection connection = factory.createConnection()) {
            connection.setClientID(CrashTarget.CLIENT_ID);
            // Subscriptions are there before anything is published.
            for (int i = 0; i < RECEIVERS; i++) {
                try (Session session = connection.createSession()) {
                    target.consumer(session, i).close();
                }
            }
            connection.start();
            say(WorkerEvent.of(OPEN, List.of()));
            ExecutorCompletionService<Void> ends = new ExecutorCompletionService<>(threads);
            for (int i = 0; i < SENDERS + TRANSACTED_SENDERS; i++) {
                CrashWorker sender = new CrashWorker(connection, target, run + "-" + i, seed);
                boolean transacted = i >= SENDERS;
                ends.submit(() -> transacted ? sender.sendTransactions() : sender.send());
            }
            for (int i = 0; i < RECEIVERS; i++) {
                CrashWorker receiver = new CrashWorker(connection, target, run + "-r" + i, seed);
                int number = i;
                ends.submit(() -> receiver.receive(number));
            }
            // None of them ends but by an error.
            ends.take().get();
        } catch (Exception e) {
            e.printStackTrace();
            // Without closing: the parent must see what a process that fails leaves behind.
            Runtime.getRuntime().halt(1);
        }
    }

    private Void send() throws JMSException {
        try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(target.destination(session))) {
            for (int i = 0; ; i++) {
                String id = name + "-" + i;
                TextMessage message = TestMessages.create(session, id, length());
                if (random.nextBoolean()) {
                    message.setStringProperty(TestMessages.PARTITION_KEY, key());
                }
                List<String> copies = target.copies(List.of(id));
                say(WorkerEvent.of(SENDING, copies));
                producer.send(message);
                say(WorkerEvent.of(SENT, copies));
            }
        }
    }

    private Void sendTransactions() throws JMSException {
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(target.destination(session))) {
            for (int i = 0; ; i++) {
                List<String> ids = new ArrayList<>();
                String key = key();
                int size = 2 + random.nextInt(5);
                for (int k = 0; k < size; k++) {
                    ids.add(name + "-" + i + "-" + k);
                    TextMessage message = TestMessages.create(session, ids.get(k), length());
                    message.setStringProperty(TestMessages.PARTITION_KEY, key);
                    producer.send(message);
                }
                if (random.nextInt(10) == 0) {
                    session.rollback();
                } else {
                    List<String> copies = target.copies(ids);
                    say(WorkerEvent.of(SENDING, copies));
                    session.commit();
                    say(WorkerEvent.of(SENT, copies));
                }
            }
        }
    }

    private Void receive(int number) throws JMSException {
        try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer consumer = target.consumer(session, number)) {
            String prefix = target.prefix(number);
            List<String> held = new ArrayList<>();
            while (true) {
                Message message = consumer.receive();
                WorkerEvent got = TestMessages.got(prefix, message);
                say(got);
                held.addAll(got.ids());
                switch (random.nextInt(8)) {
                    case 0 -> {
                        session.recover();
                        say(WorkerEvent.of(RECOVERED, held));
                        held.clear();
                    }
                    case 1, 2 -> {
                        say(WorkerEvent.of(ACKNOWLEDGING, held));
                        message.acknowledge();
                        say(WorkerEvent.of(ACKNOWLEDGED, held));
                        held.clear();
                    }
                    default -> {
                        // Kept, with the next ones.
                    }
                }
            }
        }
    }

    /** Mostly short, now and then larger than a record of the journal. */
    private int length() {
        return random.nextInt(50) == 0 ? 200_000 : random.nextInt(2_000);
    }

    /** One key in three is the same: a busy partition proves more about what its journal holds at a kill. */
    private String key() {
        return random.nextInt(3) == 0 ? "busy" : "key-" + random.nextInt(KEYS);
    }

    private static void say(WorkerEvent event) {
        JavaProcess.print(event.format());
    }
}
