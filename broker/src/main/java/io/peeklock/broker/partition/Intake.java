/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message, where it was sent to, and the copies that are made of it: the queue's own, or those of the topic's
 * subscriptions whose rules match, or the topic's own, where it waits until it is known which ones match.
 *
 * @param copies those of one subscription stand together
 * @param timing when it is received, and from when on it lives
 * @param reservedNumber its number in the destination, 0 to take the next
 * @param journey what it brings along from where it was before
 * @param original what it is a duplicate of, so that nobody takes it, or null
 * @param undecided why nobody can say whom it goes to, or null
 *
 * <p>Immutable; what it refers to is owned by the partition's driver.
 */
record Intake(
        Fragment destination,
        List<Copy> copies,
        Message message,
        Due timing,
        long reservedNumber,
        Journey journey,
        @Nullable SeenId original,
        @Nullable BrokerException undecided) {

    /** Heap that its id takes if it is remembered. */
    long idBytes() {
        SeenId.Key key = original == null ? Duplicates.keyOf(destination, message) : null;
        return key == null ? 0 : SeenId.indexBytes(key);
    }

    /** Whether it goes to subscriptions now: else to its destination itself. */
    boolean isPublished() {
        return destination.isTopic() && (copies.size() != 1 || copies.get(0).target() != destination);
    }

    /** Whether some of it goes to the journal: what is temporary keeps nothing there (rule W6). */
    boolean isDurable() {
        if (message.durable()) {
            if (idBytes() > 0 && Duplicates.isDurable(destination, message)) {
                return true;
            }
            for (Copy copy : copies) {
                if (!copy.target().settings().temporary()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Bytes of the contents: what several copies share is there once. */
    long contentBytes() {
        long bytes = 0;
        boolean isOriginalCounted = false;
        for (Copy copy : copies) {
            boolean original = !copy.changed();
            bytes += original && isOriginalCounted ? 0 : copy.message().sizeBytes();
            isOriginalCounted |= original;
        }
        return bytes;
    }

    /** How many copies have the content that was sent. */
    int originals() {
        int originals = 0;
        for (Copy copy : copies) {
            originals += copy.changed() ? 0 : 1;
        }
        return originals;
    }
}
