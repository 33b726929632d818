/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration.activemq.after;

import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * The day of a coffee shop: orders, dead letters, prices, a reservation, bills, a question, tables and parcels.
 *
 * <p>Used once, by one thread.
 */
public final class Orders {

    private static final long PATIENCE_MS = 1_000;

    private final Connection connection;
    private final Consumer<String> log;

    private Orders(Connection connection, Consumer<String> log) {
        this.connection = connection;
        this.log = log;
    }

    /** Keeps the bus in the directory that is given. */
    public static void main(String[] args) throws Exception {
        run(Path.of(args[0]), System.out::println);
    }

    /** @param log is told what happens, line by line */
    public static void run(Path directory, Consumer<String> log) throws Exception {
        try (PeeklockConnectionFactory factory = factory(directory);
                Connection connection = factory.createConnection()) {
            connection.setClientID("shop");
            createTables(connection);
            connection.start();
            Orders orders = new Orders(connection, log);
            orders.work();
            orders.deadLetters();
            orders.prices();
            orders.later();
            orders.bills();
            orders.question();
            orders.tables();
            orders.oneByOne();
        }
    }

    private static PeeklockConnectionFactory factory(Path directory) {
        return new PeeklockConnectionFactory(ConnectionFactorySettings.file(directory)
                .defaultMaxDeliveryCount(3)
                .build());
    }

    /** Groups are a setting of the queue; once it is there, it stays. */
    private static void createTables(Connection connection) throws JMSException {
        try (BusSession session = (BusSession) connection.createSession()) {
            if (session.namespace().queues().join().stream()
                    .noneMatch(queue -> queue.name().equals("tables"))) {
                session.namespace()
                        .createQueue(QueueDescription.builder("tables")
                                .sessionRequired(true)
                                .build())
                        .join();
            }
        }
    }

