/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Topic;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Topics in the simplified API. */
class ContextTopicTest {

    private final PeeklockConnectionFactory factory =
            new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID());
    private JMSContext context;
    private Topic topic;

    @BeforeEach
    void open() {
        context = factory.createContext();
        context.setClientID("me");
        topic = context.createTopic("prices");
    }

    @AfterEach
    void close() {
        context.close();
        factory.close();
    }

    private static String next(JMSConsumer consumer) {
        return consumer.receiveBody(String.class, TestBroker.LONG_MS);
    }

    @Test
    @Tag("8.3")
    void everyKindOfConsumerGetsACopy() {
        List<JMSConsumer> consumers = List.of(
                context.createConsumer(topic),
                context.createConsumer(topic, "JMSPriority > 0"),
                context.createConsumer(topic, null, false),
                context.createSharedConsumer(topic, "s"),
                context.createSharedConsumer(topic, "t", "JMSPriority > 0"),
                context.createDurableConsumer(topic, "d"),
                context.createDurableConsumer(topic, "e", "JMSPriority > 0", false),
                context.createSharedDurableConsumer(topic, "f"),
                context.createSharedDurableConsumer(topic, "g", "JMSPriority > 0"));
        JMSConsumer deaf = context.createConsumer(topic, null, true);
        context.createProducer().send(topic, "a");
        for (JMSConsumer consumer : consumers) {
            assertThat(next(consumer)).isEqualTo("a");
            assertThat(consumer.receiveNoWait()).isNull();
        }
        assertThat(deaf.receiveNoWait()).isNull();
    }

    @Test
    @Tag("8.3.3")
    void unsubscribesWhatHasNoConsumer() {
        JMSConsumer consumer = context.createDurableConsumer(topic, "d");
        assertThatThrownBy(() -> context.unsubscribe("d")).isInstanceOf(JMSRuntimeException.class);
        consumer.close();
        context.unsubscribe("d");
        assertThatThrownBy(() -> context.unsubscribe("d")).isInstanceOf(InvalidDestinationRuntimeException.class);
    }

    @Test
    void saysWhatIsWrongUnchecked() {
        assertThatThrownBy(() -> context.createConsumer(topic, "="))
                .isInstanceOf(InvalidSelectorRuntimeException.class);
        assertThatThrownBy(() -> context.createSharedConsumer(null, "s"))
                .isInstanceOf(InvalidDestinationRuntimeException.class);
        assertThatThrownBy(() -> context.createDurableConsumer(topic, null)).isInstanceOf(JMSRuntimeException.class);
        try (JMSContext nameless = factory.createContext()) {
            assertThatThrownBy(() -> nameless.createDurableConsumer(topic, "d"))
                    .isInstanceOf(IllegalStateRuntimeException.class);
            nameless.createSharedDurableConsumer(topic, "d").close();
            nameless.unsubscribe("d");
        }
    }
}
