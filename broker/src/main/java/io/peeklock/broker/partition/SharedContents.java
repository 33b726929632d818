/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts who holds a content that was published once and taken by several subscriptions, so that memory counts it once.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class SharedContents {

    /** Owned by the partition's driver; not thread safe. */
    private static final class Holders {
        private int all;
        private int durable;
    }

    private final Map<Message, Holders> holders = new IdentityHashMap<>();

    /** A message comes that shares its content, which is in memory, with others. */
    void add(MessageEntry entry) {
        Message content = entry.message;
        if (content != null) {
            entry.sharesContent = true;
            holders.computeIfAbsent(content, key -> new Holders());
        }
    }

    /** Bytes that nobody else holds. */
    long newHeapBytes(MessageEntry entry) {
        Holders others = holders(entry);
        return others == null || others.all == 0 ? entry.contentBytes : 0;
    }

    /** The same for what counts toward the budget of bodies: contents of durable messages (rule N10). */
    long newBodyBytes(MessageEntry entry) {
        if (!entry.isDurable()) {
            return 0;
        }
        Holders others = holders(entry);
        return others == null || others.durable == 0 ? entry.contentBytes : 0;
    }

    /** The message holds its content from now on. */
    void hold(MessageEntry entry) {
        Holders others = holders(entry);
        if (others != null) {
            others.all++;
            others.durable += entry.isDurable() ? 1 : 0;
        }
    }

    /** The message, whose content is still there, no longer holds it. */
    void letGo(MessageEntry entry) {
        Holders others = holders(entry);
        if (others == null) {
            return;
        }
        others.durable -= entry.isDurable() ? 1 : 0;
        if (--others.all == 0) {
            holders.remove(entry.message);
        }
    }

    private @Nullable Holders holders(MessageEntry entry) {
        return entry.sharesContent ? holders.get(entry.message) : null;
    }
}
