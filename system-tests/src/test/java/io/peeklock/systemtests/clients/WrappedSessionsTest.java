/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static io.peeklock.systemtests.clients.WrappedBroker.LONG_MS;
import static io.peeklock.systemtests.clients.WrappedBroker.deliveryCount;
import static io.peeklock.systemtests.clients.WrappedBroker.take;
import static io.peeklock.systemtests.clients.WrappedBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an application does with queues comes to the same whatever lends it its connections and sessions. */
@ParameterizedClass
@EnumSource(FactoryWrapping.class)
class WrappedSessionsTest {

    private static final String ORDERS = "orders";

    @Parameter
    FactoryWrapping wrapping;

    private WrappedBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new WrappedBroker(wrapping);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    @Nested
    class Sending {

        @Test
        void inASessionEachAndReceivingThemSoKeepsAll() throws JMSException {
            broker.send(ORDERS, numbers(100).toArray(String[]::new));
            List<String> received = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                received.add(broker.receive(ORDERS));
            }
            assertThat(received).isEqualTo(numbers(100));
            assertThat(broker.receive(ORDERS)).isNull();
        }

        @Test
        void withoutADestinationOfItsOwnReachesEachThatIsNamed() throws JMSException {
            for (int i = 0; i < 20; i++) {
                String text = Integer.toString(i);
                String queue = "queue" + i % 4;
                broker.inSession(Session.AUTO_ACKNOWLEDGE, session -> {
                    try (MessageProducer producer = session.createProducer(null)) {
                        producer.send(session.createQueue(queue), session.createTextMessage(text));
                        return text;
                    }
                });
            }
            assertThat(broker.drain("queue3")).containsExactly("3", "7", "11", "15", "19");
            assertThat(broker.drain("queue0")).containsExactly("0", "4", "8", "12", "16");
        }

