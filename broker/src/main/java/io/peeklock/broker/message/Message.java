/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import io.peeklock.broker.error.BrokerException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message as the bus keeps it: immutable, neutral whatever front door it came through, and encoded once.
 *
 * <p>Immutable, thread safe. What a send needs is kept in fields, everything else is read from the bytes when it is asked
 * for ({@link MessageCodec} has their layout), so that a message at rest costs little more than them.
 */
public final class Message {

    private final byte[] content;
    private final int propertiesAt;
    private final int bodyAt;
    private final BodyKind bodyKind;
    private final boolean durable;
    private final byte priority;
    private final @Nullable String applicationMessageId;
    private final @Nullable String sessionId;
    private final @Nullable String partitionKey;
    private final long timeToLiveMs;
    private final long creationTimeMs;
    private final @Nullable Origin origin;

    private Message(Builder values, byte[] content) {
        this.content = content;
        propertiesAt = MessageCodec.propertiesAt(content);
        bodyAt = MessageCodec.bodyAt(content);
        bodyKind = values.bodyKind;
        durable = values.durable;
        priority = (byte) values.priority;
        applicationMessageId = values.applicationMessageId;
        sessionId = values.sessionId;
        partitionKey = values.partitionKey;
        timeToLiveMs = values.timeToLiveMs;
        creationTimeMs = values.creationTimeMs;
        origin = values.origin;
    }

