/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/**
 * How many messages, and how large they are together. Immutable.
 *
 * @param messages how many
 * @param bytes as they count against the quota (rule Q3)
 */
public record MessageTally(long messages, long bytes) {
    public static final MessageTally NONE = new MessageTally(0, 0);

    public MessageTally plus(MessageTally other) {
        return new MessageTally(messages + other.messages, bytes + other.bytes);
    }
}
