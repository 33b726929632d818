/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message as one queue or subscription takes it.
 *
 * <p>Immutable; what it refers to is owned by the partition's driver.
 *
 * @param message what was sent, or what a rule's action made of it (rule R2)
 * @param changed whether it is the latter
 * @param deadLetter why it goes to the dead-letter queue at once (rules D2, D3), or null
 */
record Copy(
        Fragment target,
        Message message,
        boolean changed,
        @Nullable DeadLetter deadLetter) {
    /** Reason of what is dead-lettered because rules could not be evaluated. */
    private static final String FILTER_ERROR = "FilterException";
    /** Reason of what is dead-lettered because an action makes more properties than a message may have. */
    private static final String HEADER_SIZE = "HeaderSizeExceeded";

    /** A reason and its description. Immutable. */
    record DeadLetter(String reason, String description) {}

    static Copy of(Fragment target, Message message) {
        return new Copy(target, message, false, null);
    }

    static Copy changed(Fragment target, Message message) {
        return new Copy(target, message, true, null);
    }

    /** Of a subscription whose rules could not be evaluated. */
    static Copy undecided(Fragment target, Message message, String why) {
        return new Copy(target, message, false, new DeadLetter(FILTER_ERROR, why));
    }

    /** Instead of that of a rule whose action makes too many properties. */
    static Copy unchangeable(Fragment target, Message message, String why) {
        return new Copy(target, message, false, new DeadLetter(HEADER_SIZE, why));
    }
}
