/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Wrong arguments and wrong moments, and the exception that the Javadoc of jakarta.jms names for each. */
class WrongUseTest {

    private static final String BAD_SELECTOR = "a = AND";

    /** Neither a queue nor a topic. */
    private static final Destination NOWHERE = new Destination() {};

    private static final CompletionListener LISTENER = new CompletionListener() {
        @Override
        public void onCompletion(Message message) {}

        @Override
        public void onException(Message message, Exception exception) {}
    };

    private TestBroker broker;
    private Session session;
    private Queue queue;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
        queue = broker.queue("orders");
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private static DynamicTest row(String call, Class<? extends Throwable> expected, ThrowingCallable code) {
        return DynamicTest.dynamicTest(
                call + ": " + expected.getSimpleName(),
                () -> assertThatThrownBy(code).isExactlyInstanceOf(expected));
    }

    @TestFactory
    @DisplayName("6.1: connections")
    Stream<DynamicTest> connections() {
        return Stream.of(
                row("an unknown mode", JMSException.class, () -> broker.connection.createSession(7)),
                row("mode 0 untransacted", JMSException.class, () -> broker.connection.createSession(false, 0)),
                row("a client id too late", IllegalStateException.class, () -> broker.connection.setClientID("me")),
                row("no client id", InvalidClientIDException.class, () -> {
                    try (var connection = broker.factory.createConnection()) {
                        connection.setClientID(null);
                    }
                }),
                row("a client id in use", InvalidClientIDException.class, () -> {
                    try (var first = broker.factory.createConnection();
                            var second = broker.factory.createConnection()) {
                        first.setClientID("me");
                        second.setClientID("me");
                    }
                }));
    }

    @TestFactory
    @DisplayName("6.2: sessions")
    Stream<DynamicTest> sessions() throws JMSException {
        Session transacted = broker.session(Session.SESSION_TRANSACTED);
        return Stream.of(
                row("commit without transaction", IllegalStateException.class, session::commit),
                row("rollback without transaction", IllegalStateException.class, session::rollback),
                row("recover in a transaction", IllegalStateException.class, transacted::recover),
                row("run without a listener", IllegalStateRuntimeException.class, session::run),
                row("no queue name", InvalidDestinationException.class, () -> session.createQueue(null)),
                row("an empty queue name", InvalidDestinationException.class, () -> session.createQueue("")),
                row("producer nowhere", InvalidDestinationException.class, () -> session.createProducer(NOWHERE)),
                row("consumer of null", InvalidDestinationException.class, () -> session.createConsumer(null)),
                row("consumer nowhere", InvalidDestinationException.class, () -> session.createConsumer(NOWHERE)),
                row("consumer of null 2", InvalidDestinationException.class, () -> session.createConsumer(null, "")),
                row(
                        "consumer of null 3",
                        InvalidDestinationException.class,
                        () -> session.createConsumer(null, null, true)),
                row(
                        "consumer's selector",
                        InvalidSelectorException.class,
                        () -> session.createConsumer(queue, BAD_SELECTOR)),
                row(
                        "consumer's selector 3",
                        InvalidSelectorException.class,
                        () -> session.createConsumer(queue, BAD_SELECTOR, false)),
                row("browser of null", InvalidDestinationException.class, () -> session.createBrowser(null)),
                row("browser of null 2", InvalidDestinationException.class, () -> session.createBrowser(null, "")),
                row(
                        "browser's selector",
                        InvalidSelectorException.class,
                        () -> session.createBrowser(queue, BAD_SELECTOR)),
                row(
                        "an impossible name",
                        InvalidDestinationException.class,
                        () -> session.createConsumer(session.createQueue("a/$deadletterqueue/b"))),
                row(
                        "not to be created",
                        InvalidDestinationException.class,
                        () -> session.createConsumer(session.createQueue("missing/$deadletterqueue"))));
    }

