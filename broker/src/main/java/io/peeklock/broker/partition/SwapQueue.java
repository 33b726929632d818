/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.MessageEntry.Position;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Contents that are to leave memory for the swap, many at a time.
 *
 * <p>Owned by the partition's driver; not thread safe, but for {@link #write}.
 */
final class SwapQueue {
    /** As many are worth a write; fewer may stay in memory beyond the budget. */
    private static final int WORTHWHILE_BYTES = 64 * 1024;
    /** Bytes that are written at once: meanwhile nothing can be freed. */
    private static final int SLICE_BYTES = 256 * 1024;

    /** A content that was in memory when the writing began. */
    record Waiting(MessageEntry entry, Message message) {}

    private final PartitionState state;
    private final BodyStore bodies;
    private List<MessageEntry> waiting = new ArrayList<>();
    private long waitingBytes;

    SwapQueue(PartitionState state, BodyStore bodies) {
        this.state = state;
        this.bodies = bodies;
    }

    void add(MessageEntry entry) {
        waiting.add(entry);
        waitingBytes += entry.contentBytes;
    }

    boolean isWorthwhile() {
        return waitingBytes >= WORTHWHILE_BYTES;
    }

    /** Takes those that are still there and in memory. */
    List<Waiting> take() {
        List<Waiting> contents = new ArrayList<>(waiting.size());
        for (MessageEntry entry : waiting) {
            Message message = entry.message;
            if (entry.position != Position.GONE && message != null) {
                contents.add(new Waiting(entry, message));
            }
        }
        waiting = new ArrayList<>();
        waitingBytes = 0;
        return contents;
    }

    /** Writes contents. Returns their handles, 0 for those that could not be written. Any thread that may wait. */
    long[] write(List<Waiting> contents) {
        long[] handles = new long[contents.size()];
        int from = 0;
        while (from < handles.length) {
            List<ByteBuffer> slice = new ArrayList<>();
            for (int bytes = 0; from + slice.size() < handles.length && bytes < SLICE_BYTES; ) {
                Message message = contents.get(from + slice.size()).message();
                slice.add(ByteBuffer.wrap(message.content()));
                bytes += message.sizeBytes();
            }
            System.arraycopy(bodies.write(slice), 0, handles, from, slice.size());
            from += slice.size();
        }
        return handles;
    }

    /** Lets go of what was written, of messages that are still here. */
    void place(List<Waiting> contents, long[] handles) {
        for (int i = 0; i < handles.length; i++) {
            MessageEntry entry = contents.get(i).entry();
            if (handles[i] == 0) {
                continue;
            }
            if (entry.position == Position.GONE || entry.message == null) {
                bodies.unneeded(handles[i], entry.contentBytes);
            } else {
                bodies.leftMemory(entry);
                state.apply(new Change.Swapped(entry, handles[i]));
            }
        }
    }

    /** Writes what waits at once. Waits for the disk. */
    void writeNow() {
        List<Waiting> contents = take();
        place(contents, write(contents));
    }
}
