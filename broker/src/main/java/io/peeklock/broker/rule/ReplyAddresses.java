/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares reply-to addresses of correlation filters and messages: a text without prefix is the queue of that name, as
 * Azure and the emulator's files have it (rule R3).
 *
 * <p>Stateless, thread safe. What is stored, and what SQL sees, stays as it was written.
 */
final class ReplyAddresses {

    private static final String QUEUE = "queue:";
    private static final List<String> PREFIXES = List.of(QUEUE, "topic:", "temporary-queue:", "temporary-topic:");

    private ReplyAddresses() {}

    /** The same for two addresses of the same destination. */
    static @Nullable String comparable(@Nullable String address) {
        return address == null || PREFIXES.stream().anyMatch(address::startsWith) ? address : QUEUE + address;
    }
}
