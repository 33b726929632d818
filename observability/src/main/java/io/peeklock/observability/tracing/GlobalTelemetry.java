/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.lang.reflect.Field;
import java.util.function.BooleanSupplier;

/**
 * The global OpenTelemetry. As long as nobody has set one that does anything, as in application servers that have one for each
 * application, context is carried on between the current context and messages, in the properties of W3C, and there are no spans.
 *
 * <p>Thread safe.
 */
final class GlobalTelemetry {

    private static final OpenTelemetry CARRYING = OpenTelemetry.propagating(ContextPropagators.create(
            TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())));

    private static final BooleanSupplier IS_SET = whetherSet(GlobalOpenTelemetry.class);

    private GlobalTelemetry() {}

    static OpenTelemetry get() {
        if (IS_SET.getAsBoolean()) {
            OpenTelemetry global = GlobalOpenTelemetry.get();
            if (!doesNothing(global)) {
                return global;
            }
        }
        return CARRYING;
    }

    /** As the one that is made up for whoever asks before there is one: Payara does when it starts. */
    private static boolean doesNothing(OpenTelemetry telemetry) {
        return telemetry.getTracerProvider() == TracerProvider.noop()
                && telemetry.getPropagators().getTextMapPropagator().fields().isEmpty();
    }

    /**
     * Asks without making it up, once and for all, as {@code get} does: by {@code isSet}, or where the API is older than that by the
     * field. A class that has neither, as Open Liberty's, has no global OpenTelemetry.
     */
    private static BooleanSupplier whetherSet(Class<?> global) {
        try {
            global.getMethod("isSet");
            return GlobalOpenTelemetry::isSet;
        } catch (NoSuchMethodException e) {
            return whetherFilled(global);
        }
    }

    static BooleanSupplier whetherFilled(Class<?> global) {
        try {
            Field field = global.getDeclaredField("globalOpenTelemetry");
            field.setAccessible(true);
            return () -> {
                try {
                    return field.get(null) != null;
                } catch (IllegalAccessException e) {
                    return false;
                }
            };
        } catch (NoSuchFieldException | RuntimeException e) {
            return () -> false;
        }
    }
}
