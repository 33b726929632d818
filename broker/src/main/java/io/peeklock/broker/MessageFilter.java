/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.message.Message;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses messages for a receiver. Called on a partition's driver: must be quick, never block, never throw.
 *
 * <p>Two that are equal choose the same messages, and one that has passed over a message would do so again: what one has
 * looked at is not shown to the others, nor to itself, before it changes.
 */
@FunctionalInterface
public interface MessageFilter {

    /**
     * Whether the receiver wants the message.
     *
     * @param message the message as it was sent; its body may be missing
     * @param redeliveries failed deliveries so far
     * @param changes application properties that settlements have set since (rule L11), a null value for one that was
     *     removed; in a dead-letter queue also {@code DeadLetterReason} and {@code DeadLetterErrorDescription} (rule D2)
     */
    boolean matches(Message message, int redeliveries, Map<String, @Nullable Object> changes);

    /** What a look costs, in looks of a simple filter: the more, the fewer messages before others have their turn. */
    default int cost() {
        return 1;
    }
}
