/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import org.jspecify.annotations.Nullable;

/**
 * An id under which a message came to an entity that detects duplicates (rules U1, U3).
 *
 * <p>Immutable.
 *
 * @param sequenceNumber the number the message was given, with which its duplicates are answered
 * @param seenMs wall time
 * @param recordId the record in the journal, 0 if the message was volatile: then the id is, too
 */
record SeenId(Key key, long sequenceNumber, long seenMs, long recordId) {

    /**
     * What makes two messages the same.
     *
     * @param partitionKey of a partitioned entity; null for a message without, and in any other entity
     * @param messageId the application's
     */
    record Key(@Nullable String partitionKey, String messageId) {
        private int chars() {
            return messageId.length() + (partitionKey == null ? 0 : partitionKey.length());
        }
    }

    boolean isDurable() {
        return recordId != 0;
    }

    /** Heap that it takes, at most. */
    static long indexBytes(Key key) {
        return MemoryBudget.INDEX_BYTES_PER_ID + 2L * key.chars();
    }
}
