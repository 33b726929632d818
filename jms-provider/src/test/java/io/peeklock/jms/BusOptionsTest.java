/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the factory's URL says of the bus is what the bus does. */
class BusOptionsTest {

    private static NamespaceConfig config(String options) throws JMSException {
        try (TestBroker broker = new TestBroker(options)) {
            return broker.namespace().config();
        }
    }

    @Test
    @Tag("T9")
    @Tag("W5")
    @Tag("P7")
    void isTheDefaultWithoutAny() throws JMSException {
        NamespaceConfig config = config("");
        assertThat(config.profile()).isEqualTo(Profile.JMS);
        assertThat(config.operationTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.autoCreate()).isTrue();
        assertThat(config.autoCreatePartitioned()).isFalse();
        assertThat(config.expireWholeSessions()).isFalse();
    }

    @Test
    @Tag("T9")
    @Tag("W5")
    @Tag("P7")
    void isWhatTheOptionsSay() throws JMSException {
        assertThat(config("?profile=azure").profile()).isEqualTo(Profile.AZURE);
        assertThat(config("?operationTimeout=45s").operationTimeout()).hasSeconds(45);
        assertThat(config("?autoCreate=false").autoCreate()).isFalse();
        assertThat(config("?autoCreate.partitioned=true").autoCreatePartitioned())
                .isTrue();
        assertThat(config("?expireWholeSessions=true").expireWholeSessions()).isTrue();
    }

    @Test
    @Tag("L3")
    @Tag("L12")
    @Tag("P2")
    @Tag("Q1")
    void holdsForWhatIsCreatedOnFirstUse() throws JMSException {
        try (TestBroker broker = new TestBroker(
                "?defaultLockDuration=7s&defaultMaxDeliveryCount=3&defaultQueueSize=2MB&maxMessageSize=1KB")) {
            broker.send("orders", "a");
            QueueDescription orders = broker.namespace().queue("orders").join();
            assertThat(orders.lockDuration()).hasSeconds(7);
            assertThat(orders.maxDeliveryCount()).isEqualTo(3);
            assertThat(orders.maxSizeBytes()).isEqualTo(2 << 20);
            assertThat(orders.maxMessageBytes()).isEqualTo(1 << 10);
        }
        try (TestBroker broker = new TestBroker()) {
            broker.send("orders", "a");
            QueueDescription orders = broker.namespace().queue("orders").join();
            assertThat(orders.lockDuration()).hasMinutes(1);
            assertThat(orders.maxDeliveryCount()).isEqualTo(10);
            assertThat(orders.maxSizeBytes()).isEqualTo(1L << 30);
            assertThat(orders.maxMessageBytes()).isEqualTo(256 << 10);
        }
    }
}
