/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityOptions;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import java.util.List;
import java.util.stream.Stream;

/**
 * The queues and topics between which messages are moved: of every kind, in every partition.
 *
 * <p>Immutable.
 */
final class MovingBus {

    static final List<String> TARGETS =
            List.of("q0", "q1", "q2", "q3", "spread", "trips", "wide", "once", "relay", "news");

    private static final List<String> QUEUES =
            List.of("q0", "q1", "q2", "q3", "spread", "trips", "wide", "once", "news/Subscriptions/s");

    /** What can be received from. */
    static final List<String> SOURCES =
            QUEUES.stream().flatMap(MovingBus::withDeadLetters).toList();

    /** Wherever a message can be. */
    static final List<String> ALL =
            Stream.concat(SOURCES.stream(), withDeadLetters("relay")).toList();

    private MovingBus() {}

    private static Stream<String> withDeadLetters(String queue) {
        return Stream.of(queue, queue + "/$deadletterqueue");
    }

    static void create(Namespace namespace) {
        for (int home = 0; home < CrashingBroker.PARTITIONS; home++) {
            create(namespace, QueueDescription.builder("q" + home).homePartition(home));
        }
        create(namespace, QueueDescription.builder("spread").partitioned(true));
        create(namespace, QueueDescription.builder("trips").partitioned(true).sessionRequired(true));
        create(namespace, QueueDescription.builder("wide").homePartition(2).sessionRequired(true));
        create(
                namespace,
                QueueDescription.builder("once")
                        .homePartition(1)
                        .duplicateDetectionWindow(EntityOptions.DEFAULT_WINDOW));
        create(namespace, QueueDescription.builder("relay").homePartition(3).forwardTo("q1"));
        namespace
                .createTopic(TopicDescription.builder("news").partitioned(true).build())
                .join();
        namespace
                .createSubscription(SubscriptionDescription.builder("news", "s").build())
                .join();
    }

    private static void create(Namespace namespace, QueueDescription.Builder queue) {
        namespace.createQueue(queue.build()).join();
    }
}
