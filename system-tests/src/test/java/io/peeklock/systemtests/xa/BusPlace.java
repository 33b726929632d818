/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.narayana.NarayanaRecovery;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * A namespace on disk: a message is an order.
 *
 * <p>As {@link Place}.
 */
final class BusPlace implements Place {

    private static final int PARTITIONS = 4;
    private static final int PAGE = 250;
    private static final long PATIENCE_MS = 30_000;

    private final Role role;
    private final @Nullable BusBook taken;
    private final List<BusBook> noted;
    private final PeeklockXAConnectionFactory factory;
    private final Connection plain;
    private final BusSession session;
    private final XAConnection connection;

    private BusPlace(Role role, Path directory, @Nullable BusBook taken, List<BusBook> noted) throws JMSException {
        this.role = role;
        this.taken = taken;
        this.noted = noted;
        factory = new PeeklockXAConnectionFactory("peeklock:file:" + directory.resolve(role.name()) + "?partitions="
                + PARTITIONS + "&autoCreate=false&linger=0&journal.fileSize=1MiB");
        plain = factory.createConnection();
        plain.start();
        session = (BusSession) plain.createSession(Session.AUTO_ACKNOWLEDGE);
        connection = factory.createXAConnection();
        connection.start();
    }

    /** Opens a namespace from which orders are taken, if a book is named for it, and in which they are noted in others. */
    static BusPlace open(Role role, Path directory, @Nullable BusBook taken, BusBook... noted) throws JMSException {
        BusPlace place = new BusPlace(role, directory, taken, List.of(noted));
        Namespace bus = place.session.namespace();
        place.allBooks().forEach(book -> book.create(bus));
        return place;
    }

    private List<BusBook> allBooks() {
        List<BusBook> all = new ArrayList<>(noted);
        if (taken != null) {
            all.add(taken);
        }
        return all;
    }

    @Override
    public Role role() {
        return role;
    }

    @Override
    public String storeName() throws JMSException {
        return session.namespace().id().toString();
    }

    @Override
    public Desk desk() throws JMSException {
        return new BusDesk(connection.createXASession());
    }

    @Override
    public synchronized void put(String order) throws JMSException {
        try (MessageProducer producer = session.createProducer(taken.destination(session))) {
            producer.send(message(session, order));
        }
    }

    private static TextMessage message(Session session, String order) throws JMSException {
        TextMessage message = session.createTextMessage(order);
        message.setStringProperty("JMS_SB_PartitionKey", order);
        return message;
    }

    @Override
    public AutoCloseable recoverBy(TransactionService service, UnaryOperator<XAResource> seen) {
        return NarayanaRecovery.register(service.recoveryManager(), SeenFactory.of(factory, seen));
    }

    @Override
    public Map<String, List<String>> books() throws JMSException {
        Map<String, List<String>> books = new HashMap<>();
        for (BusBook book : allBooks()) {
            List<String> orders = new ArrayList<>();
            for (TextMessage message : peek(book.source(session))) {
                if (state(message).equals("Active")) {
                    orders.add(message.getText());
                }
            }
            books.put(book.name(), orders);
        }
        return books;
    }

    private List<TextMessage> peek(Queue source) throws JMSException {
        List<TextMessage> all = new ArrayList<>();
        List<Message> page = session.peek(source, 0, PAGE);
        while (!page.isEmpty()) {
            for (Message message : page) {
                all.add((TextMessage) message);
            }
            page = session.peek(source, sequenceNumber(page.get(page.size() - 1)) + 1, PAGE);
        }
        return all;
    }

    private static long sequenceNumber(Message message) throws JMSException {
        return message.getLongProperty("JMS_SB_SequenceNumber");
    }

    private static String state(Message message) throws JMSException {
        return message.getStringProperty("JMS_SB_State");
    }

    @Override
    public Map<String, List<String>> empty() throws JMSException {
        Map<String, List<String>> books = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> book : books().entrySet()) {
            List<String> orders = new ArrayList<>();
            try (MessageConsumer consumer =
                    session.createConsumer(book(book.getKey()).source(session))) {
                for (int i = 0; i < book.getValue().size(); i++) {
                    TextMessage message = (TextMessage) consumer.receive(PATIENCE_MS);
                    if (message == null) {
                        throw new IllegalStateException(book.getKey() + " has messages that do not come");
                    }
                    orders.add(message.getText());
                }
            }
            books.put(book.getKey(), orders);
        }
        return books;
    }

    private BusBook book(String name) {
        return allBooks().stream()
                .filter(book -> book.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public List<String> leftovers() throws JMSException {
        List<String> left = new ArrayList<>();
        try {
            for (PreparedBranch branch : session.namespace().preparedBranches().join()) {
                left.add(role + ": " + branch);
            }
        } catch (CompletionException e) {
            left.add(role + ": branches cannot be listed: " + e.getCause());
        }
        for (BusBook book : allBooks()) {
            for (TextMessage message : peek(book.source(session))) {
                if (!state(message).equals("Active")) {
                    left.add(book.name() + ": " + message.getText() + " is " + state(message));
                }
            }
            for (TextMessage message : peek(book.deadLetters(session))) {
                left.add(book.name() + ": " + message.getText() + " is a dead letter");
            }
        }
        return left;
    }

    @Override
    public void close() throws JMSException {
        plain.close();
        connection.close();
        factory.close();
    }

    /** A session, and what it has open. */
    private final class BusDesk implements Desk {

        private final XASession session;
        private final @Nullable MessageConsumer consumer;
        private final Map<BusBook, MessageProducer> producers = new HashMap<>();

        private BusDesk(XASession session) throws JMSException {
            this.session = session;
            this.consumer = taken == null ? null : session.createConsumer(taken.source(session));
            for (BusBook book : noted) {
                producers.put(book, session.createProducer(book.destination(session)));
            }
        }

        @Override
        public XAResource resource() {
            return session.getXAResource();
        }

        @Override
        public String take() throws JMSException {
            TextMessage message = (TextMessage) consumer.receive(PATIENCE_MS);
            if (message == null) {
                throw new IllegalStateException("No order comes");
            }
            return message.getText();
        }

        @Override
        public void note(String order) throws JMSException {
            for (MessageProducer producer : producers.values()) {
                producer.send(message(session, order));
            }
        }
    }
}
