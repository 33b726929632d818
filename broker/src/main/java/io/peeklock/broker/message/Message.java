/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as the bus keeps it: immutable and neutral, whatever front door it came through.
 *
 * <p>Immutable, thread safe.
 */
public final class Message {

    private final Builder values;

    private Message(Builder values) {
        this.values = values;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The id receivers see; made by the provider, new at each send. */
    public @Nullable String messageId() {
        return values.messageId;
    }

    /** The application's own id, for duplicate detection (rule U6); at most 128 characters. */
    public @Nullable String applicationMessageId() {
        return values.applicationMessageId;
    }

    public @Nullable String correlationId() {
        return values.correlationId;
    }

    /** A correlation id that is bytes, not text. Not to be changed. */
    public byte @Nullable [] correlationIdBytes() {
        return values.correlationIdBytes;
    }

    /** Where answers go, as the front door wrote it. */
    public @Nullable String replyTo() {
        return values.replyTo;
    }

    /** Where it was sent to, as the front door wrote it. */
    public @Nullable String to() {
        return values.to;
    }

    /** Application's type of the message (JMSType). */
    public @Nullable String label() {
        return values.label;
    }

    public @Nullable String contentType() {
        return values.contentType;
    }

    /** Session (message group) it belongs to; at most 128 characters. */
    public @Nullable String sessionId() {
        return values.sessionId;
    }

    public @Nullable String replyToSessionId() {
        return values.replyToSessionId;
    }

    /** Number within the group, 0 if there is none. */
    public int groupSequence() {
        return values.groupSequence;
    }

    /** Partition key; at most 128 characters (rule P3). */
    public @Nullable String partitionKey() {
        return values.partitionKey;
    }

    /** Time to live in milliseconds, 0 for no limit (rule T1). */
    public long timeToLiveMs() {
        return values.timeToLiveMs;
    }

    /** Whether it must survive a crash; others are volatile everywhere (rule N10). */
    public boolean durable() {
        return values.durable;
    }

    /** 0 to 9, 4 by default (rule N9). */
    public int priority() {
        return values.priority;
    }

    /** Wall time of the client's send in ms since the epoch, 0 if the client left it out. */
    public long creationTimeMs() {
        return values.creationTimeMs;
    }

    /** Application properties, in the order they were set. Values are of the types of {@code PropertyCodec}. */
    public Map<String, Object> properties() {
        return values.properties;
    }

    /** One application property. */
    public @Nullable Object property(String name) {
        return values.properties.get(name);
    }

    public BodyKind bodyKind() {
        return values.bodyKind;
    }

    /** The body, read-only. */
    public ByteBuffer body() {
        return ByteBuffer.wrap(values.body).asReadOnlyBuffer();
    }

    /** Collects what a message is made of. Not thread safe. */
    public static final class Builder {
        private @Nullable String messageId;
        private @Nullable String applicationMessageId;
        private @Nullable String correlationId;
        private byte @Nullable [] correlationIdBytes;
        private @Nullable String replyTo;
        private @Nullable String to;
        private @Nullable String label;
        private @Nullable String contentType;
        private @Nullable String sessionId;
        private @Nullable String replyToSessionId;
        private int groupSequence;
        private @Nullable String partitionKey;
        private long timeToLiveMs;
        private boolean durable = true;
        private int priority = 4;
        private long creationTimeMs;
        private final Map<String, Object> properties = new LinkedHashMap<>();
        private BodyKind bodyKind = BodyKind.NONE;
        private byte[] body = new byte[0];

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

        /** Value of a type that {@code PropertyCodec} knows. */
        public Builder property(String name, Object value) {
            properties.put(name, value);
            return this;
        }

        /** The array is taken over and must not change afterwards. */
        public Builder body(BodyKind kind, byte[] bytes) {
            bodyKind = kind;
            body = bytes;
            return this;
        }

        public Message build() {
            return new Message(this);
        }
    }
}
