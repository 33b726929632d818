/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration.azure.before;

import com.azure.servicebus.jms.ServiceBusJmsConnectionFactory;
import com.azure.servicebus.jms.ServiceBusJmsConnectionFactorySettings;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.List;
import java.util.function.Consumer;

/**
 * The day of a coffee shop: orders, dead letters, prices, a reservation, bills, a question and parcels.
 *
 * <p>Used once, by one thread.
 */
public final class Orders {

    private static final long PATIENCE_MS = 1_000;
    private static final int INDIVIDUAL_ACKNOWLEDGE = 101;
    private static final String ACK_TYPE = "JMS_AMQP_ACK_TYPE";
    private static final int DEAD_LETTER = 2;
    private static final int ABANDON = 4;

    private final Connection connection;
    private final Consumer<String> log;

    private Orders(Connection connection, Consumer<String> log) {
        this.connection = connection;
        this.log = log;
    }

    /** Connects to the namespace of the connection string that is given. */
    public static void main(String[] args) throws Exception {
        run(args[0], System.out::println);
    }

    /** @param log is told what happens, line by line */
    public static void run(String connectionString, Consumer<String> log) throws Exception {
        try (Connection connection = factory(connectionString).createConnection()) {
            connection.setClientID("shop");
            connection.start();
            Orders orders = new Orders(connection, log);
            orders.work();
            orders.deadLetters();
            orders.prices();
            orders.later();
            orders.bills();
            orders.question();
            orders.oneByOne();
        }
    }

    private static ServiceBusJmsConnectionFactory factory(String connectionString) {
        ServiceBusJmsConnectionFactorySettings settings = new ServiceBusJmsConnectionFactorySettings();
        settings.setConnectionIdleTimeoutMS(120_000);
        return new ServiceBusJmsConnectionFactory(connectionString, settings);
    }

    /** Each is settled by itself: completed, abandoned to come again at once, or dead-lettered as unreadable. */
    private void work() throws JMSException {
        try (Session session = connection.createSession(INDIVIDUAL_ACKNOWLEDGE)) {
            Queue orders = session.createQueue("orders");
            try (MessageProducer producer = session.createProducer(orders)) {
                for (String drink : List.of("one espresso", "a drink that nobody knows", "???", "two teas")) {
                    TextMessage order = session.createTextMessage(drink);
                    order.setStringProperty("country", "IT");
                    order.setIntProperty("cups", 2);
                    producer.send(order, DeliveryMode.PERSISTENT, 4, 60_000);
                }
            }
            try (MessageConsumer consumer = session.createConsumer(orders, "country = 'IT' AND cups > 1")) {
                for (Message order = consumer.receive(PATIENCE_MS); order != null; ) {
                    String drink = order.getBody(String.class);
                    if (drink.startsWith("a drink")) {
                        log.accept("failed: " + drink + ", delivery " + order.getIntProperty("JMSXDeliveryCount"));
                        order.setIntProperty(ACK_TYPE, ABANDON);
                    } else if (drink.startsWith("?")) {
                        log.accept("unreadable");
                        order.setIntProperty(ACK_TYPE, DEAD_LETTER);
                    } else {
                        log.accept("made: " + drink);
                    }
                    order.acknowledge();
                    order = consumer.receive(PATIENCE_MS);
                }
            }
        }
    }

    private void deadLetters() throws JMSException {
        try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue("orders/$deadletterqueue"))) {
            for (Message dead = consumer.receive(PATIENCE_MS); dead != null; ) {
                String reason = dead.getStringProperty("DeadLetterReason");
                log.accept("dead letter: " + dead.getBody(String.class) + ", reason: " + reason);
                dead.acknowledge();
                dead = consumer.receive(PATIENCE_MS);
            }
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

    /** Two messages for a later time, by the API. */
    private void later() throws JMSException {
        try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            Queue reservations = session.createQueue("reservations");
            long due = System.currentTimeMillis() + 1_000;
            try (MessageProducer producer = session.createProducer(reservations)) {
                producer.setDeliveryDelay(1_000);
                producer.send(session.createTextMessage("a table for six"));
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
