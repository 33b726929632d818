/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A bus whose entities are in one partition each, or all spread over four, and what tests of forwarding do again and again.
 *
 * <p>Not thread safe.
 */
abstract class ForwardFixture {
    static final int PARTITIONS = 4;

    TestBus bus;

    /** Whether the entities are spread over all partitions. */
    boolean partitioned() {
        return false;
    }

    @BeforeEach
    void open() {
        bus = TestBus.simulated(PARTITIONS, TestBus.config(Profile.JMS));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    EntityPath queue(String name) {
        return queue(name, queue -> queue);
    }

    EntityPath queue(String name, UnaryOperator<QueueDescription.Builder> settings) {
        return bus.create(settings.apply(QueueDescription.builder(name).partitioned(partitioned())))
                .path();
    }

    /** A queue that forwards. */
    EntityPath queue(String name, String forwardTo) {
        return queue(name, queue -> queue.forwardTo(forwardTo));
    }

    void change(String queue, UnaryOperator<QueueDescription.Builder> settings) {
        QueueDescription now = bus.get(bus.namespace.queue(queue));
        bus.get(bus.namespace.updateQueue(settings.apply(now.toBuilder()).build()));
    }

    EntityPath topic(String name) {
        return topic(name, topic -> topic);
    }

    EntityPath topic(String name, UnaryOperator<TopicDescription.Builder> settings) {
        return bus.get(bus.namespace.createTopic(
                        settings.apply(TopicDescription.builder(name).partitioned(partitioned()))
                                .build()))
                .path();
    }

    EntityPath subscription(String topic, String name, UnaryOperator<SubscriptionDescription.Builder> settings) {
        return bus.get(bus.namespace.createSubscription(settings.apply(SubscriptionDescription.builder(topic, name))
                        .build()))
                .path();
    }

    void send(EntityPath path, String... texts) {
        for (String text : texts) {
            bus.send(path, TestBus.text(text));
        }
    }

    /** All that is in an entity, in the order of its numbers. */
    List<Delivery> all(EntityPath path) {
        return bus.get(bus.namespace.peek(path, 0, 250));
    }

    List<String> textsOf(EntityPath path) {
        return all(path).stream().map(TestBus::textOf).toList();
    }

    Delivery only(EntityPath path) {
        List<Delivery> all = all(path);
        assertThat(all).as("messages of %s", path).hasSize(1);
        return all.get(0);
    }

    /** The reason why the only dead letter of an entity is one. */
    String reasonIn(EntityPath path) {
        return String.valueOf(only(path.deadLetterQueue()).deadLetterReason());
    }

    void deadLetter(EntityPath path) {
        bus.settle(bus.take(path), new Settlement.DeadLetter("Wrong", "it was", Map.of()));
    }
}
