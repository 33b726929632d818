/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings contents from the swap back into memory just before their messages are served, some with each wait for the disk, so
 * that threads that must not wait can serve them.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class ReadAhead {
    /** Read with each wait: so many messages, and not much more than so many bytes. */
    private static final int MESSAGES = 64;

    private static final int BYTES = 128 * 1024;

    private final BodyStore bodies;

    ReadAhead(BodyStore bodies) {
        this.bodies = bodies;
    }

    /** Whether this command may begin on a thread that must not wait: what it would give first is in memory. */
    static boolean isAtHand(PartitionState state, Command.Fetch command) {
        Fragment fragment = state.fragment(command.entityId());
        MessageEntry first = fragment == null
                ? null
                : fragment.subQueue(command.deadLetter()).first();
        return first == null || first.message != null;
    }

    /**
     * The content of a message that is to be served now, and of those behind it.
     *
     * @return null if the round's thread must not wait, and the round has to be ended by one that may
     */
    @Nullable
    Message content(Round round, SubQueue queue, MessageEntry entry) {
        if (entry.message != null) {
            return entry.message;
        }
        if (!round.mayWait) {
            round.needsDisk = true;
            return null;
        }
        List<MessageEntry> together = new ArrayList<>();
        long bytes = 0;
        MessageEntry next = entry;
        while (next != null && together.size() < MESSAGES && next.message == null) {
            bytes += next.contentBytes;
            if (bytes > BYTES || !bodies.hasRoomForCopies(bytes)) {
                break;
            }
            together.add(next);
            next = queue.readyAfter(next);
        }
        if (together.isEmpty()) {
            return bodies.content(entry);
        }
        bodies.readAhead(together);
        return entry.message;
    }

    /** The message has been served: it needs no content in memory if it has one in the swap. */
    void served(MessageEntry entry) {
        bodies.forgetCopy(entry);
    }
}
