/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import io.peeklock.journal.SwapSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Brings contents that lie next to each other in a swap segment to the disk with one write.
 *
 * <p>Owned by the swap's owner; not thread safe. Each content comes after its header, see {@link SwapFile}.
 */
final class SwapRun {

    static final int HEADER_BYTES = 20;
    private static final int BUFFER_BYTES = 128 * 1024;

    private @Nullable ByteBuffer buffer;
    private @Nullable SwapSegment segment;
    /** Where in the segment the buffer's first byte belongs. */
    private long position;

    /** Adds a content, in the place that its handle names; writes what the buffer does not hold. */
    void add(SwapSegment to, long handle, ByteBuffer content) throws IOException {
        ByteBuffer collected = buffer;
        if (collected == null) {
            collected = ByteBuffer.allocateDirect(BUFFER_BYTES);
            buffer = collected;
        }
        long start = (long) SwapFile.start(handle) * SwapFile.BLOCK_BYTES;
        long gap = start - position - collected.position();
        if (to != segment || gap < 0 || gap >= SwapFile.BLOCK_BYTES || collected.remaining() < gap + HEADER_BYTES) {
            write();
            segment = to;
            position = start;
        } else {
            while (gap-- > 0) {
                collected.put((byte) 0);
            }
        }
        Checksums checksums = checksums(handle, content.remaining(), content);
        collected
                .putLong(handle)
                .putInt(content.remaining())
                .putInt(checksums.ofStart())
                .putInt(checksums.ofAll());
        while (content.hasRemaining()) {
            if (!collected.hasRemaining()) {
                write();
            }
            int part = Math.min(content.remaining(), collected.remaining());
            collected.put(content.slice(content.position(), part));
            content.position(content.position() + part);
        }
    }

    /** Writes what was collected. */
    void write() throws IOException {
        SwapSegment to = segment;
        ByteBuffer collected = buffer;
        if (to == null || collected == null) {
            return;
        }
        int length = collected.flip().remaining();
        to.file().writeFully(collected, position);
        collected.clear();
        position += length;
    }

    /** Gives up what was not written. */
    void forget() {
        segment = null;
        if (buffer != null) {
            buffer.clear();
        }
    }

    /** The content whose header stands at a position, or null if that is not the one of this handle and length, whole. */
    static byte @Nullable [] contentAt(ByteBuffer read, int at, long handle, int length) {
        if (read.limit() - at < HEADER_BYTES + length
                || read.getLong(at) != handle
                || read.getInt(at + Long.BYTES) != length) {
            return null;
        }
        Checksums written = new Checksums(read.getInt(at + 12), read.getInt(at + 16));
        byte[] content = new byte[length];
        read.get(at + HEADER_BYTES, content);
        return checksums(handle, length, ByteBuffer.wrap(content)).equals(written) ? content : null;
    }

    /** Over handle, number of bytes and the content's first {@link SwapSpace#START_BYTES}, and over all of it. */
    record Checksums(int ofStart, int ofAll) {}

    /** @param length number of bytes of the whole content, of which the buffer may hold the start alone */
    static Checksums checksums(long handle, int length, ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(12).putLong(handle).putInt(length).flip());
        ByteBuffer rest = content.duplicate();
        int startBytes = Math.min(rest.remaining(), SwapSpace.START_BYTES);
        crc.update(rest.slice(rest.position(), startBytes));
        int ofStart = (int) crc.getValue();
        crc.update(rest.position(rest.position() + startBytes));
        return new Checksums(ofStart, (int) crc.getValue());
    }
}