    @TestFactory
    @DisplayName("6.2.1: what queue sessions and connections inherit and refuse")
    Stream<DynamicTest> queueSessions() throws JMSException {
        QueueSession only = broker.factory.createQueueConnection().createQueueSession(false, 1);
        Class<? extends Throwable> state = IllegalStateException.class;
        return Stream.of(
                row("createTopic", state, () -> only.createTopic("t")),
                row("createDurableSubscriber", state, () -> only.createDurableSubscriber(null, "s")),
                row("createDurableSubscriber 4", state, () -> only.createDurableSubscriber(null, "s", "", false)),
                row("createDurableConsumer", state, () -> only.createDurableConsumer(null, "s")),
                row("createDurableConsumer 4", state, () -> only.createDurableConsumer(null, "s", "", false)),
                row("createSharedConsumer", state, () -> only.createSharedConsumer(null, "s")),
                row("createSharedConsumer 3", state, () -> only.createSharedConsumer(null, "s", "")),
                row("createSharedDurableConsumer", state, () -> only.createSharedDurableConsumer(null, "s")),
                row("createSharedDurableConsumer 3", state, () -> only.createSharedDurableConsumer(null, "s", "")),
                row("createTemporaryTopic", state, only::createTemporaryTopic),
                row("unsubscribe", state, () -> only.unsubscribe("s")),
                row("createReceiver", InvalidDestinationException.class, () -> only.createReceiver(null)),
                row(
                        "createReceiver 2",
                        InvalidSelectorException.class,
                        () -> only.createReceiver(queue, BAD_SELECTOR)));
    }

    @TestFactory
    @DisplayName("7.1, 7.3: producers")
    Stream<DynamicTest> producers() throws JMSException {
        MessageProducer own = session.createProducer(queue);
        MessageProducer anonymous = session.createProducer(null);
        Message text = session.createTextMessage("a");
        Class<? extends Throwable> format = MessageFormatException.class;
        Class<? extends Throwable> unsupported = UnsupportedOperationException.class;
        Class<? extends Throwable> nowhere = InvalidDestinationException.class;
        Class<? extends Throwable> argument = IllegalArgumentException.class;
        return Stream.of(
                row("send(null)", format, () -> own.send((Message) null)),
                row("send(null, ...)", format, () -> own.send(null, 2, 4, 0)),
                row("send(queue, null)", format, () -> anonymous.send(queue, (Message) null)),
                row("send(queue, null, ...)", format, () -> anonymous.send(queue, null, 2, 4, 0)),
                row("send(null, listener)", format, () -> own.send((Message) null, LISTENER)),
                row("send(null, ..., listener)", format, () -> own.send(null, 2, 4, 0, LISTENER)),
                row("send(queue, null, listener)", format, () -> anonymous.send(queue, null, LISTENER)),
                row("send(queue, null, ..., l)", format, () -> anonymous.send(queue, null, 2, 4, 0, LISTENER)),
                row("anonymous send", unsupported, () -> anonymous.send(text)),
                row("anonymous send 4", unsupported, () -> anonymous.send(text, 2, 4, 0)),
                row("anonymous send async", unsupported, () -> anonymous.send(text, LISTENER)),
                row("anonymous send async 5", unsupported, () -> anonymous.send(text, 2, 4, 0, LISTENER)),
                row("send elsewhere", unsupported, () -> own.send(queue, text)),
                row("send elsewhere 5", unsupported, () -> own.send(queue, text, 2, 4, 0)),
                row("send elsewhere async", unsupported, () -> own.send(queue, text, LISTENER)),
                row("send elsewhere async 6", unsupported, () -> own.send(queue, text, 2, 4, 0, LISTENER)),
                row("send to null", nowhere, () -> anonymous.send((Destination) null, text)),
                row("send to null 5", nowhere, () -> anonymous.send((Destination) null, text, 2, 4, 0)),
                row("send to null async", nowhere, () -> anonymous.send(null, text, LISTENER)),
                row("send nowhere", nowhere, () -> anonymous.send(NOWHERE, text)),
                row("no completion listener", argument, () -> own.send(text, (CompletionListener) null)),
                row("no completion listener 5", argument, () -> own.send(text, 2, 4, 0, null)),
                row("no completion listener to", argument, () -> anonymous.send(queue, text, null)),
                row("no completion listener to 6", argument, () -> anonymous.send(queue, text, 2, 4, 0, null)),
                row("delivery mode", JMSException.class, () -> own.setDeliveryMode(3)),
                row("priority 10", JMSException.class, () -> own.setPriority(10)),
                row("priority -1", JMSException.class, () -> own.setPriority(-1)),
                row("time to live", JMSException.class, () -> own.setTimeToLive(-1)),
                row("delivery delay", JMSException.class, () -> own.setDeliveryDelay(-1)),
                row("send with mode 0", JMSException.class, () -> own.send(text, 0, 4, 0)),
                row("send with priority 10", JMSException.class, () -> own.send(text, DeliveryMode.PERSISTENT, 10, 0)));
    }

    @TestFactory
    @DisplayName("8.2: receiving by call and by listener in one session")
    Stream<DynamicTest> consumers() throws JMSException {
        session.createConsumer(queue).setMessageListener(message -> {});
        MessageConsumer other = session.createConsumer(broker.queue("other"));
        return Stream.of(
                row("receive", IllegalStateException.class, other::receive),
                row("receive with time-out", IllegalStateException.class, () -> other.receive(1)),
                row("receiveNoWait", IllegalStateException.class, other::receiveNoWait));
    }

