/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.peeklock.administration.jmx.NamespaceBeans;
import io.peeklock.jms.MessageTracing;
import io.peeklock.observability.meters.PeeklockMeters;
import io.peeklock.observability.tracing.OpenTelemetryTracing;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import javax.management.JMException;
import javax.management.MBeanServer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Meters, MXBeans and traces of the application's broker, each if its property asks for it. They end before the broker. */
@AutoConfiguration(after = PeeklockAutoConfiguration.class)
@ConditionalOnBean(PeeklockBus.class)
public final class PeeklockObservabilityAutoConfiguration {

    @Bean
    @ConditionalOnBooleanProperty("peeklock.jmx.enabled")
    NamespaceBeans peeklockBeans(PeeklockBus bus, PeeklockProperties properties, ObjectProvider<MBeanServer> server)
            throws JMException {
        return NamespaceBeans.register(
                bus.namespace(),
                name(bus, properties),
                server.getIfAvailable(ManagementFactory::getPlatformMBeanServer));
    }

    private static String name(PeeklockBus bus, PeeklockProperties properties) {
        return Objects.requireNonNullElseGet(properties.brokerName(), bus::name);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    @ConditionalOnBooleanProperty("peeklock.metrics.enabled")
    static class WithMicrometer {

        /** Spring Boot binds it to all registries. */
        @Bean
        PeeklockMeters peeklockMeters(PeeklockBus bus, PeeklockProperties properties) {
            int maxEntities = properties.metrics().maxEntities();
            InvalidPeeklockPropertyException.require(
                    maxEntities >= 1, "peeklock.metrics.max-entities", maxEntities, "1 or more");
            return new PeeklockMeters(bus.namespace(), name(bus, properties), List.of(), maxEntities);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("io.micrometer.core.instrument.binder.MeterBinder")
    @ConditionalOnBooleanProperty("peeklock.metrics.enabled")
    static class WithoutMicrometer {

        @Bean
        Object peeklockMeters() {
            throw InvalidPeeklockPropertyException.missing("peeklock.metrics.enabled", "io.micrometer:micrometer-core");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(OpenTelemetry.class)
    @ConditionalOnBooleanProperty("peeklock.tracing.enabled")
    @ConditionalOnMissingBean(MessageTracing.class)
    static class WithOpenTelemetry {

        /** By the application's, else by that of the JVM, which a Java agent sets. */
        @Bean
        MessageTracing peeklockTracing(ObjectProvider<OpenTelemetry> telemetry) {
            return new OpenTelemetryTracing(telemetry.getIfAvailable(GlobalOpenTelemetry::get));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("io.opentelemetry.api.OpenTelemetry")
    @ConditionalOnBooleanProperty("peeklock.tracing.enabled")
    static class WithoutOpenTelemetry {

        @Bean
        MessageTracing peeklockTracing() {
            throw InvalidPeeklockPropertyException.missing(
                    "peeklock.tracing.enabled", "io.opentelemetry:opentelemetry-api");
        }
    }
}
