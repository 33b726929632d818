/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.MalformedContentException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Which log a transaction manager has that ends branches here, under an id that nothing else in the definitions ever has (rule
 * X5).
 *
 * <p>Immutable. A record of the definitions' journal, big endian:
 *
 * <pre>
 *  0        1        2        10           26
 * +--------+--------+--------+------------+----------------------------+
 * | format | kind   | id i64 | log: UUID  | node: length u16, UTF-8    |
 * | = 1    | = 6    |        | 16 bytes   |                            |
 * +--------+--------+--------+------------+----------------------------+
 * </pre>
 *
 * @param node the transaction manager's node id, 1 to 64 bytes
 * @param log the id of its log
 */
record TransactionLogDefinition(long id, String node, UUID log) {
    private static final byte FORMAT = 1;
    /** Behind that of {@link PolicyCodec}. */
    private static final byte KIND_TRANSACTION_LOG = 6;

    private static final int FIXED_BYTES = 2 + 3 * Long.BYTES + Short.BYTES;
    /** That of a global transaction's id, whose part it is. */
    private static final int MAX_NODE_BYTES = 64;

    TransactionLogDefinition {
        if (id <= 0) {
            throw new IllegalArgumentException("transaction log id " + id);
        }
        int bytes = node.getBytes(StandardCharsets.UTF_8).length;
        if (node.isBlank() || bytes > MAX_NODE_BYTES) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "a node id has 1 to " + MAX_NODE_BYTES + " bytes in UTF-8; this has " + bytes + ": '" + node + "'");
        }
    }

    /** The record's bytes. */
    byte[] encode() {
        byte[] text = node.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED_BYTES + text.length)
                .put(FORMAT)
                .put(KIND_TRANSACTION_LOG)
                .putLong(id)
                .putLong(log.getMostSignificantBits())
                .putLong(log.getLeastSignificantBits())
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    /**
     * What all of the buffer's remaining bytes are.
     *
     * @throws MalformedContentException if they are none of this format
     */
    static TransactionLogDefinition decode(ByteBuffer in) {
        try {
            byte format = in.get();
            byte kind = in.get();
            if (format != FORMAT || kind != KIND_TRANSACTION_LOG) {
                throw new MalformedContentException("a transaction log has format " + format + " and kind " + kind
                        + ", this program reads format " + FORMAT + " and kind " + KIND_TRANSACTION_LOG
                        + "; a newer one may have written it");
            }
            long id = in.getLong();
            UUID log = new UUID(in.getLong(), in.getLong());
            byte[] text = new byte[in.getShort() & 0xFFFF];
            if (text.length != in.remaining()) {
                throw new MalformedContentException("a transaction log has a node id of " + text.length
                        + " bytes, and there are " + in.remaining());
            }
            in.get(text);
            return new TransactionLogDefinition(id, new String(text, StandardCharsets.UTF_8), log);
        } catch (BufferUnderflowException e) {
            throw new MalformedContentException("a transaction log ends too early");
        } catch (BrokerException | IllegalArgumentException e) {
            throw new MalformedContentException("a transaction log breaks the rules: " + e.getMessage());
        }
    }
}
