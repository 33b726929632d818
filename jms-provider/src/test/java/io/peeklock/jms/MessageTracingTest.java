/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.XAConnection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who traces messages is told of each, and puts properties on what is sent. */
final class MessageTracingTest {
    private final PeeklockConnectionFactory factory =
            new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID());
    private final List<String> told = new CopyOnWriteArrayList<>();
    private TestBroker broker;
    private Session session;

    /** Notes what it is told. */
    private final class Noting implements MessageTracing {
        private final @Nullable String context;

        Noting(@Nullable String context) {
            this.context = context;
        }

        @Override
        public Operation send(TracedEntity to, String operation, Message message, SendProperties properties) {
            told.add(operation + " " + to.destination() + " set " + properties.setByApplication("context"));
            properties.put("context", context);
            return failure -> told.add(
                    "sent " + (failure == null ? "well" : failure.getClass().getSimpleName()));
        }

        @Override
        public void received(TracedEntity from, Message message, Instant began) {
            assertThat(began).isBeforeOrEqualTo(Instant.now());
            told.add("received " + from.destination() + " of " + from.subscription());
        }

        @Override
        public Operation process(TracedEntity from, Message message) {
            told.add("process " + from.destination());
            return failure -> told.add("processed");
        }
    }

    private static final class Failing implements MessageTracing {
        @Override
        public Operation send(TracedEntity to, String operation, Message message, SendProperties properties) {
            throw new UnsupportedOperationException("no send");
        }

        @Override
        public void received(TracedEntity from, Message message, Instant began) {
            throw new UnsupportedOperationException("no receive");
        }

        @Override
        public Operation process(TracedEntity from, Message message) {
            return failure -> {
                throw new UnsupportedOperationException("no end");
            };
        }
    }

    /** Of two messages one fails as it begins, one as it ends. */
    private static final class Erring implements MessageTracing {
        private final AtomicBoolean began = new AtomicBoolean();

        @Override
        public Operation send(TracedEntity to, String operation, Message message, SendProperties properties) {
            return failure -> {};
        }

        @Override
        public void received(TracedEntity from, Message message, Instant began) {}

        @Override
        public Operation process(TracedEntity from, Message message) {
            if (began.getAndSet(true)) {
                return failure -> {
                    throw new AssertionError("no end");
                };
            }
            throw new AssertionError("no beginning");
        }
    }

    @BeforeEach
    void open() throws JMSException {
        open(new Noting("c1"));
    }

    private void open(MessageTracing tracing) throws JMSException {
        factory.setMessageTracing(tracing);
        broker = new TestBroker(factory);
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private Message receive(String queue) throws JMSException {
        Message message = session.createConsumer(broker.queue(queue)).receive(TestBroker.LONG_MS);
        assertThat(message).isNotNull();
        return message;
    }

    @Nested
    class Telling {
        @Test
        void ofSendsAndReceives() throws JMSException {
            broker.send("orders", "a");
            assertThat(receive("orders").getStringProperty("context")).isEqualTo("c1");
            assertThat(told).containsExactly("send orders set null", "sent well", "received orders of null");
        }

        @Test
        void ofListeners() throws JMSException {
            broker.send("orders", "a");
            told.clear();
            try (MessageConsumer consumer = session.createConsumer(broker.queue("orders"))) {
                consumer.setMessageListener(message -> told.add("listening"));
                await().until(() -> told.size() == 3);
            }
            assertThat(told).containsExactly("process orders", "listening", "processed");
        }

        @Test
        void ofSubscriptionsThatHaveAName() throws JMSException {
            Topic news = broker.topic("news");
            MessageConsumer plain = session.createConsumer(news);
            MessageConsumer named = session.createSharedDurableConsumer(news, "all");
            session.createProducer(news).send(session.createMessage());
            plain.receive(TestBroker.LONG_MS);
            named.receive(TestBroker.LONG_MS);
            assertThat(told)
                    .containsExactly(
                            "send news set null", "sent well", "received news of null", "received news of all");
        }

        @Test
        void ofNoSendThatIsRefusedBeforeItBegins() throws JMSException {
            Message message = session.createMessage();
            MessageProducer producer = session.createProducer(broker.queue("orders"));
            broker.connection.close();
            assertThatThrownBy(() -> producer.send(message)).isInstanceOf(IllegalStateException.class);
            assertThat(told).isEmpty();
        }
    }

    @Nested
    class OfAnEndpoint {
        private Message taken(InflowSession flow) throws JMSException {
            Message[] message = new Message[1];
            await().until(() -> {
                flow.ask(() -> {});
                message[0] = flow.take();
                return message[0] != null;
            });
            return message[0];
        }

        private void work(Runnable endpoint) throws JMSException {
            try (PeeklockXAConnectionFactory adapters = new PeeklockXAConnectionFactory(factory.getUrl())) {
                adapters.setMessageTracing(new Noting("c2"));
                try (XAConnection connection = adapters.createXAConnection();
                        Inflow inflow = ((InflowConnection) connection)
                                .openInflow(broker.queue("orders"), null, null, false, false, 1)) {
                    connection.start();
                    InflowSession flow = inflow.session(0);
                    Message message = taken(flow);
                    try {
                        flow.work(message, endpoint);
                    } finally {
                        flow.finish(false, "", 0, 1, () -> {});
                    }
                }
            }
        }

        @Test
        void theWorkIsTold() throws JMSException {
            broker.send("orders", "a");
            told.clear();
            work(() -> told.add("working"));
            assertThat(told).containsExactly("process orders", "working", "processed");
        }

        @Test
        void itsFailureComesOut() throws JMSException {
            broker.send("orders", "a");
            told.clear();
            assertThatThrownBy(() -> work(() -> {
                        throw new UnsupportedOperationException("no such order");
                    }))
                    .hasMessage("no such order");
            assertThat(told).containsExactly("process orders", "processed");
        }
    }

    @Nested
    class Properties {
        @Test
        void setByTheApplicationAreTold() throws JMSException {
            Message message = session.createMessage();
            message.setStringProperty("context", "mine");
            session.createProducer(broker.queue("orders")).send(message);
            assertThat(told.get(0)).isEqualTo("send orders set mine");
        }

        @Test
        void ofAReceivedMessageAreNotTheApplications() throws JMSException {
            broker.send("orders", "a");
            Message received = receive("orders");
            told.clear();
            session.createProducer(broker.queue("others")).send(received);
            assertThat(told.get(0)).isEqualTo("send others set null");
            received.clearProperties();
            assertThat(received.propertyExists("context")).isFalse();
        }

        @Test
        void areTakenAwayByNull() throws JMSException {
            broker.send("orders", "a");
            Message received = receive("orders");
            factory.setMessageTracing(new Noting(null));
            try (Connection other = factory.createConnection()) {
                other.createSession().createProducer(broker.queue("others")).send(received);
            }
            assertThat(received.propertyExists("context")).isFalse();
            assertThat(Collections.list(received.getPropertyNames()).contains("context"))
                    .isFalse();
            assertThat(receive("others").propertyExists("context")).isFalse();
        }

        @Test
        void goWithAMessageOfAnotherProvider() throws JMSException {
            Message behind = session.createTextMessage("a");
            Message foreign = (Message) Proxy.newProxyInstance(
                    Message.class.getClassLoader(), new Class<?>[] {Message.class}, (proxy, method, arguments) -> {
                        try {
                            return method.invoke(behind, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            session.createProducer(broker.queue("orders")).send(foreign);
            assertThat(receive("orders").getStringProperty("context")).isEqualTo("c1");
        }
    }

    @Nested
    class Failures {
        @Test
        void ofTheTracerChangeNothing() throws JMSException {
            open(new Failing());
            broker.send("orders", "a", "b");
            assertThat(receive("orders").propertyExists("context")).isFalse();
            try (MessageConsumer consumer = session.createConsumer(broker.queue("orders"))) {
                consumer.setMessageListener(message -> told.add("listening"));
                await().untilAsserted(() -> assertThat(told).containsExactly("listening"));
            }
        }

        @Test
        void whichAreErrorsChangeNothingEither() throws Exception {
            open(new Erring());
            broker.send("orders", "a", "b");
            try (MessageConsumer consumer = session.createConsumer(broker.queue("orders"))) {
                consumer.setMessageListener(message -> told.add("listening"));
                await().untilAsserted(() -> assertThat(told).containsExactly("listening", "listening"));
            }
            await().untilAsserted(() -> assertThat(broker.locked("orders")).isEmpty());
        }

        @Test
        void aNameThatNobodyHasIsRefusedWhenTheFirstConnectionIsMade() {
            try (PeeklockConnectionFactory other =
                    new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID() + "?tracing=zipkin")) {
                assertThatThrownBy(other::createConnection)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("zipkin")
                        .hasMessageContaining("peeklock-observability");
            }
        }
    }
}
