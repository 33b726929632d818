/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Names of fields that are not names of properties, which have no dashes. */
final class PropertyNamesTest extends TracingFixture {
    private static final String FIELD = "x-user-id";
    private static final String PROPERTY = "x__dash__user__dash__id";

    private final OpenTelemetryTracing dashed =
            new OpenTelemetryTracing(OpenTelemetry.propagating(ContextPropagators.create(new Dashed())));

    PropertyNamesTest() {
        super(new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID()));
        factory.setMessageTracing(dashed);
    }

    /** Carries one entry of the baggage, and looks for it among all names. */
    private static final class Dashed implements TextMapPropagator {
        @Override
        public Collection<String> fields() {
            return List.of(FIELD);
        }

        @Override
        public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
            setter.set(carrier, FIELD, Baggage.fromContext(context).getEntryValue("user"));
        }

        @Override
        public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
            for (String name : getter.keys(carrier)) {
                if (name.equals(FIELD)) {
                    return context.with(Baggage.builder()
                            .put("user", getter.get(carrier, name))
                            .build());
                }
            }
            return context;
        }
    }

    @Test
    void haveTheDashInWordsAndAreReadBack() throws JMSException {
        try (Scope ignored = Baggage.builder().put("user", "ann").build().makeCurrent()) {
            send(session.createTextMessage("a"));
        }
        Message message = receive();
        assertThat(message.getStringProperty(PROPERTY)).isEqualTo("ann");
        assertThat(Baggage.fromContext(dashed.contextOf(message)).getEntryValue("user"))
                .isEqualTo("ann");
    }
}
