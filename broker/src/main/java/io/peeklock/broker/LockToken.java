/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.Objects;
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

    // By hand, as a record's own takes a start milliseconds and classes to link.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LockToken that
                && partition == that.partition
                && entityId == that.entityId
                && sequenceNumber == that.sequenceNumber
                && id.equals(that.id)
                && Objects.equals(sessionLock, that.sessionLock);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
