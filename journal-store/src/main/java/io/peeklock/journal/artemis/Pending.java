/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.core.buffers.impl.ChannelBufferWrapper;
import org.apache.activemq.artemis.core.journal.EncodingSupport;

/**
 * One of the two buffers of a {@link GroupWriter}: bytes with the places in files that they belong to.
 *
 * <p>Owned by whoever fills it under the writer's lock, then by the flusher.
 */
final class Pending {

    private static final int FIRST_BYTES = 64 * 1024;

    /** Bytes of the buffer that belong to a place in a file. */
    record Segment(OpenFile file, long position, int from, int to) {}

    private final int maxBytes;
    private ByteBuffer bytes;
    private ActiveMQBuffer buffer;
    private final List<Segment> segments = new ArrayList<>(2);
    private final List<OpenFile> closes = new ArrayList<>(1);
    private boolean sync;

    Pending(int maxBytes) {
        this.maxBytes = maxBytes;
        bytes = ByteBuffer.allocateDirect(Math.min(FIRST_BYTES, maxBytes));
        buffer = wrap(bytes);
    }

    private static ActiveMQBuffer wrap(ByteBuffer bytes) {
        return new ChannelBufferWrapper(
                Unpooled.wrappedBuffer(bytes.duplicate()).clear());
    }

    boolean hasRoom(long size) {
        return used() + size <= maxBytes;
    }

    int used() {
        return buffer.writerIndex();
    }

    boolean hasWork() {
        return sync || !segments.isEmpty() || !closes.isEmpty();
    }

    void add(OpenFile file, long position, int size, EncodingSupport record) {
        int from = used();
        if (from + size > bytes.capacity()) {
            grow(from + size);
        }
        record.encode(buffer);
        if (used() != from + size) {
            throw new IllegalStateException("a record announced " + size + " bytes and wrote " + (used() - from));
        }
        int last = segments.size() - 1;
        if (last >= 0 && follows(segments.get(last), file, position, from)) {
            Segment before = segments.get(last);
            segments.set(last, new Segment(file, before.position(), before.from(), used()));
        } else {
            segments.add(new Segment(file, position, from, used()));
        }
    }

    private static boolean follows(Segment before, OpenFile file, long position, int from) {
        return before.file().equals(file)
                && before.to() == from
                && before.position() + before.to() - before.from() == position;
    }

    private void grow(int needed) {
        ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(needed, Math.min(maxBytes, bytes.capacity() * 2)));
        larger.put(bytes.duplicate().clear().limit(used()));
        ActiveMQBuffer wrapped = wrap(larger.clear());
        wrapped.writerIndex(used());
        bytes = larger;
        buffer = wrapped;
    }

    void addClose(OpenFile file) {
        closes.add(file);
    }

    void wantSync() {
        sync = true;
    }

    boolean wantsSync() {
        return sync;
    }

    List<Segment> segments() {
        return segments;
    }

    List<OpenFile> closes() {
        return closes;
    }

    ByteBuffer content(Segment segment) {
        return bytes.duplicate().clear().position(segment.from()).limit(segment.to());
    }

    void clear() {
        segments.clear();
        closes.clear();
        sync = false;
        buffer.clear();
    }
}