        /** A producer that is kept for the next one must not remember what the last one wanted. */
        @Test
        void afterAnotherHasChangedItsProducerIsAsItComes() throws JMSException {
            broker.inSession(Session.AUTO_ACKNOWLEDGE, session -> {
                try (MessageProducer producer = session.createProducer(session.createQueue(ORDERS))) {
                    producer.setPriority(9);
                    producer.setTimeToLive(1);
                    producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
                    producer.setDisableMessageTimestamp(true);
                    return producer;
                }
            });
            Message message = broker.inSession(Session.AUTO_ACKNOWLEDGE, session -> {
                try (MessageProducer producer = session.createProducer(session.createQueue(ORDERS))) {
                    Message sent = session.createTextMessage("next");
                    producer.send(sent);
                    return sent;
                }
            });
            assertThat(message.getJMSPriority()).isEqualTo(Message.DEFAULT_PRIORITY);
            assertThat(message.getJMSExpiration()).isZero();
            assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        }
    }

    @Nested
    class Receiving {

        /** A consumer that is kept for the next one must not keep messages. */
        @Test
        void elsewhereGetsWhatAClosedConsumerLeaves() throws JMSException {
            assertThat(broker.receive(ORDERS)).isNull();
            broker.send(ORDERS, "a", "b");
            assertThat(broker.drain(ORDERS)).containsExactly("a", "b");
        }

        @Test
        void bySelectorGetsTheReplyToARequest() throws JMSException {
            broker.send("requests", "ping");
            String id = broker.inSession(Session.AUTO_ACKNOWLEDGE, session -> {
                MessageConsumer consumer = session.createConsumer(session.createQueue("requests"));
                Message request = take(consumer);
                consumer.close();
                MessageProducer producer = session.createProducer(session.createQueue("replies"));
                for (String correlation : List.of("another's", request.getJMSMessageID())) {
                    TextMessage reply = session.createTextMessage("to " + correlation);
                    reply.setJMSCorrelationID(correlation);
                    producer.send(reply);
                }
                producer.close();
                return request.getJMSMessageID();
            });
            String reply = broker.inSession(Session.AUTO_ACKNOWLEDGE, session -> {
                Queue replies = session.createQueue("replies");
                try (MessageConsumer consumer = session.createConsumer(replies, "JMSCorrelationID = '" + id + "'")) {
                    return text(take(consumer));
                }
            });
            assertThat(reply).isEqualTo("to " + id);
        }

        @Test
        void inAContextIsTheSame() throws JMSException {
            try (JMSContext context = broker.factory().createContext()) {
                context.createProducer().send(context.createQueue(ORDERS), "sent");
            }
            try (JMSContext context = broker.factory().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
                Message message =
                        context.createConsumer(context.createQueue(ORDERS)).receive(LONG_MS);
                assertThat(text(message)).isEqualTo("sent");
                // Not by the context: the pool's has no such call.
                message.acknowledge();
            }
            broker.unwrap();
            assertThat(broker.drain(ORDERS)).isEmpty();
        }
    }

    @Nested
    class ClientAcknowledge {

        @Test
        @Tag("L2")
        void completesWhatTheSessionHasHad() throws JMSException {
            broker.send(ORDERS, "a", "b", "c");
            broker.inSession(Session.CLIENT_ACKNOWLEDGE, session -> {
                MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
                take(consumer);
                take(consumer).acknowledge();
                consumer.close();
                return true;
            });
            broker.unwrap();
            assertThat(broker.drain(ORDERS)).containsExactly("c");
        }

        @Test
        @Tag("L6")
        void recoversWhatTheSessionHasHad() throws JMSException {
            broker.send(ORDERS, "a", "b");
            broker.inSession(Session.CLIENT_ACKNOWLEDGE, session -> {
                MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
                take(consumer);
                take(consumer);
                session.recover();
                Message again = take(consumer);
                assertThat(text(again)).isEqualTo("a");
                assertThat(again.getJMSRedelivered()).isTrue();
                assertThat(deliveryCount(again)).isEqualTo(2);
                assertThat(text(take(consumer))).isEqualTo("b");
                again.acknowledge();
                consumer.close();
                return true;
            });
            broker.unwrap();
            assertThat(broker.drain(ORDERS)).isEmpty();
        }

        /** A pool does not recover a session it takes back: what that holds comes back with the pool's end at the latest. */
        @Test
        @Tag("L9")
        void leftUndoneLosesNothing() throws JMSException {
            broker.send(ORDERS, "a", "b");
            broker.inSession(Session.CLIENT_ACKNOWLEDGE, session -> {
                MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
                take(consumer);
                consumer.close();
                return true;
            });
            broker.unwrap();
            assertThat(broker.drain(ORDERS)).containsExactly("a", "b");
        }

        /** Whoever gets the session next can give it back. */
        @Test
        void ofASessionThatIsUsedAgainRecoversWhatIsLeft() throws JMSException {
            broker.send(ORDERS, "a");
            Queue orders = broker.queue(ORDERS);
            for (int delivery = 1; delivery <= 3; delivery++) {
                int expected = delivery;
                broker.inSession(Session.CLIENT_ACKNOWLEDGE, session -> {
                    session.recover();
                    try (MessageConsumer consumer = session.createConsumer(orders)) {
                        assertThat(deliveryCount(take(consumer))).isEqualTo(expected);
                    }
                    return true;
                });
            }
        }
    }

    @Nested
    class Transacted {

        @Test
        @Tag("X1")
        void isCommitted() throws JMSException {
            broker.send(ORDERS, "in");
            for (int i = 0; i < 20; i++) {
                broker.inSession(Session.SESSION_TRANSACTED, session -> {
                    MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
                    MessageProducer producer = session.createProducer(session.createQueue(ORDERS));
                    producer.send(session.createTextMessage(text(take(consumer)) + "."));
                    session.commit();
                    consumer.close();
                    producer.close();
                    return true;
                });
            }
            assertThat(broker.drain(ORDERS)).containsExactly("in" + ".".repeat(20));
        }

        /** Pools and caches roll back what a session has left open. */
        @Test
        @Tag("X1")
        void isRolledBackByClosing() throws JMSException {
            broker.send(ORDERS, "a");
            for (int delivery = 1; delivery <= 3; delivery++) {
                int expected = delivery;
                broker.inSession(Session.SESSION_TRANSACTED, session -> {
                    MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
                    MessageProducer producer = session.createProducer(session.createQueue("others"));
                    Message message = take(consumer);
                    assertThat(deliveryCount(message)).isEqualTo(expected);
                    producer.send(session.createTextMessage("never"));
                    consumer.close();
                    producer.close();
                    return true;
                });
            }
            assertThat(broker.drain(ORDERS)).containsExactly("a");
            assertThat(broker.drain("others")).isEmpty();
        }
    }

    @Nested
    class TemporaryQueues {

        @Test
        @Tag("W6")
        void bringTheReplyToARequest() throws JMSException {
            for (int i = 0; i < 3; i++) {
                String text = "ping" + i;
                broker.inSession(Session.AUTO_ACKNOWLEDGE, session -> {
                    TemporaryQueue replies = session.createTemporaryQueue();
                    MessageConsumer consumer = session.createConsumer(replies);
                    MessageProducer producer = session.createProducer(session.createQueue("requests"));
                    TextMessage request = session.createTextMessage(text);
                    request.setJMSReplyTo(replies);
                    producer.send(request);
                    producer.close();
                    broker.answer("requests");
                    assertThat(text(take(consumer))).isEqualTo("re: " + text);
                    consumer.close();
                    replies.delete();
                    return true;
                });
            }
        }
    }

    @Nested
    class Browsing {

        @Test
        @Tag("N6")
        void takesNothing() throws JMSException {
            broker.send(ORDERS, "a", "b", "c");
            for (int i = 0; i < 3; i++) {
                List<String> seen = broker.inSession(Session.AUTO_ACKNOWLEDGE, session -> {
                    List<String> texts = new ArrayList<>();
                    try (QueueBrowser browser = session.createBrowser(session.createQueue(ORDERS))) {
                        for (Object message : Collections.list(browser.getEnumeration())) {
                            texts.add(text((Message) message));
                        }
                    }
                    return texts;
                });
                assertThat(seen).containsExactly("a", "b", "c");
            }
            assertThat(broker.drain(ORDERS)).containsExactly("a", "b", "c");
        }
    }

    @Nested
    class SharedConnections {

        /** A pool hands one connection to several: what one does to it must not close it under the others. */
        @Test
        void goOnForTheOthersWhenOneIsClosed() throws JMSException {
            try (Connection first = broker.factory().createConnection();
                    Connection second = broker.factory().createConnection()) {
                first.start();
                second.start();
                Session session = second.createSession();
                first.close();
                MessageProducer producer = session.createProducer(session.createQueue(ORDERS));
                producer.send(session.createTextMessage("a"));
                assertThat(text(take(session.createConsumer(session.createQueue(ORDERS)))))
                        .isEqualTo("a");
                session.close();
            }
        }
    }
}