    /** Of content that was checked. */
    private Message(byte[] content, @Nullable Origin origin) {
        this.content = content;
        this.origin = origin;
        propertiesAt = MessageCodec.propertiesAt(content);
        bodyAt = MessageCodec.bodyAt(content);
        bodyKind = MessageCodec.bodyKind(content);
        durable = MessageCodec.durable(content);
        priority = MessageCodec.priority(content);
        applicationMessageId = MessageCodec.text(content, MessageCodec.APPLICATION_MESSAGE_ID);
        sessionId = MessageCodec.text(content, MessageCodec.SESSION_ID);
        partitionKey = MessageCodec.text(content, MessageCodec.PARTITION_KEY);
        timeToLiveMs = MessageCodec.number(content, MessageCodec.TIME_TO_LIVE);
        creationTimeMs = MessageCodec.number(content, MessageCodec.CREATION_TIME);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * The message whose {@link #content} this is. The array is taken over and must not change afterwards.
     *
     * @throws MalformedContentException if it is not a message of this version; the structure is looked at here, texts
     *     when they are asked for
     */
    public static Message decode(byte[] content) {
        MessageCodec.check(content);
        return new Message(content, null);
    }

    /** The message that a copy of the buffer's remaining bytes is, as {@link #decode(byte[])}. */
    public static Message decode(ByteBuffer content) {
        byte[] copy = new byte[content.remaining()];
        content.get(copy);
        return decode(copy);
    }

    /**
     * The message without its body, from the beginning of its {@link #content}.
     *
     * @return null if the beginning does not have all fields and properties
     * @throws MalformedContentException as {@link #decode(byte[])}
     */
    public static @Nullable Message decodeHead(byte[] start) {
        if (start.length < MessageCodec.FIELDS_AT || MessageCodec.bodyAt(start) > start.length) {
            return null;
        }
        return decode(Arrays.copyOf(start, MessageCodec.bodyAt(start)));
    }

    /** Begins with all that this message has. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.take(this);
        return builder;
    }

    /** The encoded message. Not to be changed. */
    public byte[] content() {
        return content;
    }

    /** What counts for the limit of a message and the size of an entity (rules Q1, Q3): all of it. */
    public int sizeBytes() {
        return content.length;
    }

    /** Size of all but the body, for the limit of properties (rule Q2): fields and application properties. */
    public int propertiesBytes() {
        return bodyAt - MessageCodec.FIELDS_AT;
    }

    /** The id receivers see; made by the provider, new at each send. */
    public @Nullable String messageId() {
        return MessageCodec.text(content, MessageCodec.MESSAGE_ID);
    }

    /** The application's own id, for duplicate detection (rule U6); at most 128 characters. */
    public @Nullable String applicationMessageId() {
        return applicationMessageId;
    }

    public @Nullable String correlationId() {
        return MessageCodec.text(content, MessageCodec.CORRELATION_ID);
    }

    /** A correlation id that is bytes, not text; a copy. */
    public byte @Nullable [] correlationIdBytes() {
        return MessageCodec.bytes(content, MessageCodec.CORRELATION_ID_BYTES);
    }

    /** Where answers go, as the front door wrote it. */
    public @Nullable String replyTo() {
        return MessageCodec.text(content, MessageCodec.REPLY_TO);
    }

    /** Where it was sent to, as the front door wrote it. */
    public @Nullable String to() {
        return MessageCodec.text(content, MessageCodec.TO);
    }

    /** Application's type of the message (JMSType). */
    public @Nullable String label() {
        return MessageCodec.text(content, MessageCodec.LABEL);
    }

    public @Nullable String contentType() {
        return MessageCodec.text(content, MessageCodec.CONTENT_TYPE);
    }

    /** Session (message group) it belongs to; at most 128 characters. */
    public @Nullable String sessionId() {
        return sessionId;
    }

    public @Nullable String replyToSessionId() {
        return MessageCodec.text(content, MessageCodec.REPLY_TO_SESSION_ID);
    }

    /** Number within the group, 0 if there is none. */
    public int groupSequence() {
        return (int) MessageCodec.number(content, MessageCodec.GROUP_SEQUENCE);
    }

    /** Partition key; at most 128 characters (rule P3). */
    public @Nullable String partitionKey() {
        return partitionKey;
    }

    /** Time to live in milliseconds, 0 for no limit (rule T1). */
    public long timeToLiveMs() {
        return timeToLiveMs;
    }

    /** So many milliseconds after its send nobody may receive it, 0 for no delay (rule N4, Jakarta Messaging 7.9). */
    public long deliveryDelayMs() {
        return MessageCodec.number(content, MessageCodec.DELIVERY_DELAY);
    }

    /** Whether it must survive a crash; others are volatile everywhere (rule N10). */
    public boolean durable() {
        return durable;
    }

    /** 0 to 9, 4 by default (rule N9). */
    public int priority() {
        return priority;
    }

    /** Wall time of the client's send in ms since the epoch, 0 if the client left it out. */
    public long creationTimeMs() {
        return creationTimeMs;
    }

    /** Who sends it, null if that was not said, and of a message that was stored: it is no part of the encoding. */
    public @Nullable Origin origin() {
        return origin;
    }

    /** The same content, sent by somebody, or with null by nobody of whom subscriptions want to know. */
    public Message from(@Nullable Origin sender) {
        return Objects.equals(sender, origin) ? this : new Message(content, sender);
    }

    /**
     * Application properties, in the order they were set, decoded anew by each call. Values are of the types of {@link
     * PropertyCodec}.
     */
    public Map<String, Object> properties() {
        return propertiesAt == bodyAt
                ? Map.of()
                : Collections.unmodifiableMap(PropertyCodec.readProperties(propertiesReader()));
    }

    /** One application property, null if it is not there; the others are not decoded. */
    public @Nullable Object property(String name) {
        return propertiesAt == bodyAt ? null : PropertyCodec.findInMap(propertiesReader(), name);
    }

    private ContentReader propertiesReader() {
        return new ContentReader(content, propertiesAt, bodyAt);
    }

    public BodyKind bodyKind() {
        return bodyKind;
    }

    /** The body, read-only, not copied. */
    public ByteBuffer body() {
        return ByteBuffer.wrap(content, bodyAt, content.length - bodyAt).slice().asReadOnlyBuffer();
    }

    /** Two messages are equal if their encodings are, and so all fields, properties in their order, and bodies. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Message message && Arrays.equals(content, message.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** Sizes and kind only: bodies, and values that applications set, are none of a log's business. */
    @Override
    public String toString() {
        return "Message[" + bodyKind + ", " + content.length + " bytes, of which body " + (content.length - bodyAt)
                + (durable ? "]" : ", non-persistent]");
    }

    /** Collects what a message is made of. Not thread safe. */
    public static final class Builder extends MessageFields {
        private Builder() {}

        public Builder messageId(@Nullable String value) {
            messageId = value;
            return this;
        }

        public Builder applicationMessageId(@Nullable String value) {
            applicationMessageId = value;
            return this;
        }

        public Builder correlationId(@Nullable String value) {
            correlationId = value;
            return this;
        }

        /** Not together with {@link #correlationId}. The array is copied by {@link #build}. */
        public Builder correlationIdBytes(byte @Nullable [] value) {
            correlationIdBytes = value;
            return this;
        }

        public Builder replyTo(@Nullable String value) {
            replyTo = value;
            return this;
        }

        public Builder to(@Nullable String value) {
            to = value;
            return this;
        }

        public Builder label(@Nullable String value) {
            label = value;
            return this;
        }

        public Builder contentType(@Nullable String value) {
            contentType = value;
            return this;
        }

        public Builder sessionId(@Nullable String value) {
            sessionId = value;
            return this;
        }

        public Builder replyToSessionId(@Nullable String value) {
            replyToSessionId = value;
            return this;
        }

        public Builder groupSequence(int value) {
            groupSequence = value;
            return this;
        }

        public Builder partitionKey(@Nullable String value) {
            partitionKey = value;
            return this;
        }

        /** Milliseconds, 0 for no limit. */
        public Builder timeToLiveMs(long value) {
            timeToLiveMs = value;
            return this;
        }

        /** Milliseconds, 0 for no delay. */
        public Builder deliveryDelayMs(long value) {
            deliveryDelayMs = value;
            return this;
        }

        public Builder durable(boolean value) {
            durable = value;
            return this;
        }

        /** 0 to 9. */
        public Builder priority(int value) {
            priority = value;
            return this;
        }

        public Builder creationTimeMs(long value) {
            creationTimeMs = value;
            return this;
        }

        public Builder origin(@Nullable Origin value) {
            origin = value;
            return this;
        }

        /** Sets one; its value of a type that {@link PropertyCodec} knows, arrays taken over as they are. */
        public Builder property(String name, Object value) {
            if (properties.isEmpty()) {
                properties = new LinkedHashMap<>();
            }
            properties.put(name, value);
            return this;
        }

        public Builder removeProperty(String name) {
            if (!properties.isEmpty()) {
                properties.remove(name);
            }
            return this;
        }

        /** The array is copied by {@link #build}. */
        public Builder body(BodyKind kind, byte[] bytes) {
            return body(kind, ByteBuffer.wrap(bytes));
        }

        /** The buffer's remaining bytes are copied by {@link #build}; it stays where it is. */
        public Builder body(BodyKind kind, ByteBuffer bytes) {
            bodyKind = kind;
            body = bytes;
            return this;
        }

        /**
         * Encodes the message. The builder may be used again.
         *
         * @throws BrokerException with InvalidOperation, naming the field, for values that break rules Q4, P4, N9 or have
         *     no encoding; with MessageSizeExceeded for what no array can hold
         */
        public Message build() {
            MessageValidation.check(this);
            return new Message(this, MessageCodec.encode(this));
        }
    }
}
