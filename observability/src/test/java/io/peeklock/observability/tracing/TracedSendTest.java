/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.BusSession;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.time.Instant;
import java.util.Collections;
import java.util.Enumeration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Spans of sends, and what goes with the message. */
final class TracedSendTest extends TracingFixture {

    @Nested
    class ASpan {
        @Test
        void isOfTheSendAndAChildOfTheCurrentOne() throws JMSException {
            Message message = session.createTextMessage("a");
            message.setJMSCorrelationID("order 7");
            Span parent = tracer.spanBuilder("parent").startSpan();
            try (Scope ignored = parent.makeCurrent()) {
                send(message);
            }
            parent.end();
            SpanData span = span("send orders");
            assertThat(span.getKind()).isEqualTo(SpanKind.PRODUCER);
            assertThat(span.getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
            assertThat(span.getLinks()).isEmpty();
            assertThat(span.getAttributes().asMap())
                    .containsEntry(AttributeKey.stringKey("messaging.system"), "peeklock")
                    .containsEntry(AttributeKey.stringKey("messaging.operation.name"), "send")
                    .containsEntry(AttributeKey.stringKey("messaging.operation.type"), "send")
                    .containsEntry(AttributeKey.stringKey("messaging.destination.name"), "orders")
                    .containsEntry(AttributeKey.stringKey("messaging.message.id"), message.getJMSMessageID())
                    .containsEntry(AttributeKey.stringKey("messaging.message.conversation_id"), "order 7")
                    .hasSize(6);
        }

        @Test
        void ofASendThatFailsSaysWhy() throws JMSException {
            namespace()
                    .createQueue(QueueDescription.builder("small")
                            .status(EntityStatus.SEND_DISABLED)
                            .build())
                    .join();
            MessageProducer small = session.createProducer(session.createQueue("small"));
            assertThatThrownBy(() -> small.send(session.createTextMessage("a"))).isInstanceOf(JMSException.class);
            SpanData span = span("send small");
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getEvents()).extracting(EventData::getName).containsExactly("exception");
            assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                    .isEqualTo("jakarta.jms.JMSException");
        }

        @Test
        void toATemporaryQueueDoesNotNameIt() throws JMSException {
            TemporaryQueue replies = session.createTemporaryQueue();
            session.createProducer(replies).send(session.createMessage());
            assertThat(span("send").getAttributes().get(AttributeKey.booleanKey("messaging.destination.temporary")))
                    .isTrue();
        }

