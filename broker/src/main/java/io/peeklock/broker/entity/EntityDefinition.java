/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.journal.RecordBody;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An entity as the store knows it: its settings, under an id that no other entity ever has, in one of their versions.
 *
 * <p>Immutable. A record of the definitions' journal, and of each partition that holds a part of it. Big endian:
 *
 * <pre>
 *  0        1        2      10        14       15          19          27         31
 * +--------+--------+------+---------+--------+-----------+-----------+----------+
 * | format | kind   | id   | version | flags  | home      | lock      | max      |
 * | = 1    | 1 queue| i64  | i32     | 1 part.| partition | duration, | delivery |
 * |        |        |      |         | 2 dlx  | i32       | ms, i64   | count i32|
 * +--------+--------+------+---------+--------+-----------+-----------+----------+
 *  31             39           47            51       53
 * +--------------+------------+-------------+--------+-------------+
 * | default time | max size,  | max message | name   | name, UTF-8 |
 * | to live, i64 | bytes, i64 | bytes, i32  | length |             |
 * +--------------+------------+-------------+--------+-------------+
 * flags: 1 partitioned, 2 dead-letter on expiry; name length: u16, in bytes
 * </pre>
 *
 * @param id positive, never used for another entity
 * @param version 1 at creation, one more with each change
 * @param queue the settings
 */
public record EntityDefinition(long id, int version, QueueDescription queue) {

    private static final byte FORMAT = 1;
    private static final byte KIND_QUEUE = 1;
    private static final int PARTITIONED = 1;
    private static final int DEAD_LETTER_ON_EXPIRY = 2;
    private static final int NAME_AT = 53;

    public EntityDefinition {
        if (id <= 0) {
            throw new IllegalArgumentException("entity id " + id + " is not positive");
        }
        if (version <= 0) {
            throw new IllegalArgumentException("version " + version + " is not positive");
        }
    }

    /** The entity's name. */
    public String name() {
        return queue.name();
    }

    /** The next version, with other settings. */
    EntityDefinition changedTo(QueueDescription next) {
        return new EntityDefinition(id, Math.incrementExact(version), next);
    }

    /** The record's bytes. */
    public byte[] encode() {
        byte[] name = queue.name().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(NAME_AT + name.length)
                .put(FORMAT)
                .put(KIND_QUEUE)
                .putLong(id)
                .putInt(version)
                .put((byte) ((queue.partitioned() ? PARTITIONED : 0)
                        | (queue.deadLetterOnExpiry() ? DEAD_LETTER_ON_EXPIRY : 0)))
                .putInt(queue.homePartition())
                .putLong(queue.lockDuration().toMillis())
                .putInt(queue.maxDeliveryCount())
                .putLong(queue.defaultTimeToLive().toMillis())
                .putLong(queue.maxSizeBytes())
                .putInt(queue.maxMessageBytes())
                .putShort((short) name.length)
                .put(name)
                .array();
    }

    /** The same as a body for a batch. */
    public RecordBody toRecord() {
        return RecordBody.of(encode());
    }

    /**
     * The definition that all of the buffer's remaining bytes are.
     *
     * @throws MalformedContentException if they are none of this format
     */
    public static EntityDefinition decode(ByteBuffer in) {
        try {
            return read(in);
        } catch (BufferUnderflowException e) {
            throw new MalformedContentException("a definition ends too early");
        } catch (CharacterCodingException e) {
            throw new MalformedContentException("the name in a definition is not UTF-8");
        } catch (BrokerException | IllegalArgumentException e) {
            throw new MalformedContentException("a definition breaks the rules: " + e.getMessage());
        }
    }

    private static EntityDefinition read(ByteBuffer in) throws CharacterCodingException {
        byte format = in.get();
        byte kind = in.get();
        if (format != FORMAT || kind != KIND_QUEUE) {
            throw new MalformedContentException("a definition has format " + format + " and kind " + kind
                    + ", this program reads format " + FORMAT + " and kind " + KIND_QUEUE
                    + "; a newer one may have written it");
        }
        long id = in.getLong();
        int version = in.getInt();
        int flags = in.get();
        if ((flags & ~(PARTITIONED | DEAD_LETTER_ON_EXPIRY)) != 0) {
            throw new MalformedContentException("a definition has unknown flags " + flags);
        }
        // Read in the order of the bytes; the name comes last.
        int homePartition = in.getInt();
        Duration lockDuration = Duration.ofMillis(in.getLong());
        int maxDeliveryCount = in.getInt();
        Duration defaultTimeToLive = Duration.ofMillis(in.getLong());
        long maxSizeBytes = in.getLong();
        int maxMessageBytes = in.getInt();
        int nameBytes = in.getShort() & 0xFFFF;
        if (nameBytes != in.remaining()) {
            throw new MalformedContentException(
                    "the name in a definition should have " + nameBytes + " bytes and has " + in.remaining());
        }
        String name = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        return new EntityDefinition(
                id,
                version,
                new QueueDescription(
                        name,
                        (flags & PARTITIONED) != 0,
                        homePartition,
                        lockDuration,
                        maxDeliveryCount,
                        defaultTimeToLive,
                        (flags & DEAD_LETTER_ON_EXPIRY) != 0,
                        maxSizeBytes,
                        maxMessageBytes));
    }
}
