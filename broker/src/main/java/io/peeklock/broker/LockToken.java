/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names one delivery of one message (rule L8). Good for one settlement; a later delivery has another.
 *
 * @param partition index of the partition that holds the message
 * @param entityId the entity's id
 * @param sequenceNumber the message's sequence number
 * @param id unique per delivery
 * @param sessionLock the holding of the session under which it was received (rule G3), null without one
 */
public record LockToken(
        int partition,
        long entityId,
        long sequenceNumber,
        UUID id,
        @Nullable UUID sessionLock) {

    public LockToken(int partition, long entityId, long sequenceNumber, UUID id) {
        this(partition, entityId, sequenceNumber, id, null);
    }
}
