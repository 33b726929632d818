/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.observability;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.inside.Task;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import java.util.Map;

/** Sends a parcel, as in a span that the server has begun for a request. */
public final class PostInATrace implements Task {

    @Override
    public String run(Map<String, String> parameters) {
        SpanContext span = SpanContext.create(
                parameters.get("trace"), parameters.get("span"), TraceFlags.getSampled(), TraceState.getDefault());
        Context current = Context.current()
                .with(Span.wrap(span))
                .with(Baggage.builder().put("user", parameters.get("user")).build());
        try (Scope ignored = current.makeCurrent();
                JMSContext context = Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus")
                        .createContext()) {
            context.createProducer().send(context.createQueue("parcels"), "a parcel");
        }
        return "sent";
    }
}
