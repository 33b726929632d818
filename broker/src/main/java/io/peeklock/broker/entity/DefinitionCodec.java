/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.broker.message.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes definitions as bytes and reads them: one layout a kind, big endian, lengths in bytes, durations in milliseconds.
 *
 * <p>Has no state; any thread. Every layout begins alike:
 *
 * <pre>
 *  0        1        2        10        14      15
 * +--------+--------+--------+---------+-------+----------------+
 * | format | kind   | id i64 | version | flags | home partition |
 * | 1 or 2 |        |        | i32     |       | i32            |
 * +--------+--------+--------+---------+-------+----------------+
 *
 * kind 1, queue. Flags: 1 partitioned, 2 dead-letter on expiry
 *  19              27             31             39         47            51           53
 * +---------------+--------------+--------------+----------+-------------+------------+-------------+
 * | lock duration | max delivery | default time | max size | max message | name       | name, UTF-8 |
 * | i64           | count i32    | to live i64  | i64      | bytes i32   | length u16 |             |
 * +---------------+--------------+--------------+----------+-------------+------------+-------------+
 *
 * kind 2, topic. Flags: 1 partitioned
 *  19                     27             35              39           41
 * +----------------------+--------------+---------------+------------+-------------+
 * | default time to live | max size i64 | max message   | name       | name, UTF-8 |
 * | i64                  |              | bytes i32     | length u16 |             |
 * +----------------------+--------------+---------------+------------+-------------+
 *
 * kind 3, subscription. Flags: 1 partitioned, 2 dead-letter on expiry, 4 made by an application, 8 has a selector,
 * 16 has the connection, 32 has the client identifier whose messages it does not take
 *  19         27              35             39             47
 * +----------+---------------+--------------+--------------+------------+-------+------------+------+
 * | topic id | lock duration | max delivery | default time | topic      | topic | name       | name |
 * | i64      | i64           | count i32    | to live i64  | length u16 |       | length u16 |      |
 * +----------+---------------+--------------+--------------+------------+-------+------------+------+
 * then for each of the flags 8, 16, 32 that is set: length i32, text as {@link Utf8} writes it
 * </pre>
 *
 * <p>Format 2 is the same with the options that are not the default behind it, as {@link OptionsCodec} writes them.
 */
final class DefinitionCodec {
    private static final byte FORMAT = 1;
    /** With options behind it. */
    private static final byte FORMAT_WITH_OPTIONS = 2;

    private static final byte KIND_QUEUE = 1;
    private static final byte KIND_TOPIC = 2;
    private static final byte KIND_SUBSCRIPTION = 3;
    private static final int PARTITIONED = 1;
    private static final int DEAD_LETTER_ON_EXPIRY = 2;
    private static final int MADE_BY_APPLICATION = 4;
    private static final int SELECTOR = 8;
    private static final int NO_LOCAL_CONNECTION = 16;
    private static final int NO_LOCAL_CLIENT_ID = 32;

    /** What every layout begins with, behind format and kind. */
    private record Header(long id, int version, int flags, int homePartition, boolean hasOptions) {
        /** To be called when everything else is read. */
        EntityOptions options(ByteBuffer in) {
            return hasOptions ? OptionsCodec.read(in) : EntityOptions.NONE;
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        void requireFlags(int known) {
            if ((flags & ~known) != 0) {
                throw new MalformedContentException("a definition has unknown flags " + flags);
            }
        }
    }

    private DefinitionCodec() {}

