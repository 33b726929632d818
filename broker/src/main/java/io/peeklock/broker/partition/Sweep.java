/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.entity.EntityDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What a partition is to do with messages of a sub-queue that an administrator means, and where it begins.
 *
 * <p>Immutable.
 *
 * @param destination where messages are moved to: a lasting entity, and another one; null of other actions
 * @param from the first number that is looked at
 * @param upTo the last one, or {@link #WHAT_IS_THERE}
 * @param max at most so many messages, from 1
 */
public record Sweep(
        Action action,
        @Nullable EntityDefinition destination,
        long entityId,
        boolean deadLetter,
        MessageSelection selection,
        long from,
        long upTo,
        long max) {

    /** Up to the last number that was given out when it begins: what comes meanwhile is not meant. */
    public static final long WHAT_IS_THERE = -1;

    /** What is done with a message. */
    public enum Action {
        /** It is removed. */
        PURGE,
        /** It goes from the dead-letter queue back to the entity. */
        REDRIVE,
        /** It goes to another entity. */
        MOVE,
        /** The same, and nothing says there that it was a dead letter. */
        MOVE_CLEAN
    }
}
