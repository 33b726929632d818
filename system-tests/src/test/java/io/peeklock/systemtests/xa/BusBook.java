/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.Locale;

/**
 * A queue, or a topic with a subscription, in which each message is an order.
 *
 * <p>Immutable.
 *
 * @param name by which it is reported
 * @param home the partition in which it lies, unless it is partitioned
 */
record BusBook(String name, boolean isTopic, boolean isPartitioned, int home) {

    // Orders are rolled back, and their processes killed, more often than any that is in order.
    private static final int ANY_NUMBER_OF_TIMES = 1_000_000;
    private static final String SUBSCRIPTION = "all";

    static BusBook queue(String name, int home) {
        return new BusBook(name, false, false, home);
    }

    static BusBook partitionedQueue(String name) {
        return new BusBook(name, false, true, 0);
    }

    static BusBook topic(String name, int home) {
        return new BusBook(name, true, false, home);
    }

    static BusBook partitionedTopic(String name) {
        return new BusBook(name, true, true, 0);
    }

    private String entity() {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Makes it, unless it is there. */
    void create(Namespace bus) {
        if (isTopic) {
            if (bus.topics().join().stream().noneMatch(topic -> topic.name().equals(entity()))) {
                bus.createTopic(TopicDescription.builder(entity())
                                .partitioned(isPartitioned)
                                .homePartition(home)
                                .build())
                        .join();
                bus.createSubscription(SubscriptionDescription.of(entity(), SUBSCRIPTION))
                        .join();
            }
        } else if (bus.queues().join().stream().noneMatch(queue -> queue.name().equals(entity()))) {
            bus.createQueue(QueueDescription.builder(entity())
                            .partitioned(isPartitioned)
                            .homePartition(home)
                            .maxDeliveryCount(ANY_NUMBER_OF_TIMES)
                            .build())
                    .join();
        }
    }

    /** Where orders are sent to. */
    Destination destination(Session session) throws JMSException {
        return isTopic ? session.createTopic(entity()) : session.createQueue(entity());
    }

    /** Where orders are received from and looked at. */
    Queue source(Session session) throws JMSException {
        return session.createQueue(isTopic ? entity() + "/Subscriptions/" + SUBSCRIPTION : entity());
    }

    Queue deadLetters(Session session) throws JMSException {
        return session.createQueue(source(session).getQueueName() + "/$deadletterqueue");
    }
}
