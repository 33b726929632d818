/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.MessageTracing;
import io.peeklock.jms.PeekLocked;
import io.peeklock.jms.TracedEntity;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Spans of what is received, and that context goes wherever its message goes. */
final class TracedReceiveTest extends TracingFixture {
    private static final TracedEntity ORDERS = new TracedEntity("orders", null, false);
    private String sent;

    @BeforeEach
    void sendOne() throws JMSException {
        try (Scope ignored = Baggage.builder().put("user", "ann").build().makeCurrent()) {
            send(session.createTextMessage("a"));
        }
        SpanData span = span("send orders");
        sent = contextOf(span);
        exporter.reset();
    }

    private void assertLinkedToTheSend(SpanData span) {
        assertThat(span.getLinks())
                .extracting(LinkData::getSpanContext)
                .extracting(SpanContext::getSpanId)
                .containsExactly(sent.substring(36, 52));
    }

    @Nested
    class ByCall {
        @Test
        void isAClientSpanLinkedToTheSend() throws JMSException {
            Span caller = tracer.spanBuilder("caller").startSpan();
            Message message;
            try (Scope ignored = caller.makeCurrent()) {
                message = receive();
            }
            SpanData span = span("receive orders");
            assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(span.getParentSpanId()).isEqualTo(caller.getSpanContext().getSpanId());
            assertLinkedToTheSend(span);
            assertThat(span.getAttributes().asMap())
                    .containsEntry(AttributeKey.stringKey("messaging.operation.type"), "receive")
                    .containsEntry(AttributeKey.stringKey("messaging.message.id"), message.getJMSMessageID())
                    .containsEntry(AttributeKey.longKey("messaging.servicebus.message.delivery_count"), 1L)
                    .containsEntry(
                            AttributeKey.longKey("messaging.servicebus.message.enqueued_time"),
                            message.getLongProperty("JMS_SB_EnqueuedTime") / 1000);
        }

        @Test
        void beginsWithTheCall() throws JMSException {
            Message message = receive();
            exporter.reset();
            tracing.received(ORDERS, message, Instant.EPOCH.plusSeconds(1));
            assertThat(span("receive orders").getStartEpochNanos()).isEqualTo(1_000_000_000);
        }

        @Test
        void givesTheContextToGoOnWith() throws JMSException {
            Message message = receive();
            assertThat(contextOf(Span.fromContext(tracing.contextOf(message)))).isEqualTo(sent);
            assertThat(Baggage.fromContext(tracing.contextOf(message)).getEntryValue("user"))
                    .isEqualTo("ann");
        }

        @Test
        void ofABodyIsTheSame() {
            try (JMSContext context = factory.createContext();
                    JMSConsumer consumer = context.createConsumer(orders)) {
                assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("a");
            }
            assertLinkedToTheSend(span("receive orders"));
        }

        @Test
        void thatFindsNothingIsNotTraced() throws JMSException {
            assertThat(session.createConsumer(session.createQueue("empty")).receiveNoWait())
                    .isNull();
            assertThat(exporter.getFinishedSpanItems()).isEmpty();
        }
    }

    @Nested
    class ByAListener {
        private SpanData delivered(Runnable doing) throws JMSException {
            try (Session listening = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                    MessageConsumer consumer = listening.createConsumer(orders)) {
                CompletableFuture<String> current = new CompletableFuture<>();
                consumer.setMessageListener(message -> {
                    current.complete(Span.current().getSpanContext().getSpanId()
                            + Baggage.current().getEntryValue("user"));
                    doing.run();
                });
                await().until(() -> !exporter.getFinishedSpanItems().isEmpty());
                SpanData span = exporter.getFinishedSpanItems().get(0);
                assertThat(current).isCompletedWithValue(span.getSpanId() + "ann");
                return span;
            }
        }

        @Test
        void isAConsumerSpanThatIsCurrentMeanwhileAndAChildOfTheSend() throws JMSException {
            SpanData span = delivered(() -> {});
            assertThat(span.getName()).isEqualTo("process orders");
            assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
            assertThat(span.getTraceId()).isEqualTo(sent.substring(3, 35));
            assertThat(span.getParentSpanId()).isEqualTo(sent.substring(36, 52));
            assertLinkedToTheSend(span);
        }

