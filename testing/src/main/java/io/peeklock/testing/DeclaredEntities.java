/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.testing;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.jms.config.Durations;
import java.lang.reflect.AnnotatedElement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Makes what {@link WithQueue} and {@link WithSubscription} declare.
 *
 * <p>Immutable, thread safe.
 */
final class DeclaredEntities {

    private final WithQueue[] queues;
    private final WithSubscription[] subscriptions;

    private DeclaredEntities(WithQueue[] queues, WithSubscription[] subscriptions) {
        this.queues = queues;
        this.subscriptions = subscriptions;
    }

    static DeclaredEntities of(AnnotatedElement declaring) {
        return new DeclaredEntities(
                declaring.getAnnotationsByType(WithQueue.class),
                declaring.getAnnotationsByType(WithSubscription.class));
    }

    CompletableFuture<Void> create(Namespace namespace, ConnectionFactorySettings defaults) {
        CompletableFuture<?> made = CompletableFuture.completedFuture(null);
        for (WithQueue queue : queues) {
            made = made.thenCompose(one -> namespace.createQueue(describe(queue, defaults)));
        }
        for (WithSubscription subscription : subscriptions) {
            made = made.thenCompose(one -> topic(namespace, subscription.topic()))
                    .thenCompose(topic -> namespace.createSubscription(describe(subscription, defaults)));
        }
        return made.thenAccept(all -> {});
    }

    private static CompletableFuture<TopicDescription> topic(Namespace namespace, String name) {
        return namespace
                .createTopic(TopicDescription.of(name))
                .exceptionallyCompose(
                        failure -> isThere(failure) ? namespace.topic(name) : CompletableFuture.failedStage(failure));
    }

    private static boolean isThere(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof BrokerException refused && refused.code() == ErrorCode.EntityAlreadyExists;
    }

    private static QueueDescription describe(WithQueue queue, ConnectionFactorySettings defaults) {
        QueueDescription.Builder builder = QueueDescription.builder(queue.value())
                .partitioned(queue.partitioned())
                .sessionRequired(queue.sessionRequired())
                .lockDuration(defaults.defaultLockDuration())
                .maxDeliveryCount(
                        queue.maxDeliveryCount() == 0 ? defaults.defaultMaxDeliveryCount() : queue.maxDeliveryCount())
                .maxSizeBytes(defaults.defaultQueueSizeBytes())
                .maxMessageBytes(defaults.maxMessageSizeBytes())
                .deadLetterOnExpiry(queue.deadLetterOnExpiry());
        ifSet(queue.lockDuration(), builder::lockDuration);
        ifSet(queue.timeToLive(), builder::defaultTimeToLive);
        ifSet(queue.duplicateDetectionWindow(), builder::duplicateDetectionWindow);
        return builder.build();
    }

    private static SubscriptionDescription describe(WithSubscription subscription, ConnectionFactorySettings defaults) {
        SubscriptionDescription.Builder builder = SubscriptionDescription.builder(
                        subscription.topic(), subscription.value())
                .filter(SubscriptionFilter.of(subscription.selector()))
                .sessionRequired(subscription.sessionRequired())
                .lockDuration(defaults.defaultLockDuration())
                .maxDeliveryCount(
                        subscription.maxDeliveryCount() == 0
                                ? defaults.defaultMaxDeliveryCount()
                                : subscription.maxDeliveryCount())
                .deadLetterOnExpiry(subscription.deadLetterOnExpiry());
        ifSet(subscription.lockDuration(), builder::lockDuration);
        ifSet(subscription.timeToLive(), builder::defaultTimeToLive);
        return builder.build();
    }

    private static void ifSet(String text, Consumer<Duration> setting) {
        if (!text.isEmpty()) {
            setting.accept(Durations.parse(text));
        }
    }
}
