/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One session of a fragment: its messages that wait, its lock and its state (rules G2 to G6).
 *
 * <p>Owned by the partition's driver; not thread safe. Changed by {@link PartitionState#apply} only, through its
 * {@link SessionTable}.
 */
final class Session {
    static final Comparator<MessageEntry> BY_NUMBER = Comparator.comparingLong(entry -> entry.sequenceNumber);

    /** Heap that one session costs besides its id and its state, measured on a 64-bit JVM with compressed references. */
    private static final int INDEX_BYTES = 240;
    /** What a message costs besides as long as it waits in its session. */
    static final int INDEX_BYTES_PER_WAITING = 40;

    final String id;
    /** Messages that are to be served, by number. The first holds up the others, also while it waits for the disk. */
    final TreeSet<MessageEntry> waiting = new TreeSet<>(BY_NUMBER);
    /** Its messages in the queue, in whatever state. */
    int messages;

    @Nullable
    SessionLock lock;

    /** Prepared parts that have messages of it, or a state for it: whoever holds it goes on, nobody else gets it. */
    int parts;

    byte @Nullable [] state;
    /** The record of the state, 0 if there is none. */
    long stateRecordId;

    Session(String id) {
        this.id = id;
    }

    /** The message that comes next, if it can be received now. */
    @Nullable
    MessageEntry next() {
        MessageEntry first = waiting.isEmpty() ? null : waiting.first();
        return first != null && first.position == MessageEntry.Position.READY ? first : null;
    }

    /** Whether nobody else gets it. */
    boolean isHeld() {
        return lock != null || parts > 0;
    }

    static long indexBytes(String id) {
        return INDEX_BYTES + 2L * id.length();
    }

    int stateBytes() {
        byte[] now = state;
        return now == null ? 0 : now.length;
    }

    boolean isNothing() {
        return !isHeld() && state == null && messages == 0;
    }
}
