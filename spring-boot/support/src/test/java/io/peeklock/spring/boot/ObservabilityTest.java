/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import jakarta.jms.Message;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jms.core.JmsTemplate;

/** Meters, MXBeans and traces, off unless asked for. */
final class ObservabilityTest {

    private static final MBeanServer MBEANS = ManagementFactory.getPlatformMBeanServer();

    private final ApplicationContextRunner runner = Contexts.withJms(
                    PeeklockObservabilityAutoConfiguration.class,
                    Contexts.oneOf(List.of(
                            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
                            "org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration")),
                    Contexts.oneOf(
                            List.of(
                                    "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration",
                                    "org.springframework.boot.actuate.autoconfigure.metrics.export.simple.SimpleMetricsExportAutoConfiguration")))
            .withPropertyValues("peeklock.url=peeklock:mem:observed");

    @Test
    void unlessAskedForNothingIsShown() {
        runner.withBean(OpenTelemetry.class, OpenTelemetry::noop).run(context -> {
            assertThat(context.getBean(MeterRegistry.class).getMeters())
                    .noneMatch(meter -> meter.getId().getName().startsWith("peeklock."));
            assertThat(beans()).isZero();
            context.getBean(JmsTemplate.class).convertAndSend("orders", "one espresso");
            assertThat(receive(context.getBean(JmsTemplate.class)).propertyExists("traceparent"))
                    .isFalse();
        });
    }

    @Test
    void metersAreInTheRegistriesUntilTheContextCloses() {
        MeterRegistry[] registry = new MeterRegistry[1];
        runner.withPropertyValues("peeklock.metrics.enabled=true", "peeklock.broker-name=shop")
                .run(context -> {
                    registry[0] = context.getBean(MeterRegistry.class);
                    context.getBean(JmsTemplate.class).convertAndSend("orders", "one espresso");
                    assertThat(registry[0]
                                    .get("peeklock.partitions")
                                    .tag("namespace", "shop")
                                    .meters())
                            .isNotEmpty();
                });
        assertThat(registry[0].find("peeklock.partitions").meters()).isEmpty();
    }

    @Test
    void mxBeansAreThereUntilTheContextCloses() throws Exception {
        runner.withPropertyValues("peeklock.jmx.enabled=true")
                .run(context -> assertThat(beans()).isPositive());
        assertThat(beans()).isZero();
    }

    @Test
    void messagesCarryTheContextOfTheTraceAndHaveSpans() {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        OpenTelemetry telemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
        runner.withPropertyValues("peeklock.tracing.enabled=true")
                .withBean(OpenTelemetry.class, () -> telemetry)
                .run(context -> {
                    context.getBean(JmsTemplate.class).convertAndSend("orders", "one espresso");
                    assertThat(receive(context.getBean(JmsTemplate.class)).getStringProperty("traceparent"))
                            .contains(spans.getFinishedSpanItems().get(0).getTraceId());
                });
    }

    @Test
    void noMetersAreAskedForByTheirSwitchAlone() {
        Contexts.withJms(PeeklockObservabilityAutoConfiguration.class)
                .withPropertyValues("peeklock.metrics.enabled=true", "peeklock.metrics.max-entities=0")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessage("peeklock.metrics.max-entities: it is 0, and allowed is 1 or more"));
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertNamed("peeklock.metrics.enabled", "io.micrometer", "io.micrometer:micrometer-core");
        assertNamed("peeklock.tracing.enabled", "io.opentelemetry", "io.opentelemetry:opentelemetry-api");
        assertNamed("peeklock.pool.enabled", "org.messaginghub.pooled", "org.messaginghub:pooled-jms");
    }

    private static void assertNamed(String property, String classes, String artifact) {
        Contexts.withJms(PeeklockObservabilityAutoConfiguration.class)
                .withPropertyValues(property + "=true")
                .withClassLoader(new FilteredClassLoader(classes))
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(InvalidPeeklockPropertyException.class)
                        .hasMessageContaining(property)
                        .hasMessageContaining(artifact));
    }

    private static Message receive(JmsTemplate template) {
        template.setReceiveTimeout(5_000);
        return template.receive("orders");
    }

    private static int beans() throws Exception {
        return MBEANS.queryNames(new ObjectName("io.peeklock:*"), null).size();
    }
}
