/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.RecordBody;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Puts the envelope around the body of a record, and opens it again.
 *
 * <p>Owned by one thread at a time: it works in a buffer of its own.
 *
 * <p>The envelope is the body of an Artemis record (big endian):
 *
 * <pre>
 *    0        1        2        3        4              12         16         20             20 + n
 *   +--------+--------+--------+--------+--------------+----------+----------+--------------+--------+
 *   |version | type   | kind   | flags  | sequence     | position | lag      | body, masked | CRC32C |
 *   | 1      | 1      | 1      | 1      | 8            | 4        | 4        | n            | 4      |
 *   +--------+--------+--------+--------+--------------+----------+----------+--------------+--------+
 * </pre>
 *
 * <ul>
 *   <li>type: a {@link RecordType}; kind: the caller's kind of the record, 0 for records of the journal itself
 *   <li>flags: 1 = the record is a whole batch; 2 = the last part of a head or checkpoint
 *   <li>sequence: of the operation, consecutive in the journal, never used twice
 *   <li>position: of the operation in its batch, from 0; so sequence - position is the batch's first sequence
 *   <li>lag: sequence - lag was durable when this record was made, and so is known to have been there before a crash
 *   <li>CRC32C: over the Artemis record's id (8 bytes), everything before the body, and the body without its mask: a
 *       wrong store key is noticed too
 * </ul>
 */
final class RecordCodec {

    static final int VERSION = 1;
    static final int SOLE = 1;
    static final int LAST = 2;

    /** Bytes of the envelope besides the body. */
    static final int ENVELOPE_BYTES = 24;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    // The record's id stands before the envelope in the working buffer, so that one run of the checksum covers both.
    private static final int ID_BYTES = 8;
    private static final int HEADER_BYTES = 20;
    private static final int CRC_BYTES = 4;
    private static final int BODY = ID_BYTES + HEADER_BYTES;

    /**
     * An opened envelope.
     *
     * @param durable a sequence that was durable when the record was made
     * @param body valid until the codec is used again
     */
    record Opened(
            int version,
            @Nullable RecordType type,
            int kind,
            boolean sole,
            boolean last,
            long sequence,
            int position,
            long durable,
            ByteBuffer body) {

        /** The first sequence of the batch or checkpoint it belongs to. */
        long first() {
            return sequence - position;
        }
    }

    private final BodyMask mask;
    private final CRC32C crc = new CRC32C();
    private byte[] bytes = new byte[1024];
    private int length;

    RecordCodec(BodyMask mask) {
        this.mask = mask;
    }

    /** Encodes into the buffer of {@link #bytes()}, of which {@link #length()} bytes from {@link #offset()} count. */
    void seal(
            RecordType type,
            long recordId,
            int kind,
            int flags,
            long sequence,
            int position,
            long durable,
            RecordBody body) {
        int size = body.encodedBytes();
        ensure(BODY + size + CRC_BYTES);
        if (size > 0) {
            ByteBuffer out = ByteBuffer.wrap(bytes, BODY, size);
            body.encodeTo(out);
            if (out.hasRemaining()) {
                throw new IllegalStateException("a body of kind " + kind + " announced " + size + " bytes and wrote "
                        + (size - out.remaining()));
            }
        }
        LONGS.set(bytes, 0, recordId);
        bytes[ID_BYTES] = VERSION;
        bytes[ID_BYTES + 1] = type.id();
        bytes[ID_BYTES + 2] = (byte) kind;
        bytes[ID_BYTES + 3] = (byte) flags;
        LONGS.set(bytes, ID_BYTES + 4, sequence);
        INTS.set(bytes, ID_BYTES + 12, position);
        INTS.set(bytes, ID_BYTES + 16, (int) Math.min(Integer.MAX_VALUE, sequence - durable));
        crc.reset();
        crc.update(bytes, 0, BODY + size);
        mask.apply(recordId, sequence, bytes, BODY, size);
        INTS.set(bytes, BODY + size, (int) crc.getValue());
        length = HEADER_BYTES + size + CRC_BYTES;
    }

    byte[] bytes() {
        return bytes;
    }

    int offset() {
        return ID_BYTES;
    }

    int length() {
        return length;
    }

    /** Opens the envelope, or returns null if it is damaged. */
    @Nullable
    Opened open(long recordId, ByteBuffer envelope) {
        int size = envelope.remaining() - ENVELOPE_BYTES;
        if (size < 0) {
            return null;
        }
        ensure(BODY + size + CRC_BYTES);
        envelope.get(envelope.position(), bytes, ID_BYTES, envelope.remaining());
        LONGS.set(bytes, 0, recordId);
        long sequence = (long) LONGS.get(bytes, ID_BYTES + 4);
        mask.apply(recordId, sequence, bytes, BODY, size);
        crc.reset();
        crc.update(bytes, 0, BODY + size);
        if ((int) crc.getValue() != (int) INTS.get(bytes, BODY + size)) {
            return null;
        }
        int flags = bytes[ID_BYTES + 3];
        return new Opened(
                bytes[ID_BYTES],
                RecordType.of(bytes[ID_BYTES + 1]),
                bytes[ID_BYTES + 2],
                (flags & SOLE) != 0,
                (flags & LAST) != 0,
                sequence,
                (int) INTS.get(bytes, ID_BYTES + 12),
                sequence - (int) INTS.get(bytes, ID_BYTES + 16),
                ByteBuffer.wrap(bytes, BODY, size).slice());
    }

    private void ensure(int size) {
        if (bytes.length < size) {
            bytes = new byte[Math.max(size, bytes.length * 2)];
        }
    }
}
