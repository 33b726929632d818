/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.broker.namespace.TestBus;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.memory.MemoryJournalStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who looks at a namespace is told what is known, and asks it seldom. */
final class NamespaceMonitorTest {
    private static final EntityPath ORDERS = EntityPath.queue("orders");

    private LocalNamespace namespace;
    private long nanos;

    @BeforeEach
    void open() throws JournalException {
        namespace = LocalNamespace.open(new MemoryJournalStore(2, false), NamespaceConfig.defaults());
        create("orders");
    }

    @AfterEach
    void close() {
        namespace.close();
    }

    private void create(String name) {
        namespace.createQueue(QueueDescription.of(name)).join();
    }

    private void send() {
        namespace.send(ORDERS, TestBus.text("a").build()).join();
    }

    private NamespaceMonitor monitor(int maxEntities) {
        return new NamespaceMonitor(namespace, maxEntities, () -> nanos);
    }

    private static long active(NamespaceMonitor monitor) {
        NamespaceSnapshot now = monitor.snapshot();
        assertThat(now).isNotNull();
        return now.entities().get(ORDERS).queue().active().messages();
    }

    @Nested
    class Snapshot {
        @Test
        void isTheSameForAllWhoAskSoon() {
            NamespaceMonitor monitor = monitor(10);
            assertThat(active(monitor)).isZero();
            send();
            nanos += NamespaceMonitor.MAX_AGE.toNanos();
            assertThat(active(monitor)).isZero();
            nanos++;
            assertThat(active(monitor)).isEqualTo(1);
        }

        @Test
        void hasTheOldestEntitiesAndSaysHowManyItHasNot() {
            create("a");
            create("b");
            NamespaceSnapshot now = monitor(2).snapshot();
            assertThat(now).isNotNull();
            assertThat(now.entities()).containsOnlyKeys(ORDERS, EntityPath.queue("a"));
            assertThat(now.unwatched()).isEqualTo(1);
        }

        @Test
        void isNoneOfANamespaceThatIsClosed() {
            NamespaceMonitor monitor = monitor(10);
            assertThat(monitor.snapshot()).isNotNull();
            assertThat(monitor.isOver()).isFalse();
            namespace.close();
            assertThat(monitor.snapshot()).isNull();
            assertThat(monitor.isOver()).isTrue();
        }

        @Test
        void isRefusedToWhoMayNotManage() {
            AccessPolicy policy = namespace
                    .createPolicy(AccessPolicy.of("reader", Claim.LISTEN))
                    .join();
            Namespace view = namespace.authorize("reader", policy.primaryKey().text());
            assertThatThrownBy(() -> new NamespaceMonitor(view, 10)).isInstanceOf(BrokerException.class);
        }

        @Test
        void needsRoomForOneEntity() {
            assertThatThrownBy(() -> monitor(0)).hasMessageContaining("1 entity or more");
        }
    }

    /** Whose partitions do nothing until they are told to. */
    @Nested
    class OfASlowNamespace {
        private final TestBus bus = TestBus.simulated(1, TestBus.config(Profile.JMS));
        private final NamespaceMonitor monitor = new NamespaceMonitor(bus.namespace, 10, () -> nanos);

        @AfterEach
        void closeIt() {
            bus.close();
        }

        @Test
        void thereIsNoneUntilItAnswers() {
            assertThat(monitor.snapshot()).isNull();
            bus.run();
            assertThat(monitor.snapshot()).isNotNull();
        }

        @Test
        void whatWasKnownIsToldForAWhile() {
            assertThat(monitor.snapshot()).isNull();
            bus.run();
            nanos += NamespaceMonitor.MAX_STALENESS.toNanos();
            assertThat(monitor.snapshot()).isNotNull();
            nanos++;
            assertThat(monitor.snapshot()).isNull();
        }
    }
}
