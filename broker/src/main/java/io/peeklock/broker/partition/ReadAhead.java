/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies of contents that lie in the swap: those of the messages that receivers get next, many of them with one read, so
 * that threads that must not wait for the disk can serve them.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class ReadAhead {
    /** Most of what all partitions may have here together: this part of what there is for contents in memory. */
    private static final int PART = 8;

    private static final long MOST_BYTES = 1024 * 1024;
    private static final int MOST_MESSAGES = 512;

    /** Read with the first that somebody comes for; as long as they are received in turn, twice as many each time. */
    static final int FIRST_MESSAGES = 8;

    private final BodyStore bodies;
    private final long limitBytes;
    /** Messages whose content is here, the one first that was read first. */
    private final Set<MessageEntry> copied = new LinkedHashSet<>();

    private long copiedBytes;

    /** @param bodyLimitBytes what a partition may have of the memory for contents */
    ReadAhead(BodyStore bodies, long bodyLimitBytes) {
        this.bodies = bodies;
        this.limitBytes = Math.min(MOST_BYTES, bodyLimitBytes / PART);
    }

    /**
     * The content of a message that a receiver without filter gets now. If it lies in the swap, those of the messages behind it
     * are read with it, in place of those that were read first and that nobody has come for: of the queue of such a one less is
     * read the next time.
     *
     * @return null if it cannot be had without waiting for the disk, which this thread must not
     */
    @Nullable
    Message content(SubQueue queue, MessageEntry entry) {
        if (entry.message != null) {
            return entry.message;
        }
        if (!bodies.mayWait()) {
            return null;
        }
        List<MessageEntry> wanted = new ArrayList<>();
        long bytes = 0;
        for (MessageEntry next = entry;
                next != null && next.message == null && wanted.size() < queue.readAhead;
                next = queue.readyAfter(next)) {
            bytes += next.contentBytes;
            if (bytes > limitBytes / 2) {
                break;
            }
            wanted.add(next);
        }
        if (wanted.size() < 2) {
            return bodies.content(entry);
        }
        queue.readAhead = Math.min(MOST_MESSAGES, 2 * queue.readAhead);
        List<Message> contents = bodies.contents(wanted);
        for (int i = 0; i < contents.size(); i++) {
            keep(wanted.get(i), contents.get(i));
        }
        return contents.get(0);
    }

    private void keep(MessageEntry entry, Message content) {
        Iterator<MessageEntry> oldest = copied.iterator();
        while (copiedBytes + entry.contentBytes > limitBytes && oldest.hasNext()) {
            MessageEntry forgotten = oldest.next();
            oldest.remove();
            forgotten(forgotten);
            SubQueue other = forgotten.fragment.subQueueOf(forgotten);
            other.readAhead = FIRST_MESSAGES;
        }
        copied.add(entry);
        copiedBytes += entry.contentBytes;
        bodies.countCopy(entry.contentBytes);
        entry.message = content;
    }

    /** The message was given to a receiver, or went: its content needs not be here. */
    void forget(MessageEntry entry) {
        if (!copied.isEmpty() && copied.remove(entry)) {
            forgotten(entry);
        }
    }

    private void forgotten(MessageEntry entry) {
        entry.message = null;
        copiedBytes -= entry.contentBytes;
        bodies.countCopy(-entry.contentBytes);
    }
}
