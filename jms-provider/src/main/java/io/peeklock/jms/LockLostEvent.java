/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.LostLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock that was lost, and why.
 *
 * <p>Immutable, thread safe.
 *
 * @param queue the queue, {@code topic/Subscriptions/name}, or the dead-letter queue of one
 * @param sequenceNumber the message's (rule N1); 0 if it is the lock of an accepted session, whose messages have events of
 *     their own
 * @param messageId {@code JMSMessageID}; null if the message has none, and of a session
 * @param sessionId the session (message group) whose lock it was; null if it was the message's own lock
 * @param reason why
 */
public record LockLostEvent(
        String queue,
        long sequenceNumber,
        @Nullable String messageId,
        @Nullable String sessionId,
        Reason reason) {

    /** Why a lock was lost. */
    public enum Reason {
        /** Its time was over and nobody has renewed it: the message comes again, counted (rules L6, G4). */
        EXPIRED,
        /** The partition is out; the message comes again, counted, when it is back (rule L13). */
        PARTITION_OUT,
        /** The queue or subscription was deleted, and the message with it. */
        ENTITY_DELETED,
        /**
         * The session was to complete the message by itself (AUTO_ACKNOWLEDGE, DUPS_OK_ACKNOWLEDGE), and does not know that it
         * has: it may come again. The connection's ExceptionListener is told why.
         */
        NOT_COMPLETED
    }

    static LockLostEvent of(LostLock lost) {
        LockToken token = lost.token();
        return new LockLostEvent(
                lost.entity().toString(),
                token == null ? 0 : token.sequenceNumber(),
                lost.messageId(),
                lost.sessionId(),
                switch (lost.reason()) {
                    case EXPIRED -> Reason.EXPIRED;
                    case PARTITION_OUT -> Reason.PARTITION_OUT;
                    case ENTITY_DELETED -> Reason.ENTITY_DELETED;
                });
    }

    static LockLostEvent notCompleted(Delivery delivery) {
        boolean inSession = delivery.requireLockToken().sessionLock() != null;
        return new LockLostEvent(
                delivery.entity().toString(),
                delivery.sequenceNumber(),
                delivery.message().messageId(),
                inSession ? delivery.message().sessionId() : null,
                Reason.NOT_COMPLETED);
    }
}
