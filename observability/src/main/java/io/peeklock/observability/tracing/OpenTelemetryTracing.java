/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.peeklock.jms.MessageTracing;
import io.peeklock.jms.TracedEntity;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Traces messages as OpenTelemetry's semantic conventions for messaging have it: a span for each send, for each message that a
 * receive call gives and for each that a listener gets, and their context in the properties that the propagator writes, such as
 * {@code traceparent}, {@code tracestate} and {@code baggage}.
 *
 * <p>A send is a PRODUCER, a child of the current span. A message into which the application, or a tool before this one, has put
 * context of its own keeps that; the span of its send links to it, and there is none if that context is the current span's. A
 * listener runs within a CONSUMER span, a child of the send unless there is a current span, with a link to it; a receive call is a
 * CLIENT span with a link to the send, and {@link #contextOf} gives what it goes on with.
 *
 * <p>Thread safe.
 */
public final class OpenTelemetryTracing implements MessageTracing {

    /** Value of {@code messaging.system}. */
    public static final String SYSTEM = "peeklock";

    private static final Logger LOG = LoggerFactory.getLogger(OpenTelemetryTracing.class);
    private static final String SCOPE = "io.peeklock.observability";
    private static final String DELIVERY_COUNT_PROPERTY = "JMSXDeliveryCount";
    private static final String ENQUEUED_TIME_PROPERTY = "JMS_SB_EnqueuedTime";

    private static final AttributeKey<String> MESSAGING_SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION_NAME = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> SUBSCRIPTION =
            AttributeKey.stringKey("messaging.destination.subscription.name");
    private static final AttributeKey<Boolean> TEMPORARY = AttributeKey.booleanKey("messaging.destination.temporary");
    private static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
    private static final AttributeKey<String> CONVERSATION_ID =
            AttributeKey.stringKey("messaging.message.conversation_id");
    private static final AttributeKey<Long> DELIVERY_COUNT =
            AttributeKey.longKey("messaging.servicebus.message.delivery_count");
    private static final AttributeKey<Long> ENQUEUED_TIME =
            AttributeKey.longKey("messaging.servicebus.message.enqueued_time");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final Supplier<OpenTelemetry> telemetry;

    /** Traces with this one. */
    public OpenTelemetryTracing(OpenTelemetry telemetry) {
        this(() -> telemetry);
    }

    /** @param telemetry asked for each message: the global one may come later */
    OpenTelemetryTracing(Supplier<OpenTelemetry> telemetry) {
        this.telemetry = telemetry;
    }

    /**
     * What a message carries, in the current context: to be the parent of what the application does with a message that it has
     * received by a call.
     */
    public Context contextOf(Message message) {
        return propagator().extract(Context.current(), message, MessageCarrier.GETTER);
    }

    private TextMapPropagator propagator() {
        return telemetry.get().getPropagators().getTextMapPropagator();
    }

    @Override
    public Operation send(TracedEntity to, String operation, Message message, SendProperties properties) {
        TextMapPropagator propagator = propagator();
        SpanContext custom = Span.fromContext(
                        propagator.extract(Context.root(), properties, MessageCarrier.SET_BY_APPLICATION))
                .getSpanContext();
        if (custom.isValid()
                && custom.getSpanId().equals(Span.current().getSpanContext().getSpanId())) {
            // Whoever has begun that span records this send.
            return failure -> {};
        }
        SpanBuilder builder = builder(to, operation, "send", message);
        if (custom.isValid()) {
            builder.setSpanKind(SpanKind.CLIENT).addLink(custom);
        } else {
            builder.setSpanKind(SpanKind.PRODUCER);
        }
        Span span = builder.startSpan();
        if (!custom.isValid()) {
            if (span.getSpanContext().isValid()) {
                // What an earlier send has left is not of this one.
                propagator.fields().forEach(field -> properties.put(MessageCarrier.propertyName(field), null));
            }
            propagator.inject(Context.current().with(span), properties, MessageCarrier.SETTER);
        }
        return failure -> end(span, failure);
    }

    @Override
    public void received(TracedEntity from, Message message, Instant began) {
        SpanBuilder builder = builder(from, "receive", "receive", message)
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(began);
        link(builder, Span.fromContext(extracted(message)).getSpanContext());
        builder.startSpan().end();
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // by the end of the operation, on the same thread
    public Operation process(TracedEntity from, Message message) {
        Context sent = extracted(message);
        Context current = Context.current();
        boolean hasParent = Span.fromContext(current).getSpanContext().isValid();
        // With the baggage of the message, whatever the parent is.
        Context parent = hasParent
                ? propagator().extract(current, message, MessageCarrier.GETTER).with(Span.fromContext(current))
                : sent;
        SpanBuilder builder = builder(from, "process", "process", message)
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(parent);
        link(builder, Span.fromContext(sent).getSpanContext());
        Span span = builder.startSpan();
        Scope scope = parent.with(span).makeCurrent();
        return failure -> {
            scope.close();
            end(span, failure);
        };
    }

    private Context extracted(Message message) {
        return propagator().extract(Context.root(), message, MessageCarrier.GETTER);
    }

    private static void link(SpanBuilder builder, SpanContext sent) {
        if (sent.isValid()) {
            builder.addLink(sent);
        }
    }

    private SpanBuilder builder(TracedEntity entity, String operation, String type, Message message) {
        Tracer tracer = telemetry.get().getTracer(SCOPE);
        SpanBuilder builder = tracer.spanBuilder(
                        entity.temporary() ? operation : operation + " " + entity.destination())
                .setAttribute(MESSAGING_SYSTEM, SYSTEM)
                .setAttribute(OPERATION_NAME, operation)
                .setAttribute(OPERATION_TYPE, type)
                .setAttribute(DESTINATION, entity.destination());
        if (entity.subscription() != null) {
            builder.setAttribute(SUBSCRIPTION, entity.subscription());
        }
        if (entity.temporary()) {
            builder.setAttribute(TEMPORARY, true);
        }
        try {
            describe(builder, type, message);
        } catch (JMSException e) {
            LOG.debug("a message is traced without its headers", e);
        }
        return builder;
    }

    private static void describe(SpanBuilder builder, String type, Message message) throws JMSException {
        set(builder, MESSAGE_ID, message.getJMSMessageID());
        set(builder, CONVERSATION_ID, message.getJMSCorrelationID());
        if (!type.equals("send")) {
            builder.setAttribute(DELIVERY_COUNT, message.getLongProperty(DELIVERY_COUNT_PROPERTY));
            if (message.propertyExists(ENQUEUED_TIME_PROPERTY)) {
                builder.setAttribute(ENQUEUED_TIME, message.getLongProperty(ENQUEUED_TIME_PROPERTY) / 1000);
            }
        }
    }

    private static void set(SpanBuilder builder, AttributeKey<String> key, @Nullable String value) {
        if (value != null) {
            builder.setAttribute(key, value);
        }
    }

    private static void end(Span span, @Nullable Throwable failure) {
        if (failure != null) {
            span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
            span.setAttribute(ERROR_TYPE, failure.getClass().getName());
            span.recordException(failure);
        }
        span.end();
    }
}
