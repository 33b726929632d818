/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.jakarta9.instrument.jms.JmsInstrumentation;
import io.micrometer.observation.ObservationRegistry;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Micrometer's own instrumentation, which Spring uses, works on our sessions. */
final class JmsInstrumentationTest extends TracingFixture {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Session instrumented;

    @BeforeEach
    void instrument() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        instrumented = JmsInstrumentation.instrumentSession(session, observations);
    }

    private long count(String name) {
        return meters.find(name).timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }

    @Test
    void sendsAreObserved() throws JMSException {
        instrumented.createProducer(orders).send(instrumented.createTextMessage("a"));
        assertThat(count("jms.message.publish")).isEqualTo(1);
        assertThat(receive().getBody(String.class)).isEqualTo("a");
    }

    @Test
    void asynchronousSendsAreObserved() throws JMSException {
        CompletableFuture<Message> sent = new CompletableFuture<>();
        instrumented.createProducer(orders).send(instrumented.createTextMessage("a"), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                sent.complete(message);
            }

            @Override
            public void onException(Message message, Exception exception) {
                sent.completeExceptionally(exception);
            }
        });
        await().until(sent::isDone);
        assertThat(count("jms.message.publish")).isEqualTo(1);
    }

    @Test
    void listenersAreObserved() throws JMSException {
        send(session.createTextMessage("a"));
        CompletableFuture<String> received = new CompletableFuture<>();
        MessageConsumer consumer = instrumented.createConsumer(orders);
        consumer.setMessageListener(message -> {
            try {
                received.complete(message.getBody(String.class));
            } catch (JMSException e) {
                received.completeExceptionally(e);
            }
        });
        await().until(() -> count("jms.message.process") == 1);
        assertThat(received).isCompletedWithValue("a");
    }
}
