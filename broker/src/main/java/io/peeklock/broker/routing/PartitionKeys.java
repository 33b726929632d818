/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.routing;

import io.peeklock.broker.message.Message;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Which of a message's ids is its partition key (rule P3).
 *
 * <p>Has no state; any thread. That a session id and a partition key agree (rule P4) is seen to when a message is built.
 */
public final class PartitionKeys {

    private PartitionKeys() {}

    /**
     * The session id, else the partition key, else the application's message id if the entity detects duplicates. An id
     * that the provider made is none (rule U6).
     */
    public static Optional<String> keyOf(Message message, boolean duplicateDetection) {
        return Optional.ofNullable(key(message, duplicateDetection));
    }

    /** The partition that the message's key puts it into, empty if it has none and any will do (rules P5, P6). */
    public static OptionalInt partitionOf(Message message, boolean duplicateDetection, int partitions) {
        String key = key(message, duplicateDetection);
        return key == null ? OptionalInt.empty() : OptionalInt.of(PartitionHash.partitionOf(key, partitions));
    }

    private static @Nullable String key(Message message, boolean duplicateDetection) {
        String sessionId = message.sessionId();
        if (sessionId != null) {
            return sessionId;
        }
        String partitionKey = message.partitionKey();
        if (partitionKey != null) {
            return partitionKey;
        }
        return duplicateDetection ? message.applicationMessageId() : null;
    }
}
