/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityNames;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.jms.config.ConnectionFactorySettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds queues, topics and subscriptions, creates plain queues and topics on first use (rule W5), and says with which
 * settings of the factory whatever an application creates is created.
 *
 * <p>Immutable, thread safe.
 */
final class NewEntities {

    /** Begins the names of temporary destinations. */
    static final String TEMPORARY_PREFIX = EntityNames.TEMPORARY_PREFIX;

    private final ConnectionFactorySettings settings;

    NewEntities(ConnectionFactorySettings settings) {
        this.settings = settings;
    }

    /** The entity of a path; fails with EntityNotFound if it is not there and is not to be created. */
    CompletableFuture<EntitySettings> resolve(Namespace namespace, EntityPath path) {
        CompletableFuture<EntitySettings> found = namespace.resolve(path, false);
        if (!settings.autoCreate() || !isPlain(path)) {
            return found;
        }
        return found.exceptionallyCompose(failure -> JmsExceptions.isA(ErrorCode.EntityNotFound, failure)
                ? create(namespace, path)
                : CompletableFuture.failedStage(failure));
    }

    private static boolean isPlain(EntityPath path) {
        return !path.deadLetter()
                && path.kind() != EntityKind.SUBSCRIPTION
                && !path.name().regionMatches(true, 0, TEMPORARY_PREFIX, 0, TEMPORARY_PREFIX.length());
    }

    private CompletionStage<EntitySettings> create(Namespace namespace, EntityPath path) {
        CompletableFuture<?> created = path.kind() == EntityKind.TOPIC
                ? namespace.createTopic(topic(path.name()).build())
                : namespace.createQueue(queue(path.name()).build());
        return created.handle((description, failure) -> failure)
                .thenCompose(failure -> failure == null || JmsExceptions.isA(ErrorCode.EntityAlreadyExists, failure)
                        ? namespace.resolve(path, false)
                        : CompletableFuture.failedStage(failure));
    }

    QueueDescription temporaryQueue(String name) {
        return queue(name).partitioned(false).temporary(true).build();
    }

    TopicDescription temporaryTopic(String name) {
        return topic(name).partitioned(false).temporary(true).build();
    }

    /** A subscription that an application makes. */
    SubscriptionDescription subscription(String topic, String name, SubscriptionFilter filter, boolean temporary) {
        return SubscriptionDescription.builder(topic, name)
                .lockDuration(settings.defaultLockDuration())
                .maxDeliveryCount(settings.defaultMaxDeliveryCount())
                .filter(filter)
                .madeByApplication(true)
                .temporary(temporary)
                .build();
    }

    private QueueDescription.Builder queue(String name) {
        return QueueDescription.builder(name)
                .partitioned(settings.autoCreatePartitioned())
                .lockDuration(settings.defaultLockDuration())
                .maxDeliveryCount(settings.defaultMaxDeliveryCount())
                .maxSizeBytes(settings.defaultQueueSizeBytes())
                .maxMessageBytes(settings.maxMessageSizeBytes());
    }

    private TopicDescription.Builder topic(String name) {
        return TopicDescription.builder(name)
                .partitioned(settings.autoCreatePartitioned())
                .maxSizeBytes(settings.defaultQueueSizeBytes())
                .maxMessageBytes(settings.maxMessageSizeBytes());
    }
}
