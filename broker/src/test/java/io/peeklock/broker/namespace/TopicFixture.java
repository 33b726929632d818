/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A bus with topics, and what tests of them do again and again.
 *
 * <p>Not thread safe.
 */
abstract class TopicFixture {
    static final int PARTITIONS = 4;
    static final EntityPath NEWS = EntityPath.topic("news");

    TestBus bus;

    @BeforeEach
    void open() {
        open(TestBus.config(Profile.JMS));
    }

    void open(NamespaceConfig config) {
        bus = TestBus.simulated(PARTITIONS, config);
        topic(TopicDescription.builder("news"));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    void topic(TopicDescription.Builder topic) {
        bus.get(bus.namespace.createTopic(topic.build()));
    }

    /** A subscription of the topic news that takes everything. */
    EntityPath subscribe(String name) {
        return subscribe(SubscriptionDescription.builder("news", name));
    }

    EntityPath subscribe(String name, String selector) {
        return subscribe(SubscriptionDescription.builder("news", name).filter(SubscriptionFilter.of(selector)));
    }

    EntityPath subscribe(SubscriptionDescription.Builder subscription) {
        return bus.get(bus.namespace.createSubscription(subscription.build())).path();
    }

    void publish(String text) {
        bus.send(NEWS, TestBus.text(text));
    }

    /** Texts of all that is there, in the order of their numbers. */
    List<String> textsOf(EntityPath path) {
        return bus.get(bus.namespace.peek(path, 0, 250)).stream()
                .map(TestBus::textOf)
                .toList();
    }

    long active(EntityPath path) {
        return bus.get(bus.namespace.counters(path)).active();
    }

    static List<Long> numbersOf(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::sequenceNumber).toList();
    }
}