        @Test
        void ofAnAsynchronousSendEndsBeforeItsListenerIsCalled() throws Exception {
            CompletableFuture<SpanData> seen = new CompletableFuture<>();
            session.createProducer(orders).send(session.createTextMessage("a"), new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    seen.complete(span("send orders"));
                }

                @Override
                public void onException(Message message, Exception exception) {
                    seen.completeExceptionally(exception);
                }
            });
            await().until(seen::isDone);
            assertThat(contextOf(receive())).isEqualTo(contextOf(seen.join()));
        }

        @Test
        void ofAScheduledMessageIsCalledSo() throws JMSException {
            ((BusSession) session).schedule(orders, session.createTextMessage("a"), Instant.now());
            assertThat(contextOf(receive())).isEqualTo(contextOf(span("schedule orders")));
        }

        @Test
        void ofAContextsProducerIsTheSame() throws JMSException {
            try (JMSContext context = factory.createContext()) {
                context.createProducer().send(orders, "a");
            }
            assertThat(contextOf(receive())).isEqualTo(contextOf(span("send orders")));
        }

        @Test
        void inATransactionIsMadeWhenTheMessageIsStaged() throws JMSException {
            try (Session transacted = connection.createSession(Session.SESSION_TRANSACTED)) {
                transacted.createProducer(orders).send(transacted.createTextMessage("a"));
                SpanData span = span("send orders");
                transacted.commit();
                assertThat(contextOf(receive())).isEqualTo(contextOf(span));
            }
        }
    }

    @Nested
    class Properties {
        @Test
        void areSeenByTheSenderToo() throws JMSException {
            Message message = session.createTextMessage("a");
            send(message);
            assertThat(contextOf(message)).isEqualTo(contextOf(span("send orders")));
            assertThat(Collections.list((Enumeration<?>) message.getPropertyNames())
                            .contains(CONTEXT))
                    .isTrue();
        }

        @Test
        void areWhatTheTraceBringsAlongToo() throws JMSException {
            SpanContext remote = SpanContext.createFromRemoteParent(
                    "0af7651916cd43dd8448eb211c80319c",
                    "b7ad6b7169203331",
                    TraceFlags.getSampled(),
                    TraceState.builder().put("vendor", "1").build());
            try (Scope ignored = Span.wrap(remote).makeCurrent()) {
                send(session.createTextMessage("a"));
            }
            assertThat(receive().getStringProperty("tracestate")).isEqualTo("vendor=1");
        }

        @Test
        void ofAnEarlierSendDoNotStay() throws JMSException {
            Message message = session.createTextMessage("a");
            try (Scope ignored = Baggage.builder().put("user", "ann").build().makeCurrent()) {
                send(message);
            }
            assertThat(receive().getStringProperty("baggage")).isEqualTo("user=ann");
            exporter.reset();
            send(message);
            Message second = receive();
            assertThat(second.propertyExists("baggage")).isFalse();
            assertThat(contextOf(second)).isEqualTo(contextOf(span("send orders")));
        }

        @Test
        void ofAReceivedMessageThatIsSentOnAreReplaced() throws JMSException {
            Message message = session.createTextMessage("a");
            message.setStringProperty("colour", "blue");
            try (Scope ignored = Baggage.builder().put("user", "ann").build().makeCurrent()) {
                send(message);
            }
            Message received = receive();
            exporter.reset();
            send(received);
            received.acknowledge();
            Message again = receive();
            assertThat(contextOf(again)).isEqualTo(contextOf(span("send orders")));
            assertThat(again.propertyExists("baggage")).isFalse();
            assertThat(again.getStringProperty("colour")).isEqualTo("blue");
        }

        @Test
        void areNoneWithoutATracer() throws JMSException {
            factory.setMessageTracing(null);
            try (JMSContext context = factory.createContext()) {
                context.createProducer().send(orders, "a");
            }
            assertThat(receive().propertyExists(CONTEXT)).isFalse();
        }
    }

    /** As another tool, or the application, does it. */
    @Nested
    class ContextOfSomebodyElse {
        private final Span other = tracer.spanBuilder("other").startSpan();

        private Message carrying() throws JMSException {
            Message message = session.createTextMessage("a");
            message.setStringProperty(CONTEXT, contextOf(other));
            return message;
        }

        @Test
        void staysAndTheSendIsLinkedToIt() throws JMSException {
            send(carrying());
            SpanData span = span("send orders");
            assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(span.getLinks())
                    .extracting(LinkData::getSpanContext)
                    .extracting(SpanContext::getSpanId)
                    .containsExactly(other.getSpanContext().getSpanId());
            assertThat(contextOf(receive())).isEqualTo(contextOf(other));
        }

        @Test
        void thatIsNoneIsReplaced() throws JMSException {
            Message message = session.createTextMessage("a");
            message.setStringProperty(CONTEXT, "from elsewhere");
            send(message);
            SpanData span = span("send orders");
            assertThat(span.getKind()).isEqualTo(SpanKind.PRODUCER);
            assertThat(contextOf(receive())).isEqualTo(contextOf(span));
        }

        @Test
        void ofTheCurrentSpanMakesNoSecondOne() throws JMSException {
            try (Scope ignored = other.makeCurrent()) {
                send(carrying());
            }
            assertThat(exporter.getFinishedSpanItems()).isEmpty();
            assertThat(contextOf(receive())).isEqualTo(contextOf(other));
        }
    }
}