    @TestFactory
    @DisplayName("6.3: contexts")
    Stream<DynamicTest> contexts() {
        JMSContext context = broker.factory.createContext();
        JMSContext transacted = broker.factory.createContext(JMSContext.SESSION_TRANSACTED);
        Class<? extends Throwable> state = IllegalStateRuntimeException.class;
        Class<? extends Throwable> nowhere = InvalidDestinationRuntimeException.class;
        Class<? extends Throwable> selector = InvalidSelectorRuntimeException.class;
        return Stream.of(
                row("an unknown mode", JMSRuntimeException.class, () -> broker.factory.createContext(7)),
                row("an unknown mode of another", JMSRuntimeException.class, () -> context.createContext(7)),
                row("no client id", InvalidClientIDRuntimeException.class, () -> {
                    try (JMSContext own = broker.factory.createContext()) {
                        own.setClientID("");
                    }
                }),
                row("commit without transaction", state, context::commit),
                row("rollback without transaction", state, context::rollback),
                row("recover in a transaction", state, transacted::recover),
                row("consumer of null", nowhere, () -> context.createConsumer(null)),
                row("consumer nowhere", nowhere, () -> context.createConsumer(NOWHERE, null, false)),
                row("consumer's selector", selector, () -> context.createConsumer(queue, BAD_SELECTOR)),
                row("browser of null", nowhere, () -> context.createBrowser(null)),
                row("browser's selector", selector, () -> context.createBrowser(queue, BAD_SELECTOR)),
                row("no queue name", nowhere, () -> context.createQueue(null)));
    }

    @TestFactory
    @DisplayName("6.1.2: a context's client id after its first use")
    Stream<DynamicTest> lateClientIds() {
        return Stream.<Action>of(
                        JMSContext::createProducer,
                        context -> context.createConsumer(queue),
                        context -> context.createBrowser(queue),
                        context -> context.createContext(1),
                        JMSContext::start)
                .map(use -> row("a client id too late", IllegalStateRuntimeException.class, () -> {
                    try (JMSContext context = broker.factory.createContext()) {
                        context.setAutoStart(false);
                        use.on(context);
                        context.setClientID("me");
                    }
                }));
    }

    @FunctionalInterface
    private interface Action {
        void on(JMSContext context);
    }

    @TestFactory
    @DisplayName("7.4: producers of the simplified API")
    Stream<DynamicTest> contextProducers() {
        JMSProducer producer = broker.factory.createContext().createProducer();
        Class<? extends Throwable> runtime = JMSRuntimeException.class;
        Class<? extends Throwable> argument = IllegalArgumentException.class;
        return Stream.of(
                row(
                        "send(queue, null)",
                        MessageFormatRuntimeException.class,
                        () -> producer.send(queue, (Message) null)),
                row("send(null, text)", InvalidDestinationRuntimeException.class, () -> producer.send(null, "a")),
                row("send(nowhere)", InvalidDestinationRuntimeException.class, () -> producer.send(NOWHERE, "a")),
                row("delivery mode", runtime, () -> producer.setDeliveryMode(3)),
                row("priority", runtime, () -> producer.setPriority(10)),
                row("time to live", runtime, () -> producer.setTimeToLive(-1)),
                row("delivery delay", runtime, () -> producer.setDeliveryDelay(-1)),
                row("no name", argument, () -> producer.setProperty(null, true)),
                row("no name, byte", argument, () -> producer.setProperty("", (byte) 1)),
                row("no name, short", argument, () -> producer.setProperty(null, (short) 1)),
                row("no name, int", argument, () -> producer.setProperty("", 1)),
                row("no name, long", argument, () -> producer.setProperty(null, 1L)),
                row("no name, float", argument, () -> producer.setProperty("", 1f)),
                row("no name, double", argument, () -> producer.setProperty(null, 1d)),
                row("no name, text", argument, () -> producer.setProperty("", "a")),
                row("no name, object", argument, () -> producer.setProperty(null, (Object) 1)),
                row(
                        "a type that is none",
                        MessageFormatRuntimeException.class,
                        () -> producer.setProperty("p", new Object())),
                row(
                        "a wrong conversion",
                        MessageFormatRuntimeException.class,
                        () -> producer.setProperty("p", 1L).getIntProperty("p")),
                row(
                        "no number",
                        NumberFormatException.class,
                        () -> producer.setProperty("p", "x").getIntProperty("p")));
    }
}