    static byte[] encode(EntityDefinition definition) {
        if (definition.temporary()) {
            throw new IllegalArgumentException(definition.title() + " is temporary and has no record");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            if (definition.description() instanceof QueueDescription queue) {
                write(out, definition, queue);
            } else if (definition.description() instanceof TopicDescription topic) {
                write(out, definition, topic);
            } else {
                write(out, definition, definition.subscription());
            }
            OptionsCodec.write(out, definition.description().options());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeHeader(DataOutputStream out, EntityDefinition definition, byte kind, int flags)
            throws IOException {
        boolean plain = definition.description().options().equals(EntityOptions.NONE);
        out.writeByte(plain ? FORMAT : FORMAT_WITH_OPTIONS);
        out.writeByte(kind);
        out.writeLong(definition.id());
        out.writeInt(definition.version());
        out.writeByte(flags | (definition.partitioned() ? PARTITIONED : 0));
        out.writeInt(definition.homePartition());
    }

    private static void write(DataOutputStream out, EntityDefinition definition, QueueDescription queue)
            throws IOException {
        writeHeader(out, definition, KIND_QUEUE, queue.deadLetterOnExpiry() ? DEAD_LETTER_ON_EXPIRY : 0);
        out.writeLong(queue.lockDuration().toMillis());
        out.writeInt(queue.maxDeliveryCount());
        out.writeLong(queue.defaultTimeToLive().toMillis());
        out.writeLong(queue.maxSizeBytes());
        out.writeInt(queue.maxMessageBytes());
        writeName(out, queue.name());
    }

    private static void write(DataOutputStream out, EntityDefinition definition, TopicDescription topic)
            throws IOException {
        writeHeader(out, definition, KIND_TOPIC, 0);
        out.writeLong(topic.defaultTimeToLive().toMillis());
        out.writeLong(topic.maxSizeBytes());
        out.writeInt(topic.maxMessageBytes());
        writeName(out, topic.name());
    }

    private static void write(DataOutputStream out, EntityDefinition definition, SubscriptionDescription subscription)
            throws IOException {
        SubscriptionFilter filter = subscription.filter();
        int flags = (subscription.deadLetterOnExpiry() ? DEAD_LETTER_ON_EXPIRY : 0)
                | (subscription.madeByApplication() ? MADE_BY_APPLICATION : 0)
                | (filter.selector() != null ? SELECTOR : 0)
                | (filter.noLocalConnection() != null ? NO_LOCAL_CONNECTION : 0)
                | (filter.noLocalClientId() != null ? NO_LOCAL_CLIENT_ID : 0);
        writeHeader(out, definition, KIND_SUBSCRIPTION, flags);
        out.writeLong(definition.topicId());
        out.writeLong(subscription.lockDuration().toMillis());
        out.writeInt(subscription.maxDeliveryCount());
        out.writeLong(subscription.defaultTimeToLive().toMillis());
        writeName(out, subscription.topic());
        writeName(out, subscription.name());
        writeText(out, filter.selector());
        writeText(out, filter.noLocalConnection());
        writeText(out, filter.noLocalClientId());
    }

    private static void writeName(DataOutputStream out, String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
        if (text != null) {
            byte[] bytes = new byte[Utf8.length(text)];
            Utf8.encode(text, bytes, 0);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    static EntityDefinition decode(ByteBuffer in) {
        try {
            EntityDefinition read = read(in);
            if (in.hasRemaining()) {
                throw new MalformedContentException("a definition has " + in.remaining() + " bytes behind its end");
            }
            return read;
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
        if (format != FORMAT && format != FORMAT_WITH_OPTIONS || kind < KIND_QUEUE || kind > KIND_SUBSCRIPTION) {
            throw new MalformedContentException("a definition has format " + format + " and kind " + kind
                    + ", this program reads formats " + FORMAT + " and " + FORMAT_WITH_OPTIONS + " and kinds "
                    + KIND_QUEUE + " to "
                    + KIND_SUBSCRIPTION + "; a newer one may have written it");
        }
        boolean hasOptions = format == FORMAT_WITH_OPTIONS;
        Header header = new Header(in.getLong(), in.getInt(), in.get(), in.getInt(), hasOptions);
        return switch (kind) {
            case KIND_QUEUE -> readQueue(header, in);
            case KIND_TOPIC -> readTopic(header, in);
            default -> readSubscription(header, in);
        };
    }

    // Everything is read in the order of the bytes.

    private static EntityDefinition readQueue(Header header, ByteBuffer in) throws CharacterCodingException {
        header.requireFlags(PARTITIONED | DEAD_LETTER_ON_EXPIRY);
        Duration lockDuration = Duration.ofMillis(in.getLong());
        int maxDeliveryCount = in.getInt();
        Duration defaultTimeToLive = Duration.ofMillis(in.getLong());
        long maxSizeBytes = in.getLong();
        int maxMessageBytes = in.getInt();
        String name = readName(in);
        QueueDescription queue = new QueueDescription(
                name,
                header.has(PARTITIONED),
                header.homePartition,
                lockDuration,
                maxDeliveryCount,
                defaultTimeToLive,
                header.has(DEAD_LETTER_ON_EXPIRY),
                maxSizeBytes,
                maxMessageBytes,
                false,
                header.options(in));
        return new EntityDefinition(header.id, header.version, queue);
    }

    private static EntityDefinition readTopic(Header header, ByteBuffer in) throws CharacterCodingException {
        header.requireFlags(PARTITIONED);
        Duration defaultTimeToLive = Duration.ofMillis(in.getLong());
        long maxSizeBytes = in.getLong();
        int maxMessageBytes = in.getInt();
        String name = readName(in);
        TopicDescription topic = new TopicDescription(
                name,
                header.has(PARTITIONED),
                header.homePartition,
                defaultTimeToLive,
                maxSizeBytes,
                maxMessageBytes,
                false,
                header.options(in));
        return new EntityDefinition(header.id, header.version, topic);
    }

    private static EntityDefinition readSubscription(Header header, ByteBuffer in) throws CharacterCodingException {
        header.requireFlags(PARTITIONED
                | DEAD_LETTER_ON_EXPIRY
                | MADE_BY_APPLICATION
                | SELECTOR
                | NO_LOCAL_CONNECTION
                | NO_LOCAL_CLIENT_ID);
        long topicId = in.getLong();
        Duration lockDuration = Duration.ofMillis(in.getLong());
        int maxDeliveryCount = in.getInt();
        Duration defaultTimeToLive = Duration.ofMillis(in.getLong());
        String topic = readName(in);
        String name = readName(in);
        String selector = header.has(SELECTOR) ? readText(in) : null;
        String noLocalConnection = header.has(NO_LOCAL_CONNECTION) ? readText(in) : null;
        String noLocalClientId = header.has(NO_LOCAL_CLIENT_ID) ? readText(in) : null;
        SubscriptionDescription subscription = new SubscriptionDescription(
                topic,
                name,
                lockDuration,
                maxDeliveryCount,
                defaultTimeToLive,
                header.has(DEAD_LETTER_ON_EXPIRY),
                new SubscriptionFilter(selector, noLocalConnection, noLocalClientId),
                header.has(MADE_BY_APPLICATION),
                false,
                header.options(in));
        return new EntityDefinition(
                header.id, header.version, subscription, topicId, header.has(PARTITIONED), header.homePartition);
    }

    private static String readName(ByteBuffer in) throws CharacterCodingException {
        int length = in.getShort() & 0xFFFF;
        requireRemaining(in, length);
        ByteBuffer name = in.slice().limit(length);
        in.position(in.position() + length);
        return StandardCharsets.UTF_8.newDecoder().decode(name).toString();
    }

    private static String readText(ByteBuffer in) {
        int length = in.getInt();
        requireRemaining(in, length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return Utf8.decode(bytes, 0, length);
    }

    private static void requireRemaining(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new MalformedContentException(
                    "a text in a definition should have " + length + " bytes and has " + in.remaining());
        }
    }
}
