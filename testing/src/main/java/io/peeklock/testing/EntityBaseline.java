/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.testing;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.peeklock.administration.EntityFile;
import io.peeklock.administration.EntityFile.Keys;
import io.peeklock.administration.EntityFile.Others;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.PreparedBranch.State;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.concurrent.CompletableFuture;

/**
 * What a {@link TestNamespace} had at one time, without messages, to go back to: queues, topics, subscriptions that were not made
 * by applications, their rules and settings, access policies.
 *
 * <p>Immutable, thread safe.
 */
public final class EntityBaseline {

    private static final long WAIT_SECONDS = 10;

    private final Namespace namespace;
    private final EntityFile entities;

    private EntityBaseline(Namespace namespace, EntityFile entities) {
        this.namespace = namespace;
        this.entities = entities;
    }

    static EntityBaseline of(Namespace namespace) {
        return new EntityBaseline(namespace, EntityFile.parse(await(EntityFile.export(namespace, Keys.INCLUDED))));
    }

    /**
     * Deletes every queue and topic, and makes anew those that were there, as they were. So nothing is left of messages in
     * whatever state, of locks, sessions and their states, windows of duplicate detection, counts, and prepared transactions,
     * which are rolled back. Consumers that are open end, as if their queue was deleted; connections, sessions and producers work
     * on. The time of a manual clock stays: time goes forward.
     *
     * @throws java.util.concurrent.CompletionException with what went wrong
     */
    public void restore() {
        for (PreparedBranch branch : await(namespace.preparedBranches())) {
            await(
                    branch.state() == State.PREPARED
                            ? namespace.rollbackBranch(branch.xid())
                            : namespace.forgetBranch(branch.xid()));
        }
        for (QueueDescription queue : await(namespace.queues())) {
            awaitGone(namespace.deleteQueue(queue.name()));
        }
        for (TopicDescription topic : await(namespace.topics())) {
            awaitGone(namespace.deleteTopic(topic.name()));
        }
        await(entities.applyTo(namespace, Others.DELETE));
    }

    /** A temporary one may be deleted by its maker meanwhile. */
    private static void awaitGone(CompletableFuture<Void> deletion) {
        await(deletion.exceptionallyCompose(failure ->
                isGone(failure) ? CompletableFuture.completedFuture(null) : CompletableFuture.failedStage(failure)));
    }

    private static boolean isGone(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof BrokerException refused && refused.code() == ErrorCode.EntityNotFound;
    }

    private static <T> T await(CompletableFuture<T> answer) {
        return answer.orTimeout(WAIT_SECONDS, SECONDS).join();
    }
}
