/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.Queue;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a message whose body is not what receiveBody asked for (Jakarta Messaging 8.6), mode by mode. */
@DisplayName("8.6: receiveBody of a wrong type")
class ReceiveBodyTest {

    private final PeeklockConnectionFactory factory =
            new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID());
    private Queue queue;

    @BeforeEach
    void send() {
        try (JMSContext sender = factory.createContext()) {
            queue = sender.createQueue("orders");
            sender.createProducer().send(queue, "a").send(queue, "b");
        }
    }

    @AfterEach
    void close() {
        factory.close();
    }

    private static void refuses(JMSConsumer consumer) {
        assertThatThrownBy(() -> consumer.receiveBody(Map.class, TestBroker.LONG_MS))
                .isInstanceOf(MessageFormatRuntimeException.class);
    }

    private static List<Object> next(JMSConsumer consumer) throws JMSException {
        Message message = consumer.receive(TestBroker.LONG_MS);
        return List.of(message.getBody(String.class), TestBroker.deliveryCount(message), message.getJMSRedelivered());
    }

    @ParameterizedTest
    @ValueSource(ints = {JMSContext.AUTO_ACKNOWLEDGE, JMSContext.DUPS_OK_ACKNOWLEDGE, BusSession.PRE_ACKNOWLEDGE})
    void leavesItUncountedAndFirstWhereTheSessionAcknowledges(int mode) throws JMSException {
        try (JMSContext context = factory.createContext(mode)) {
            JMSConsumer consumer = context.createConsumer(queue);
            refuses(consumer);
            assertThatThrownBy(() -> consumer.receiveBody(byte[].class))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThatThrownBy(() -> consumer.receiveBodyNoWait(Integer.class))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThat(next(consumer)).isEqualTo(List.of("a", 1, false));
            assertThat(next(consumer)).isEqualTo(List.of("b", 1, false));
        }
    }

    @Test
    void isDeliveredAndGivenBackByRollbackInATransaction() throws JMSException {
        try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
            JMSConsumer consumer = context.createConsumer(queue);
            refuses(consumer);
            assertThat(next(consumer)).isEqualTo(List.of("b", 1, false));
            context.rollback();
            assertThat(next(consumer)).isEqualTo(List.of("a", 2, true));
            context.commit();
        }
    }

    @Test
    void isCompletedByTheCommit() {
        try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
            refuses(context.createConsumer(queue));
            context.commit();
        }
        try (JMSContext context = factory.createContext()) {
            JMSConsumer consumer = context.createConsumer(queue);
            assertThat(consumer.receiveBody(String.class, TestBroker.LONG_MS)).isEqualTo("b");
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }

    @Test
    void ofNullIsRefusedAtOnceThoughNothingIsThere() {
        try (JMSContext context = factory.createContext()) {
            JMSConsumer consumer = context.createConsumer(context.createQueue("empty"));
            List<ThrowingCallable> calls = List.of(
                    () -> consumer.receiveBody(null),
                    () -> consumer.receiveBody(null, TestBroker.LONG_MS),
                    () -> consumer.receiveBodyNoWait(null));
            assertThat(calls)
                    .allSatisfy(call -> assertThatThrownBy(call)
                            .isInstanceOf(MessageFormatRuntimeException.class)
                            .hasMessageContaining("name one, such as String.class"));
        }
    }

    @Test
    void isRefusedBesideAListener() {
        try (JMSContext context = factory.createContext()) {
            context.createConsumer(context.createQueue("other")).setMessageListener(message -> {});
            JMSConsumer consumer = context.createConsumer(queue);
            assertThatThrownBy(() -> consumer.receiveBodyNoWait(String.class))
                    .isInstanceOf(IllegalStateRuntimeException.class);
        }
    }
}
