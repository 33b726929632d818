/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import io.peeklock.jms.MessageTracing;
import io.peeklock.jms.MessageTracingProvider;

/**
 * For {@code tracing=opentelemetry} in a URL: traces with the global OpenTelemetry from when there is one, and carries context on until
 * then. Stateless.
 */
public final class OpenTelemetryTracingProvider implements MessageTracingProvider {

    @Override
    public String name() {
        return "opentelemetry";
    }

    @Override
    public MessageTracing tracing() {
        return new OpenTelemetryTracing(GlobalTelemetry::get);
    }
}
