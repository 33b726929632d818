/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration.artemis.before;

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
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * The day of a coffee shop: orders, dead letters, prices, a reservation, bills, a question, tables and payments.
 *
 * <p>Used once, by one thread.
 */
public final class Orders {

    private static final long PATIENCE_MS = 1_000;
    private static final int INDIVIDUAL_ACKNOWLEDGE = 101;

    private final Connection connection;
    private final Consumer<String> log;

    private Orders(Connection connection, Consumer<String> log) {
        this.connection = connection;
        this.log = log;
    }

    /** Keeps the broker in the directory that is given. */
    public static void main(String[] args) throws Exception {
        run(Path.of(args[0]), System.out::println);
    }

    /** @param log is told what happens, line by line */
    public static void run(Path directory, Consumer<String> log) throws Exception {
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration(directory));
        server.start();
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory("vm://0?consumerWindowSize=0");
                Connection connection = factory.createConnection()) {
            connection.setClientID("shop");
            connection.start();
            Orders orders = new Orders(connection, log);
            orders.work();
            orders.deadLetters();
            orders.prices();
            orders.later();
            orders.bills();
            orders.question();
            orders.tables();
            orders.payments();
            orders.oneByOne();
        } finally {
            server.stop();
        }
    }

    private static Configuration configuration(Path directory) throws Exception {
        AddressSettings settings = new AddressSettings()
                .setMaxDeliveryAttempts(3)
                .setRedeliveryDelay(0)
                .setDeadLetterAddress(SimpleString.of("DLQ"))
                .setExpiryAddress(SimpleString.of("ExpiryQueue"));
        return new ConfigurationImpl()
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalType(JournalType.NIO)
                .setJournalDirectory(directory.resolve("journal").toString())
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .addAddressSetting("#", settings)
                .addAddressConfiguration(new CoreAddressConfiguration()
                        .setName("DLQ")
                        .addRoutingType(RoutingType.ANYCAST)
                        .addQueueConfiguration(QueueConfiguration.of("DLQ").setRoutingType(RoutingType.ANYCAST)))
                .addAcceptorConfiguration("in-vm", "vm://0");
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
                MessageConsumer consumer = session.createConsumer(session.createQueue("DLQ"))) {
            Message dead = consumer.receive(PATIENCE_MS);
            log.accept(
                    "dead letter of " + dead.getStringProperty("_AMQ_ORIG_QUEUE") + ": " + dead.getBody(String.class));
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
            session.unsubscribe("screens");
        }
    }

    private static int count(MessageConsumer consumer) throws JMSException {
        int count = 0;
        while (consumer.receive(PATIENCE_MS) != null) {
            count++;
        }
        return count;
    }

    /** Two messages for a later time, by the property of Artemis and by the API. */
    private void later() throws JMSException {
        try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            Queue reservations = session.createQueue("reservations");
            long due = System.currentTimeMillis() + 1_000;
            try (MessageProducer producer = session.createProducer(reservations)) {
                Message reservation = session.createTextMessage("a table for six");
                reservation.setLongProperty("_AMQ_SCHED_DELIVERY", due);
                producer.send(reservation);
                producer.setDeliveryDelay(1_500);
                producer.send(session.createTextMessage("a table for two"));
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
            MessageProducer producer = session.createProducer(null);
            producer.send(baskets, session.createTextMessage("two teas"));
            session.commit();
            MessageConsumer consumer = session.createConsumer(baskets);
            for (boolean paid : List.of(false, true)) {
                Message basket = consumer.receive(PATIENCE_MS);
                producer.send(bills, session.createTextMessage("bill for " + basket.getBody(String.class)));
                log.accept("basket, redelivered: " + basket.getJMSRedelivered());
                if (paid) {
                    session.commit();
                } else {
                    session.rollback();
                }
            }
            log.accept("bills: " + count(session.createConsumer(bills)));
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

    /** A payment that is sent twice is there once. */
    private void payments() throws JMSException {
        try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            Queue payments = session.createQueue("payments");
            try (MessageProducer producer = session.createProducer(payments)) {
                for (int i = 0; i < 2; i++) {
                    Message payment = session.createTextMessage("12.50");
                    payment.setStringProperty("_AMQ_DUPL_ID", "invoice 4711");
                    producer.send(payment);
                }
            }
            log.accept("payments: " + count(session.createConsumer(payments)));
        }
    }

    /** In this mode a message is acknowledged by itself. */
    private void oneByOne() throws JMSException {
        try (Session session = connection.createSession(INDIVIDUAL_ACKNOWLEDGE)) {
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
