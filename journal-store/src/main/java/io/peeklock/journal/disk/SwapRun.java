/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

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

    static final int HEADER_BYTES = 16;
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
        collected.putLong(handle).putInt(content.remaining()).putInt(checksum(handle, content.duplicate()));
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

    static int checksum(long handle, ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(12)
                .putLong(handle)
                .putInt(content.remaining())
                .flip());
        crc.update(content);
        return (int) crc.getValue();
    }
}
