/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.peeklock.broker.Namespace;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A factory that traces, and what was traced.
 *
 * <p>One thread, but for the spans.
 */
abstract class TracingFixture {
    static final String CONTEXT = "traceparent";

    final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .setPropagators(ContextPropagators.create(TextMapPropagator.composite(
                    W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
            .build();
    final Tracer tracer = telemetry.getTracer("test");
    final OpenTelemetryTracing tracing = new OpenTelemetryTracing(telemetry);
    final PeeklockConnectionFactory factory;
    Connection connection;
    Session session;
    Queue orders;

    /** Of a factory that traces with {@link #tracing}. */
    TracingFixture() {
        this(new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID()));
        factory.setMessageTracing(tracing);
    }

    /** Of a factory that is as it shall be. */
    TracingFixture(PeeklockConnectionFactory factory) {
        this.factory = factory;
    }

    @BeforeEach
    void connect() throws JMSException {
        connection = factory.createConnection();
        session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        orders = session.createQueue("orders");
        connection.start();
    }

    @AfterEach
    void close() throws JMSException {
        connection.close();
        factory.close();
        telemetry.close();
    }

    Namespace namespace() throws JMSException {
        return ((BusSession) session).namespace();
    }

    void send(Message message) throws JMSException {
        session.createProducer(orders).send(message);
    }

    Message receive() throws JMSException {
        Message message = session.createConsumer(orders).receive(10_000);
        assertThat(message).isNotNull();
        return message;
    }

    SpanData span(String name) {
        List<SpanData> found = exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
        assertThat(found).as("spans called %s", name).hasSize(1);
        return found.get(0);
    }

    static String contextOf(SpanData span) {
        return contextOf(span.getSpanContext());
    }

    static String contextOf(Span span) {
        return contextOf(span.getSpanContext());
    }

    private static String contextOf(SpanContext of) {
        return "00-" + of.getTraceId() + "-" + of.getSpanId() + "-"
                + of.getTraceFlags().asHex();
    }

    static @Nullable String contextOf(Message message) throws JMSException {
        return message.getStringProperty(CONTEXT);
    }
}