        /** As when a tool that is not ours has put something else there. */
        @Test
        void ofAMessageWhoseContextIsNoneBeginsATrace() throws JMSException {
            receive().acknowledge();
            factory.setMessageTracing(null);
            try (JMSContext context = factory.createContext()) {
                context.createProducer().setProperty(CONTEXT, "from elsewhere").send(orders, "b");
            }
            exporter.reset();
            try (Session listening = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                    MessageConsumer consumer = listening.createConsumer(orders)) {
                consumer.setMessageListener(message -> {});
                await().until(() -> !exporter.getFinishedSpanItems().isEmpty());
            }
            SpanData span = span("process orders");
            assertThat(span.getParentSpanContext().isValid()).isFalse();
            assertThat(span.getLinks()).isEmpty();
        }

        /** As where the application's thread calls it, by {@code Session.run}. */
        @Test
        void withinACurrentSpanIsAChildOfThatAndLinkedToTheSend() throws JMSException {
            Message message = receive();
            Span caller = tracer.spanBuilder("caller").startSpan();
            try (Scope ignored = caller.makeCurrent()) {
                MessageTracing.Operation processing = tracing.process(ORDERS, message);
                assertThat(Baggage.current().getEntryValue("user")).isEqualTo("ann");
                processing.end(null);
                assertThat(Span.current()).isSameAs(caller);
                assertThat(Baggage.current().getEntryValue("user")).isNull();
            }
            SpanData span = span("process orders");
            assertThat(span.getParentSpanId()).isEqualTo(caller.getSpanContext().getSpanId());
            assertLinkedToTheSend(span);
        }

        @Test
        void saysWhatTheListenerThrew() throws JMSException {
            SpanData span = delivered(() -> {
                throw new IllegalStateException("no such order");
            });
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getStatus().getDescription()).isEqualTo("no such order");
        }
    }

    /** It is in properties, which stay whatever becomes of the message. */
    @Nested
    class ContextStays {
        @Test
        void ofADeadLetter() throws JMSException {
            PeekLocked.of(receive()).deadLetter("why", null);
            orders = session.createQueue("orders/$deadletterqueue");
            assertThat(contextOf(receive())).isEqualTo(sent);
        }

        @Test
        void ofADeferredMessage() throws JMSException {
            PeekLocked lock = PeekLocked.of(receive());
            lock.defer();
            assertThat(contextOf(((BusSession) session)
                            .receiveDeferred(orders, lock.sequenceNumber())
                            .get(0)))
                    .isEqualTo(sent);
        }

        @Test
        void ofADelayedOne() throws JMSException {
            PeekLocked.of(receive()).abandon(Duration.ofMillis(1));
            assertThat(contextOf(receive())).isEqualTo(sent);
        }

        @Test
        void ofOneThatIsForwarded() throws JMSException {
            namespace().createQueue(QueueDescription.of("target")).join();
            namespace()
                    .createQueue(QueueDescription.builder("source")
                            .forwardTo("target")
                            .build())
                    .join();
            session.createProducer(session.createQueue("source")).send(session.createTextMessage("b"));
            String context = contextOf(span("send source"));
            orders = session.createQueue("target");
            assertThat(contextOf(receive())).isEqualTo(context);
        }

        @Test
        void inEachCopyOfATopic() throws JMSException {
            Topic news = session.createTopic("news");
            MessageConsumer one = session.createConsumer(news);
            MessageConsumer two = session.createSharedDurableConsumer(news, "all");
            session.createProducer(news).send(session.createTextMessage("b"));
            String context = contextOf(span("send news"));
            assertThat(contextOf(one.receive(10_000))).isEqualTo(context);
            assertThat(span("receive news").getAttributes().get(SUBSCRIPTION)).isNull();
            exporter.reset();
            assertThat(contextOf(two.receive(10_000))).isEqualTo(context);
            assertThat(span("receive news").getAttributes().get(SUBSCRIPTION)).isEqualTo("all");
        }

        private static final AttributeKey<String> SUBSCRIPTION =
                AttributeKey.stringKey("messaging.destination.subscription.name");
    }
}
