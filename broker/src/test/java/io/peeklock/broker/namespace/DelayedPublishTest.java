/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is published with a delay: rule N4 in subscriptions, which are chosen at the send. */
class DelayedPublishTest {
    private static final EntityPath PRICES = EntityPath.topic("prices");
    private static final EntityPath FIRST = EntityPath.subscription("prices", "first");
    private static final EntityPath SECOND = EntityPath.subscription("prices", "second");

    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(1, TestBus.config(Profile.JMS));
        bus.get(bus.namespace.createTopic(TopicDescription.of("prices")));
        subscribe("first", false);
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private void subscribe(String name, boolean temporary) {
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("prices", name)
                .temporary(temporary)
                .build()));
    }

    private long publish(String text, long delayMs) {
        return bus.send(PRICES, TestBus.text(text).deliveryDelayMs(delayMs));
    }

    private void advance(long ms) {
        bus.advance(Duration.ofMillis(ms));
    }

    @Test
    @Tag("N4")
    void comesToEachSubscriptionThatWasThereAtTheSend() {
        subscribe("second", false);
        publish("delayed", 1000);
        subscribe("third", false);
        publish("now", 0);
        assertThat(bus.get(bus.namespace.counters(FIRST)).scheduled()).isEqualTo(1);
        assertThat(bus.get(bus.namespace.counters(FIRST)).active()).isEqualTo(1);
        advance(999);
        assertThat(bus.takeAll(FIRST)).containsExactly("now");
        advance(1);
        assertThat(bus.takeAll(FIRST)).containsExactly("delayed");
        assertThat(bus.takeAll(SECOND)).containsExactly("now", "delayed");
        assertThat(bus.takeAll(EntityPath.subscription("prices", "third"))).containsExactly("now");
    }

    @Test
    @Tag("N2")
    @Tag("N4")
    void keepsItsNumberInTheTopic() {
        long number = publish("delayed", 1000);
        long later = publish("now", 0);
        advance(1000);
        Delivery now = bus.take(FIRST);
        Delivery delayed = bus.take(FIRST);
        assertThat(delayed.enqueuedSequenceNumber()).isEqualTo(number);
        assertThat(now.enqueuedSequenceNumber()).isEqualTo(later);
        assertThat(delayed.sequenceNumber()).isGreaterThan(now.sequenceNumber());
    }

    @Test
    @Tag("N4")
    void waitsOnInADurableSubscriptionAfterAPowerCut() {
        publish("delayed", 1000);
        publish("overdue", 10);
        bus.runtime.advanceWithoutTimers(Duration.ofMillis(500));
        bus = bus.crashed();
        assertThat(bus.takeAll(FIRST)).containsExactly("overdue");
        advance(500);
        assertThat(bus.takeAll(FIRST)).containsExactly("delayed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("N4")
    @Tag("W6")
    void comesToATemporarySubscription(boolean durable) {
        subscribe("second", true);
        bus.send(PRICES, TestBus.text("delayed").deliveryDelayMs(1000).durable(durable));
        assertThat(bus.takeAll(SECOND)).isEmpty();
        advance(1000);
        assertThat(bus.takeAll(SECOND)).containsExactly("delayed");
    }

    @Test
    @Tag("N4")
    void goesWithItsSubscription() {
        publish("delayed", 1000);
        bus.get(bus.namespace.deleteSubscription("prices", "first"));
        subscribe("first", false);
        advance(1000);
        assertThat(bus.takeAll(FIRST)).isEmpty();
    }
}
