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
 * A message, where it was sent to, and the fragments that take it: the queue's own, or one of each of the topic's
 * subscriptions that match, or the topic's own, where it waits until it is known which ones match.
 *
 * @param timing when it is received, and from when on it lives
 * @param reservedNumber its number in the destination, 0 to take the next
 * @param original what it is a duplicate of, so that nobody takes it, or null
 * @param undecided why nobody can say whom it goes to, or null
 *
 * <p>Immutable; what it refers to is owned by the partition's driver.
 */
record Intake(
        Fragment destination,
        List<Fragment> targets,
        Message message,
        Due timing,
        long reservedNumber,
        @Nullable SeenId original,
        @Nullable BrokerException undecided) {

    /** Heap that its id takes if it is remembered. */
    long idBytes() {
        SeenId.Key key = original == null ? Duplicates.keyOf(destination, message) : null;
        return key == null ? 0 : SeenId.indexBytes(key);
    }

    /** Whether it goes to subscriptions now: else to its destination itself. */
    boolean isPublished() {
        return destination.isTopic() && targets != destination.itself;
    }

    /** Whether some of it goes to the journal: what is temporary keeps nothing there (rule W6). */
    boolean isDurable() {
        if (message.durable()) {
            if (idBytes() > 0 && Duplicates.isDurable(destination, message)) {
                return true;
            }
            for (Fragment target : targets) {
                if (!target.settings().temporary()) {
                    return true;
                }
            }
        }
        return false;
    }
}
