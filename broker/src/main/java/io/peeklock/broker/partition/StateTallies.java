/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageState;
import io.peeklock.broker.MessageTally;

/**
 * How many messages of a sub-queue are in which state, and how large they are (rule D6).
 *
 * <p>Owned by the partition's driver; not thread safe. Changed by {@link PartitionState#apply} only.
 */
final class StateTallies {
    private static final int STATES = MessageState.values().length;

    private final long[] messages = new long[STATES];
    private final long[] bytes = new long[STATES];

    /** Adds one of this message, or takes one off. */
    void count(MessageEntry entry, int delta) {
        MessageState state = entry.lock == null ? entry.delivery.state() : MessageState.LOCKED;
        messages[state.ordinal()] += delta;
        bytes[state.ordinal()] += (long) delta * entry.contentBytes;
    }

    long messages(MessageState state) {
        return messages[state.ordinal()];
    }

    MessageTally of(MessageState state) {
        return new MessageTally(messages[state.ordinal()], bytes[state.ordinal()]);
    }
}
