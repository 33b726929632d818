/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.entity.EntityPath;
import org.jspecify.annotations.Nullable;

/**
 * A lock that its owner has lost, without having settled the message: that of a message, or that of a session.
 *
 * <p>Immutable, thread safe.
 *
 * @param entity where the message is; a dead-letter queue has its own path
 * @param token the delivery whose lock it was; null if it was that of a session
 * @param messageId as its sender's provider made it; null if it has none, and of a session
 * @param sessionId the session that was lost, with the message or by itself; null if it was the message's own lock
 * @param reason why
 */
public record LostLock(
        EntityPath entity,
        @Nullable LockToken token,
        @Nullable String messageId,
        @Nullable String sessionId,
        Reason reason) {

    /** Why a lock was lost. */
    public enum Reason {
        /** Its time was over and nobody has renewed it: the message has failed once more (rules L6, G4). */
        EXPIRED,
        /** The disk of its partition has failed, and locks are in memory: the message has failed once more (rule L13). */
        PARTITION_OUT,
        /** The entity was deleted, and the message with it. */
        ENTITY_DELETED
    }
}
