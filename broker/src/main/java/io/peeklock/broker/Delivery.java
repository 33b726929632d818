/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as a receiver or a peek gets it: the immutable message and what the entity knows of it now.
 *
 * @param entity where it was found; a dead-letter queue has its own path
 * @param message the message
 * @param state its state at that moment
 * @param sequenceNumber its number in the entity (rule N1)
 * @param enqueuedSequenceNumber its number in the first entity it was sent to (rule N2)
 * @param enqueuedTimeMs wall time of the enqueuing, milliseconds since the epoch
 * @param expiresAtMs wall time of expiry, {@link Long#MAX_VALUE} if it never does (rule T1)
 * @param deliveryCount failed deliveries before this one (rule L6): 0 at the first
 * @param lockToken names this delivery; null for a peek and for receive-and-delete
 * @param lockedUntilMs wall time at which the lock ends unless it is renewed; 0 without a lock
 * @param deadLetterReason why it is in the dead-letter queue, null elsewhere (rule D2)
 * @param deadLetterDescription more about it, or null
 * @param modifiedProperties application properties that a settlement added or changed (rule L11); they override the
 *     message's own; a null value removes one
 */
public record Delivery(
        EntityPath entity,
        Message message,
        MessageState state,
        long sequenceNumber,
        long enqueuedSequenceNumber,
        long enqueuedTimeMs,
        long expiresAtMs,
        int deliveryCount,
        @Nullable LockToken lockToken,
        long lockedUntilMs,
        @Nullable String deadLetterReason,
        @Nullable String deadLetterDescription,
        Map<String, @Nullable Object> modifiedProperties) {

    /** The token of a delivery under lock. */
    public LockToken requireLockToken() {
        LockToken token = lockToken;
        if (token == null) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "message " + sequenceNumber + " of " + entity + " was not received under a lock");
        }
        return token;
    }

    /** The message as it stands, with what settlements changed on it, to be changed further. */
    public Message.Builder edit() {
        Message.Builder builder = message.toBuilder();
        modifiedProperties.forEach((name, value) -> {
            if (value == null) {
                builder.removeProperty(name);
            } else {
                builder.property(name, value);
            }
        });
        return builder;
    }

    /** What a filter sees beside the message, see {@link MessageFilter}. */
    public Map<String, @Nullable Object> visibleChanges() {
        return visibleChanges(deadLetterReason, deadLetterDescription, modifiedProperties);
    }

    /** The changes with the reasons of dead-lettering among them. */
    public static Map<String, @Nullable Object> visibleChanges(
            @Nullable String reason, @Nullable String description, Map<String, @Nullable Object> changes) {
        if (reason == null && description == null) {
            return changes;
        }
        Map<String, @Nullable Object> all = new HashMap<>(changes);
        all.put("DeadLetterReason", reason);
        all.put("DeadLetterErrorDescription", description);
        return all;
    }
}
