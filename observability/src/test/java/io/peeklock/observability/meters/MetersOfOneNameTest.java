/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import static io.peeklock.broker.namespace.TestBus.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two namespaces that have the same name in one registry. The first has one message, the second has two. */
final class MetersOfOneNameTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private LocalNamespace first;
    private LocalNamespace second;
    private PeeklockMeters ofFirst;

    @BeforeEach
    void open() throws JournalException {
        first = open(1);
        second = open(2);
        ofFirst = new PeeklockMeters(first, "bus");
        ofFirst.bindTo(registry);
    }

    private static LocalNamespace open(int messages) throws JournalException {
        LocalNamespace namespace = LocalNamespace.open(new MemoryJournalStore(1, false), NamespaceConfig.defaults());
        namespace.createQueue(QueueDescription.of("orders")).join();
        for (int i = 0; i < messages; i++) {
            namespace.send(ORDERS, TestBus.text("a").build()).join();
        }
        return namespace;
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private List<Double> active() {
        return registry.find("peeklock.messages").tag("state", "active").gauges().stream()
                .map(Gauge::value)
                .toList();
    }

    /** As when a bus is reopened, and nobody has closed its meters. */
    @Test
    void theSecondHasMetersIfTheFirstIsClosed() {
        first.close();
        try (PeeklockMeters ofSecond = new PeeklockMeters(second, "bus")) {
            ofSecond.bindTo(registry);
            assertThat(active()).containsExactly(2.0);
            ofFirst.close();
            assertThat(active()).containsExactly(2.0);
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void theFirstKeepsItsMetersAsLongAsItIsOpen() {
        try (PeeklockMeters ofSecond = new PeeklockMeters(second, "bus")) {
            ofSecond.bindTo(registry);
            assertThat(active()).containsExactly(1.0);
        }
        assertThat(active()).containsExactly(1.0);
    }

    @Test
    void bothHaveMetersIfATagTellsThemApart() {
        try (PeeklockMeters ofSecond = new PeeklockMeters(
                second, "bus", List.of(Tag.of("app", "shop")), PeeklockMeters.DEFAULT_MAX_ENTITIES)) {
            ofSecond.bindTo(registry);
            assertThat(active()).containsExactlyInAnyOrder(1.0, 2.0);
        }
    }

    @Test
    void bindingTwiceIsBindingOnce() {
        ofFirst.bindTo(registry);
        assertThat(active()).containsExactly(1.0);
        ofFirst.close();
        ofFirst.bindTo(registry);
        assertThat(active()).containsExactly(1.0);
    }
}
