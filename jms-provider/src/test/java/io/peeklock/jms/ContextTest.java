/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The simplified API. */
class ContextTest {

    private final PeeklockConnectionFactory factory =
            new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID());
    private JMSContext context;
    private Queue queue;

    @BeforeEach
    void open() {
        context = factory.createContext();
        queue = context.createQueue("orders");
    }

    @AfterEach
    void close() {
        context.close();
        factory.close();
    }

    @Nested
    class Producing {

        @Test
        void putsOptionsHeadersAndPropertiesOnEachMessage() throws JMSException {
            JMSProducer producer = context.createProducer()
                    .setPriority(8)
                    .setTimeToLive(60_000)
                    .setJMSType("order")
                    .setJMSCorrelationID("c")
                    .setJMSReplyTo(queue)
                    .setProperty("count", 5)
                    .setProperty("name", "n");
            producer.send(queue, "a");
            Message received = context.createConsumer(queue).receive(TestBroker.LONG_MS);
            assertThat(received.getJMSPriority()).isEqualTo(8);
            assertThat(received.getJMSType()).isEqualTo("order");
            assertThat(received.getJMSCorrelationID()).isEqualTo("c");
            assertThat(received.getJMSReplyTo()).isEqualTo(queue);
            assertThat(received.getIntProperty("count")).isEqualTo(5);
            assertThat(producer.getStringProperty("count")).isEqualTo("5");
            assertThat(producer.getPropertyNames()).containsExactlyInAnyOrder("count", "name");
        }

        @Test
        void sendsEveryKindOfBody() {
            JMSProducer producer = context.createProducer();
            producer.send(queue, "text")
                    .send(queue, Map.of("k", 1))
                    .send(queue, new byte[] {1, 2})
                    .send(queue, 42);
            JMSConsumer consumer = context.createConsumer(queue);
            assertThat(consumer.receiveBody(String.class, TestBroker.LONG_MS)).isEqualTo("text");
            assertThat(consumer.receiveBody(Map.class, TestBroker.LONG_MS)).isEqualTo(Map.of("k", 1));
            assertThat(consumer.receiveBody(byte[].class, TestBroker.LONG_MS)).containsExactly(1, 2);
            assertThat(consumer.receiveBody(Integer.class, TestBroker.LONG_MS)).isEqualTo(42);
        }

        @Test
        void makesMessagesWithoutABodyOfNull() throws JMSException {
            context.createProducer()
                    .send(queue, (String) null)
                    .send(queue, (Map<String, Object>) null)
                    .send(queue, (byte[]) null)
                    .send(queue, (Serializable) null);
            JMSConsumer consumer = context.createConsumer(queue);
            for (Class<?> type :
                    List.of(TextMessage.class, MapMessage.class, BytesMessage.class, ObjectMessage.class)) {
                Message message = consumer.receive(TestBroker.LONG_MS);
                assertThat(message).isInstanceOf(type);
                assertThat(message.getBody(Object.class)).isNull();
            }
        }

        @Test
        void sendsAsynchronouslyWhenTold() throws Exception {
            BlockingQueue<Message> sent = new LinkedBlockingQueue<>();
            JMSProducer producer = context.createProducer().setAsync(new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    sent.add(message);
                }

                @Override
                public void onException(Message message, Exception exception) {
                    throw new AssertionError(exception);
                }
            });
            assertThat(producer.getAsync()).isNotNull();
            producer.setProperty("p", 1).send(queue, "a");
            Message message = sent.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
            assertThat(message.getIntProperty("p")).isEqualTo(1);
            assertThat(message.getJMSMessageID()).isNotNull();
            producer.setAsync(null).send(queue, "b");
            assertThat(sent).isEmpty();
        }

        @Test
        void cannotAddToAReceivedMessage() {
            context.createProducer().send(queue, "a");
            Message received = context.createConsumer(queue).receive(TestBroker.LONG_MS);
            JMSProducer producer = context.createProducer().setProperty("p", 1);
            assertThatThrownBy(() -> producer.send(queue, received))
                    .isInstanceOf(MessageNotWriteableRuntimeException.class);
        }

        @Test
        void showsItsPropertyNamesAsAViewThatCannotBeChanged() {
            JMSProducer producer = context.createProducer();
            Set<String> names = producer.getPropertyNames();
            assertThat(names).isEmpty();
            producer.setProperty("p", 1).setProperty("q", "text");
            assertThat(names).containsExactlyInAnyOrder("p", "q").hasSize(2).contains("q");
            assertThatThrownBy(() -> names.add("r")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> names.remove("p")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(names::clear).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> {
                        Iterator<String> each = names.iterator();
                        each.next();
                        each.remove();
                    })
                    .isInstanceOf(UnsupportedOperationException.class);
            producer.clearProperties();
            assertThat(names).isEmpty();
        }

        @Test
        void refusesAMapWithoutNamesAsAnInvalidMessage() {
            JMSProducer producer = context.createProducer();
            for (String name : new String[] {null, ""}) {
                Map<String, Object> body = new HashMap<>();
                body.put(name, 1);
                assertThatThrownBy(() -> producer.send(queue, body)).isInstanceOf(MessageFormatRuntimeException.class);
            }
        }

        @Test
        void refusesWithUncheckedExceptions() {
            JMSProducer producer = context.createProducer();
            assertThatThrownBy(() -> producer.setPriority(10)).isInstanceOf(JMSRuntimeException.class);
            assertThatThrownBy(() -> producer.send(null, "a")).isInstanceOf(InvalidDestinationRuntimeException.class);
            assertThatThrownBy(() -> producer.send(queue, (Message) null))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThatThrownBy(() -> producer.setProperty("p", new Object()))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThatThrownBy(() -> producer.setProperty("", 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> context.createConsumer(queue, "a ="))
                    .isInstanceOf(InvalidSelectorRuntimeException.class);
        }
    }

    @Nested
    class ReceivingABody {

        @Test
        void ofTheWrongTypeLeavesTheMessageUncountedToBeNext() throws JMSException {
            context.createProducer().send(queue, "a").send(queue, "b");
            JMSConsumer consumer = context.createConsumer(queue);
            assertThatThrownBy(() -> consumer.receiveBody(Map.class, TestBroker.LONG_MS))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            Message again = consumer.receive(TestBroker.LONG_MS);
            assertThat(again.getBody(String.class)).isEqualTo("a");
            assertThat(again.getJMSRedelivered()).isFalse();
        }

        @Test
        void ofTheWrongTypeCountsAsDeliveredWhenTheClientAcknowledges() {
            context.createProducer().send(queue, "a").send(queue, "b");
            try (JMSContext client = context.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
                JMSConsumer consumer = client.createConsumer(queue);
                assertThatThrownBy(() -> consumer.receiveBody(Map.class, TestBroker.LONG_MS))
                        .isInstanceOf(MessageFormatRuntimeException.class);
                assertThat(consumer.receiveBody(String.class, TestBroker.LONG_MS))
                        .isEqualTo("b");
                client.recover();
                assertThat(consumer.receiveBody(String.class, TestBroker.LONG_MS))
                        .isEqualTo("a");
                client.acknowledge();
            }
        }

        @Test
        void ofAMessageThatHasNoneIsRefused() {
            List<Message> bodiless = List.of(
                    context.createMessage(),
                    context.createStreamMessage(),
                    context.createTextMessage(),
                    context.createBytesMessage(),
                    context.createMapMessage(),
                    context.createObjectMessage());
            try (JMSContext client = context.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
                JMSConsumer consumer = client.createConsumer(queue);
                for (Message message : bodiless) {
                    context.createProducer().send(queue, message);
                    assertThatThrownBy(() -> consumer.receiveBody(Object.class, TestBroker.LONG_MS))
                            .as(message.toString())
                            .isInstanceOf(MessageFormatRuntimeException.class);
                }
                client.acknowledge();
            }
            assertThat(context.createConsumer(queue).receiveNoWait()).isNull();
        }

        /** Its class is trusted and fails all the same. */
        private static final class Explosive implements Serializable {
            private static final long serialVersionUID = 1L;

            private void readObject(ObjectInputStream in) {
                throw new AssertionError("on purpose");
            }
        }

        @Test
        void thatBreaksDownLeavesTheMessageUncountedToBeNext() throws JMSException {
            try (PeeklockConnectionFactory trusting =
                            new PeeklockConnectionFactory(factory.getUrl() + "?trustedPackages=io.peeklock");
                    JMSContext own = trusting.createContext()) {
                own.createProducer().send(queue, new Explosive());
                JMSConsumer consumer = own.createConsumer(queue);
                assertThatThrownBy(() -> consumer.receiveBody(Explosive.class, TestBroker.LONG_MS))
                        .isInstanceOf(AssertionError.class);
                Message again = consumer.receive(TestBroker.LONG_MS);
                assertThat(again).isInstanceOf(ObjectMessage.class);
                assertThat(TestBroker.deliveryCount(again)).isEqualTo(1);
            }
        }

        @Test
        void isNullWhenThereIsNoMessage() {
            assertThat(context.createConsumer(queue).receiveBodyNoWait(String.class))
                    .isNull();
        }
    }

    @Nested
    class Contexts {

        @Test
        void startByThemselvesUnlessTold() {
            context.setAutoStart(false);
            JMSConsumer consumer = context.createConsumer(queue);
            context.createProducer().send(queue, "a");
            assertThat(consumer.receiveNoWait()).isNull();
            context.start();
            assertThat(consumer.receiveBody(String.class, TestBroker.LONG_MS)).isEqualTo("a");
        }

        @Test
        void shareTheConnectionUntilTheLastIsClosed() {
            JMSContext second = context.createContext(JMSContext.SESSION_TRANSACTED);
            assertThat(second.getTransacted()).isTrue();
            context.close();
            second.createProducer().send(queue, "a");
            second.commit();
            second.close();
            assertThatThrownBy(second::createTextMessage).isInstanceOf(IllegalStateRuntimeException.class);
        }

        @Test
        void takeAClientIdFirst() {
            context.setClientID("me");
            assertThat(context.getClientID()).isEqualTo("me");
            try (JMSContext late = factory.createContext()) {
                late.createConsumer(queue);
                assertThatThrownBy(() -> late.setClientID("late")).isInstanceOf(IllegalStateRuntimeException.class);
            }
        }

        @Test
        void listenAndRefuseToBeClosedByTheirListener() throws Exception {
            BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
            context.createConsumer(queue).setMessageListener(message -> {
                try {
                    context.close();
                } catch (JMSRuntimeException e) {
                    seen.add(e);
                }
            });
            try (JMSContext sender = factory.createContext()) {
                sender.createProducer().send(queue, "a");
            }
            assertThat(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS))
                    .isInstanceOf(IllegalStateRuntimeException.class);
        }

        @Test
        void withAnUnknownModeAreRefused() {
            assertThatThrownBy(() -> factory.createContext(7)).isInstanceOf(JMSRuntimeException.class);
            assertThatThrownBy(() -> context.createContext(7)).isInstanceOf(JMSRuntimeException.class);
        }

        @Test
        void acknowledgeNothingInModesInWhichTheSessionDoes() {
            for (int mode : List.of(
                    JMSContext.SESSION_TRANSACTED,
                    JMSContext.AUTO_ACKNOWLEDGE,
                    JMSContext.DUPS_OK_ACKNOWLEDGE,
                    BusSession.PRE_ACKNOWLEDGE)) {
                context.createProducer().send(queue, "a");
                try (JMSContext other = context.createContext(mode)) {
                    assertThat(other.createConsumer(queue).receive(TestBroker.LONG_MS))
                            .isNotNull();
                    other.acknowledge();
                    if (mode == JMSContext.SESSION_TRANSACTED) {
                        other.rollback();
                        assertThat(other.createConsumer(queue).receive(TestBroker.LONG_MS))
                                .isNotNull();
                        other.commit();
                    }
                }
            }
            assertThat(context.createConsumer(queue).receiveNoWait()).isNull();
            context.close();
            assertThatThrownBy(context::acknowledge).isInstanceOf(IllegalStateRuntimeException.class);
        }

        @Test
        void saveWhatTheirTransactionsDid() {
            try (JMSContext transacted = context.createContext(JMSContext.SESSION_TRANSACTED)) {
                transacted.createProducer().send(queue, "dropped");
                transacted.rollback();
                transacted.createProducer().send(queue, "kept");
                transacted.commit();
            }
            JMSConsumer consumer = context.createConsumer(queue);
            assertThat(List.of(consumer.receiveBody(String.class, TestBroker.LONG_MS)))
                    .containsExactly("kept");
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }
}
