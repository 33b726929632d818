/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** {@code tracing=opentelemetry} in a URL. */
final class GlobalTelemetryTest extends TracingFixture {

    /** As somebody else has begun it. */
    private final Span caller = tracer.spanBuilder("caller").startSpan();

    GlobalTelemetryTest() {
        super(new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID() + "?tracing=opentelemetry"));
    }

    @BeforeEach
    @AfterEach
    void nobodyHasSetOne() {
        GlobalOpenTelemetry.resetForTest();
    }

    private void sendAsTheCaller(Message message) throws JMSException {
        try (Scope ofSpan = caller.makeCurrent();
                Scope ofBaggage =
                        Baggage.current().toBuilder().put("user", "ann").build().makeCurrent()) {
            send(message);
        }
    }

    @Nested
    class AsLongAsThereIsNone {

        @Test
        void theCurrentContextGoesWithTheMessage() throws JMSException {
            sendAsTheCaller(session.createTextMessage("a"));
            Message received = receive();
            assertThat(contextOf(received)).isEqualTo(contextOf(caller));
            assertThat(received.getStringProperty("baggage")).isEqualTo("user=ann");
            assertThat(exporter.getFinishedSpanItems()).isEmpty();
        }

        @Test
        void aListenerGoesOnInIt() throws JMSException {
            sendAsTheCaller(session.createTextMessage("a"));
            CompletableFuture<String> current = new CompletableFuture<>();
            try (MessageConsumer consumer = session.createConsumer(orders)) {
                consumer.setMessageListener(message -> current.complete(
                        contextOf(Span.current()) + Baggage.current().getEntryValue("user")));
                await().until(current::isDone);
            }
            assertThat(current).isCompletedWithValue(contextOf(caller) + "ann");
        }

        @Test
        void withoutAContextNothingGoesWithTheMessage() throws JMSException {
            send(session.createTextMessage("a"));
            assertThat(contextOf(receive())).isNull();
        }

        @Test
        void aReceivedMessageThatIsSentOnKeepsItsContext() throws JMSException {
            sendAsTheCaller(session.createTextMessage("a"));
            Message received = receive();
            send(received);
            received.acknowledge();
            Message again = receive();
            assertThat(contextOf(again)).isEqualTo(contextOf(caller));
            assertThat(again.getStringProperty("baggage")).isEqualTo("user=ann");
        }

        @Test
        void noneIsMadeUp() throws JMSException {
            send(session.createTextMessage("a"));
            GlobalOpenTelemetry.set(telemetry); // throws if there is one
            send(session.createTextMessage("b"));
            assertThat(contextOf(span("send orders"))).isNotNull();
        }
    }

    @Nested
    class ThatIsSet {

        @Test
        void andDoesNothingIsAsNone() throws JMSException {
            GlobalOpenTelemetry.get(); // which makes one up
            sendAsTheCaller(session.createTextMessage("a"));
            Message received = receive();
            assertThat(contextOf(received)).isEqualTo(contextOf(caller));
            assertThat(received.getStringProperty("baggage")).isEqualTo("user=ann");
        }

        @Test
        void andOnlyMakesSpansIsUsed() throws JMSException {
            GlobalOpenTelemetry.set(OpenTelemetrySdk.builder()
                    .setTracerProvider(telemetry.getSdkTracerProvider())
                    .build());
            sendAsTheCaller(session.createTextMessage("a"));
            assertThat(span("send orders").getParentSpanId())
                    .isEqualTo(caller.getSpanContext().getSpanId());
            assertThat(contextOf(receive())).isNull();
        }

        @Test
        void andOnlyPropagatesIsUsed() throws JMSException {
            GlobalOpenTelemetry.set(
                    OpenTelemetry.propagating(ContextPropagators.create(W3CTraceContextPropagator.getInstance())));
            sendAsTheCaller(session.createTextMessage("a"));
            Message received = receive();
            assertThat(contextOf(received)).isEqualTo(contextOf(caller));
            assertThat(received.getStringProperty("baggage")).isNull();
        }
    }

    /** Of an API that cannot be asked. */
    @Nested
    class TheField {

        @Test
        void tellsWhetherThereIsOne() {
            BooleanSupplier filled = GlobalTelemetry.whetherFilled(GlobalOpenTelemetry.class);
            assertThat(filled.getAsBoolean()).isFalse();
            GlobalOpenTelemetry.set(telemetry);
            assertThat(filled.getAsBoolean()).isTrue();
        }

        @Test
        void thatIsNotThereIsEmpty() {
            assertThat(GlobalTelemetry.whetherFilled(String.class).getAsBoolean())
                    .isFalse();
        }
    }
}
