/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityNames;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
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
        if (!isPlain(path)) {
            return found;
        }
        return found.exceptionallyCompose(failure -> {
            if (!JmsExceptions.isA(ErrorCode.EntityNotFound, failure)) {
                return CompletableFuture.failedStage(failure);
            }
            return settings.autoCreate() ? create(namespace, path) : missing(namespace, path, failure);
        });
    }

    /** The failure, with the advice to have it created, unless its twin has the name: only here is the option known. */
    private static CompletionStage<EntitySettings> missing(Namespace namespace, EntityPath path, Throwable failure) {
        CompletionStage<EntitySettings> twin = namespace.config().profile() == Profile.AZURE
                ? namespace.resolve(twin(path), false)
                : CompletableFuture.failedStage(failure);
        return twin.handle((taken, free) -> JmsExceptions.isA(ErrorCode.EntityNotFound, free)
                        ? new BrokerException(
                                ErrorCode.EntityNotFound,
                                JmsExceptions.of(failure).getMessage()
                                        + "; with the option autoCreate=true it is created on first use",
                                failure)
                        : failure)
                .thenCompose(CompletableFuture::failedStage);
    }

    /** Where queues and topics share their names. */
    private static EntityPath twin(EntityPath path) {
        return path.kind() == EntityKind.TOPIC ? EntityPath.queue(path.name()) : EntityPath.topic(path.name());
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