    /** What is made is acknowledged; what fails is recovered, and comes again at once. */
    private void work() throws JMSException {
        try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
            Queue orders = session.createQueue("orders");
            try (MessageProducer producer = session.createProducer(orders)) {
                for (String drink : List.of("one espresso", "a drink that nobody knows", "two teas")) {
                    TextMessage order = session.createTextMessage(drink);
                    order.setStringProperty("country", "IT");
                    order.setIntProperty("cups", 2);
                    producer.send(order, DeliveryMode.PERSISTENT, 4, 60_000);
                }
            }
            try (QueueBrowser browser = session.createBrowser(orders)) {
                log.accept(Collections.list(browser.getEnumeration()).size() + " orders wait");
            }
            try (MessageConsumer consumer = session.createConsumer(orders, "country = 'IT' AND cups > 1")) {
                for (Message order = consumer.receive(PATIENCE_MS); order != null; ) {
                    String drink = order.getBody(String.class);
                    int delivery = order.getIntProperty("JMSXDeliveryCount");
                    if (drink.startsWith("a drink")) {
                        log.accept("failed: " + drink + ", delivery " + delivery);
                        session.recover();
                    } else {
                        log.accept("made: " + drink + ", delivery " + delivery);
                        order.acknowledge();
                    }
                    order = consumer.receive(PATIENCE_MS);
                }
            }
        }
    }

    private void deadLetters() throws JMSException {
        try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue("orders/$deadletterqueue"))) {
            Message dead = consumer.receive(PATIENCE_MS);
            String queue = ((Queue) dead.getJMSDestination()).getQueueName();
            log.accept("dead letter of " + queue + ": " + dead.getBody(String.class));
            log.accept("reason: " + dead.getStringProperty("DeadLetterReason"));
            dead.acknowledge();
        }
    }

    /** The ledger gets what was published while it was closed; two screens share the prices. */
    private void prices() throws JMSException {
        try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            Topic prices = session.createTopic("prices");
            session.createDurableSubscriber(prices, "ledger", "symbol = 'TEA'", false)
                    .close();
            try (MessageConsumer left = session.createSharedDurableConsumer(prices, "screens");
                    MessageConsumer right = session.createSharedDurableConsumer(prices, "screens");
                    MessageProducer producer = session.createProducer(prices)) {
                for (String symbol : List.of("TEA", "COCOA")) {
                    TextMessage price = session.createTextMessage(symbol + " 12.50");
                    price.setStringProperty("symbol", symbol);
                    producer.send(price);
                }
                log.accept("screens: " + (count(left) + count(right)) + " prices");
            }
            try (MessageConsumer ledger = session.createDurableSubscriber(prices, "ledger", "symbol = 'TEA'", false)) {
                log.accept("ledger: " + ledger.receive(PATIENCE_MS).getBody(String.class));
            }
            session.unsubscribe("ledger");
        }
    }

    private static int count(MessageConsumer consumer) throws JMSException {
        int count = 0;
        while (consumer.receive(PATIENCE_MS) != null) {
            count++;
        }
        return count;
    }

    /** Two messages for a later time. */
    private void later() throws JMSException {
        try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            Queue reservations = session.createQueue("reservations");
            long due = System.currentTimeMillis() + 1_000;
            try (MessageProducer producer = session.createProducer(reservations)) {
                Message reservation = session.createTextMessage("a table for six");
                producer.setDeliveryDelay(1_000);
                producer.send(reservation);
                reservation = session.createTextMessage("a table for two");
                producer.setDeliveryDelay(1_500);
                producer.send(reservation);
            }
            try (MessageConsumer consumer = session.createConsumer(reservations)) {
                for (int i = 0; i < 2; i++) {
                    Message reservation = consumer.receive(10_000);
                    boolean early = System.currentTimeMillis() < due;
                    log.accept(reservation.getBody(String.class) + (early ? ", too early" : ", in time"));
                }
            }
        }
    }

    /** What is received and what is sent for it happen together, or not at all. */
    private void bills() throws JMSException {
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
            Queue baskets = session.createQueue("baskets");
            Queue bills = session.createQueue("bills");
            Queue archive = session.createQueue("archive");
            MessageProducer producer = session.createProducer(null);
            producer.send(baskets, session.createTextMessage("two teas"));
            session.commit();
            MessageConsumer consumer = session.createConsumer(baskets);
            for (boolean paid : List.of(false, true)) {
                Message basket = consumer.receive(PATIENCE_MS);
                producer.send(bills, session.createTextMessage("bill for " + basket.getBody(String.class)));
                producer.send(archive, session.createTextMessage("bill for " + basket.getBody(String.class)));
                log.accept("basket, redelivered: " + basket.getJMSRedelivered());
                if (paid) {
                    session.commit();
                } else {
                    session.rollback();
                }
            }
            log.accept("bills: " + count(session.createConsumer(session.createQueue("bills"))));
            log.accept("archive: " + count(session.createConsumer(session.createQueue("archive"))));
            session.commit();
        }
    }

    private void question() throws JMSException {
        try (Session asking = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                Session answering = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            Queue questions = asking.createQueue("questions");
            answering.createConsumer(questions).setMessageListener(question -> answer(answering, question));
            TemporaryQueue answers = asking.createTemporaryQueue();
            TextMessage question = asking.createTextMessage("how much is the tea?");
            question.setJMSReplyTo(answers);
            question.setJMSCorrelationID("question 1");
            asking.createProducer(questions).send(question);
            Message answer = asking.createConsumer(answers).receive(10_000);
            log.accept(answer.getJMSCorrelationID() + ": " + answer.getBody(String.class));
        }
    }

    private static void answer(Session session, Message question) {
        try {
            TextMessage answer = session.createTextMessage("12.50");
            answer.setJMSCorrelationID(question.getJMSCorrelationID());
            session.createProducer(question.getJMSReplyTo()).send(answer);
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What belongs to a table stays in order, whoever serves it. */
    private void tables() throws JMSException {
        try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            Queue tables = session.createQueue("tables");
            try (MessageProducer producer = session.createProducer(tables)) {
                for (String course : List.of("A soup", "B soup", "A cake", "B cake")) {
                    Message order = session.createTextMessage(course);
                    order.setStringProperty("JMSXGroupID", course.substring(0, 1));
                    producer.send(order);
                }
            }
            try (MessageConsumer consumer = session.createConsumer(tables)) {
                for (int i = 0; i < 4; i++) {
                    log.accept("table " + consumer.receive(PATIENCE_MS).getBody(String.class));
                }
            }
        }
    }

    /** In this mode a message is acknowledged by itself. */
    private void oneByOne() throws JMSException {
        try (Session session = connection.createSession(BusSession.INDIVIDUAL_ACKNOWLEDGE)) {
            Queue parcels = session.createQueue("parcels");
            try (MessageProducer producer = session.createProducer(parcels)) {
                producer.send(session.createTextMessage("parcel 1"));
                producer.send(session.createTextMessage("parcel 2"));
            }
            MessageConsumer consumer = session.createConsumer(parcels);
            consumer.receive(PATIENCE_MS);
            consumer.receive(PATIENCE_MS).acknowledge();
            session.recover();
            log.accept("left: " + consumer.receive(PATIENCE_MS).getBody(String.class));
        }
    }
}
