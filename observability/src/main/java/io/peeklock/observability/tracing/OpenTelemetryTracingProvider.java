/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.peeklock.jms.MessageTracing;
import io.peeklock.jms.MessageTracingProvider;

/** For {@code tracing=opentelemetry} in a URL: traces with the global OpenTelemetry, from when there is one. Stateless. */
public final class OpenTelemetryTracingProvider implements MessageTracingProvider {

    @Override
    public String name() {
        return "opentelemetry";
    }

    @Override
    public MessageTracing tracing() {
        // To ask for it would make it up, once and for all.
        return new OpenTelemetryTracing(
                () -> GlobalOpenTelemetry.isSet() ? GlobalOpenTelemetry.get() : OpenTelemetry.noop());
    }
}
