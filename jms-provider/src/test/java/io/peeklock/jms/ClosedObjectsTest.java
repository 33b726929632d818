/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every method of everything that is closed, found in the interfaces themselves (Jakarta Messaging 6.1.8, 6.2.15, 7.1,
 * 8.1): all say IllegalStateException but the second close.
 */
class ClosedObjectsTest {

    private TestBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    /** All methods of the interfaces but those of the names. */
    private static List<Method> methods(Set<String> but, Class<?>... interfaces) {
        return Arrays.stream(interfaces)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> !but.contains(method.getName()))
                .distinct()
                .toList();
    }

    private Stream<DynamicTest> allRefused(Object closed, Class<? extends Exception> with, List<Method> methods) {
        assertThat(methods).isNotEmpty();
        return methods.stream()
                .map(method -> DynamicTest.dynamicTest(
                        method.getDeclaringClass().getSimpleName() + "." + method.getName()
                                + Arrays.toString(method.getParameterTypes()),
                        () -> assertThatThrownBy(() -> call(closed, method)).isExactlyInstanceOf(with)));
    }

    private void call(Object on, Method method) throws Throwable {
        Object[] arguments =
                Arrays.stream(method.getParameterTypes()).map(this::argument).toArray();
        try {
            method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** A value that the method would take if the object were open. */
    private Object argument(Class<?> type) {
        try {
            if (type.isInstance(broker.queue("orders"))) {
                return broker.queue("orders");
            }
            if (type.isAssignableFrom(jakarta.jms.TextMessage.class) && Message.class.isAssignableFrom(type)) {
                return broker.connection.createSession().createTextMessage("a");
            }
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
        if (type == int.class) {
            return 1;
        }
        if (type == long.class) {
            return 0L;
        }
        if (type == boolean.class) {
            return true;
        }
        return type == String.class ? "a = 1" : type == Class.class ? String.class : null;
    }

    private static void closesAgain(AutoCloseable closed) {
        assertThatCode(closed::close).doesNotThrowAnyException();
    }

    @TestFactory
    @DisplayName("6.1.8: a closed connection")
    Stream<DynamicTest> connection() throws JMSException {
        QueueConnection closed = broker.factory.createQueueConnection();
        closed.close();
        closesAgain(closed);
        return allRefused(
                closed, IllegalStateException.class, methods(Set.of("close"), Connection.class, QueueConnection.class));
    }

    @TestFactory
    @DisplayName("6.2.15: a closed session")
    Stream<DynamicTest> session() throws JMSException {
        Session closed = broker.session(Session.AUTO_ACKNOWLEDGE);
        closed.close();
        closesAgain(closed);
        return allRefused(
                closed,
                IllegalStateException.class,
                methods(Set.of("close", "run"), Session.class, QueueSession.class, BusSession.class));
    }

    @TestFactory
    @DisplayName("6.1.8: a session whose connection is closed")
    Stream<DynamicTest> sessionOfAClosedConnection() throws JMSException {
        Connection connection = broker.factory.createConnection();
        Session closed = connection.createSession(Session.SESSION_TRANSACTED);
        connection.close();
        return allRefused(closed, IllegalStateException.class, methods(Set.of("close", "run"), Session.class));
    }

    @TestFactory
    @DisplayName("7.1: a closed producer, and one whose session is closed")
    Stream<DynamicTest> producers() throws JMSException {
        List<Method> methods = methods(Set.of("close"), MessageProducer.class, QueueSender.class);
        MessageProducer closed = broker.session(Session.AUTO_ACKNOWLEDGE).createProducer(broker.queue("orders"));
        closed.close();
        closesAgain(closed);
        Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
        MessageProducer anonymous = ((QueueSession) session).createSender(null);
        session.close();
        closesAgain(anonymous);
        return Stream.concat(
                allRefused(closed, IllegalStateException.class, methods),
                allRefused(anonymous, IllegalStateException.class, methods));
    }

    @TestFactory
    @DisplayName("8.1: a closed consumer, and one whose session is closed")
    Stream<DynamicTest> consumers() throws JMSException {
        List<Method> methods = methods(Set.of("close"), MessageConsumer.class, QueueReceiver.class);
        MessageConsumer closed = broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(broker.queue("orders"));
        closed.close();
        closesAgain(closed);
        Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
        MessageConsumer left = session.createConsumer(broker.queue("orders"));
        session.close();
        closesAgain(left);
        return Stream.concat(
                allRefused(closed, IllegalStateException.class, methods),
                allRefused(left, IllegalStateException.class, methods));
    }

    @TestFactory
    @DisplayName("6.2.3: a closed browser, and one whose session is closed")
    Stream<DynamicTest> browsers() throws JMSException {
        List<Method> methods = methods(Set.of("close"), QueueBrowser.class);
        QueueBrowser closed = broker.session(Session.AUTO_ACKNOWLEDGE).createBrowser(broker.queue("orders"));
        closed.close();
        closesAgain(closed);
        Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
        QueueBrowser left = session.createBrowser(broker.queue("orders"));
        session.close();
        closesAgain(left);
        return Stream.concat(
                allRefused(closed, IllegalStateException.class, methods),
                allRefused(left, IllegalStateException.class, methods));
    }

    @TestFactory
    @DisplayName("6.2.15: messages of a closed session can be read but not acknowledged")
    Stream<DynamicTest> messages() throws JMSException {
        return Stream.of(
                        Session.AUTO_ACKNOWLEDGE,
                        Session.CLIENT_ACKNOWLEDGE,
                        Session.DUPS_OK_ACKNOWLEDGE,
                        Session.SESSION_TRANSACTED,
                        BusSession.PRE_ACKNOWLEDGE,
                        BusSession.INDIVIDUAL_ACKNOWLEDGE)
                .map(mode -> DynamicTest.dynamicTest("mode " + mode, () -> {
                    String name = "messages" + mode;
                    broker.send(name, "a");
                    Session session = broker.session(mode);
                    Message message = TestBroker.take(session.createConsumer(broker.queue(name)));
                    session.close();
                    assertThat(TestBroker.text(message)).isEqualTo("a");
                    assertThatThrownBy(message::acknowledge).isExactlyInstanceOf(IllegalStateException.class);
                }));
    }

    @TestFactory
    @DisplayName("6.2.15: a closed context, whose connection lives on for another")
    Stream<DynamicTest> context() {
        JMSContext context = broker.factory.createContext();
        context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        context.close();
        closesAgain(context);
        return allRefused(context, IllegalStateRuntimeException.class, methods(Set.of("close"), JMSContext.class));
    }

    @TestFactory
    @DisplayName("8.1: a closed consumer of the simplified API")
    Stream<DynamicTest> contextConsumer() throws JMSException {
        JMSConsumer closed = broker.factory.createContext().createConsumer(broker.queue("orders"));
        closed.close();
        closesAgain(closed);
        return allRefused(closed, IllegalStateRuntimeException.class, methods(Set.of("close"), JMSConsumer.class));
    }

    @TestFactory
    @DisplayName("7.1: a producer of the simplified API whose context is closed")
    Stream<DynamicTest> contextProducer() {
        JMSContext context = broker.factory.createContext();
        JMSProducer producer = context.createProducer();
        context.close();
        List<Method> sends = Arrays.stream(JMSProducer.class.getMethods())
                .filter(method -> method.getName().equals("send"))
                .toList();
        return allRefused(producer, IllegalStateRuntimeException.class, sends);
    }

    @TestFactory
    @DisplayName("a closed factory")
    Stream<DynamicTest> factory() {
        PeeklockConnectionFactory closed = new PeeklockConnectionFactory("peeklock:mem:closed");
        closed.close();
        closesAgain(closed);
        List<Method> all = methods(Set.of(), ConnectionFactory.class, QueueConnectionFactory.class);
        return Stream.concat(
                allRefused(
                        closed,
                        IllegalStateException.class,
                        all.stream()
                                .filter(method -> method.getName().endsWith("Connection"))
                                .toList()),
                allRefused(
                        closed,
                        IllegalStateRuntimeException.class,
                        all.stream()
                                .filter(method -> method.getName().endsWith("Context"))
                                .toList()));
    }
}
