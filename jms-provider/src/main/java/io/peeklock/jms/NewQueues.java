/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.jms.config.ConnectionFactorySettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Finds queues, and creates plain ones on first use with the settings of the factory (rule W5).
 *
 * <p>Immutable, thread safe.
 */
final class NewQueues {

    private final ConnectionFactorySettings settings;

    NewQueues(ConnectionFactorySettings settings) {
        this.settings = settings;
    }

    /** The queue of a path; fails with EntityNotFound if it is not there and is not to be created. */
    CompletableFuture<EntitySettings> resolve(Namespace namespace, EntityPath path) {
        CompletableFuture<EntitySettings> found = namespace.resolve(path, false);
        if (!settings.autoCreate() || path.deadLetter() || path.kind() != EntityKind.QUEUE) {
            return found;
        }
        return found.exceptionallyCompose(failure -> isA(ErrorCode.EntityNotFound, failure)
                ? create(namespace, path)
                : CompletableFuture.failedStage(failure));
    }

    private CompletionStage<EntitySettings> create(Namespace namespace, EntityPath path) {
        return namespace
                .createQueue(describe(path.name()))
                .thenCompose(created -> namespace.resolve(path, false))
                .exceptionallyCompose(failure -> isA(ErrorCode.EntityAlreadyExists, failure)
                        ? namespace.resolve(path, false)
                        : CompletableFuture.failedStage(failure));
    }

    private QueueDescription describe(String name) {
        return QueueDescription.builder(name)
                .partitioned(settings.autoCreatePartitioned())
                .lockDuration(settings.defaultLockDuration())
                .maxDeliveryCount(settings.defaultMaxDeliveryCount())
                .maxSizeBytes(settings.defaultQueueSizeBytes())
                .maxMessageBytes(settings.maxMessageSizeBytes())
                .build();
    }

    private static boolean isA(ErrorCode code, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof BrokerException known && known.code() == code;
    }
}
