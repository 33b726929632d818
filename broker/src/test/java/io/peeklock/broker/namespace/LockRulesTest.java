/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.journal.memory.MemoryJournalStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules L1 to L12. */
class LockRulesTest {
    private TestBus bus;

    @BeforeEach
    void open() {
        bus = new TestBus(new MemoryJournalStore(4, true), TestBus.config(Profile.JMS), 1);
        bus.create(QueueDescription.builder("orders"));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    @Tag("L2")
    void aLockedMessageIsSeenByNobodyElseUntilItIsUnlocked() {
        bus.send("a");
        Delivery first = bus.take();
        assertThat(bus.receive(TestBus.ORDERS)).isNull();
        bus.settle(first, Settlement.ABANDON);
        Delivery again = bus.take();
        assertThat(again.deliveryCount()).isEqualTo(1);
        bus.settle(again, Settlement.COMPLETE);
        assertThat(bus.receive(TestBus.ORDERS)).isNull();
        assertThat(bus.counters().active()).isZero();
    }
}
