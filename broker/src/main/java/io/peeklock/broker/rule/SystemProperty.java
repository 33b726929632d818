/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a message that rules name with {@code sys.}, in any case of letters.
 *
 * <p>Immutable, thread safe. A text each, but for the time to live.
 */
enum SystemProperty {
    MESSAGE_ID("MessageId", SystemProperty::messageId, Message.Builder::applicationMessageId),
    CORRELATION_ID("CorrelationId", SystemProperty::correlationId, SystemProperty::correlationId),
    CONTENT_TYPE("ContentType", Message::contentType, Message.Builder::contentType),
    LABEL("Label", Message::label, Message.Builder::label),
    TO("To", Message::to, Message.Builder::to),
    REPLY_TO("ReplyTo", Message::replyTo, Message.Builder::replyTo),
    REPLY_TO_SESSION_ID("ReplyToSessionId", Message::replyToSessionId, Message.Builder::replyToSessionId),
    SESSION_ID("SessionId", Message::sessionId, Message.Builder::sessionId),
    PARTITION_KEY("PartitionKey", Message::partitionKey, Message.Builder::partitionKey),
    /** In milliseconds; unknown if there is no limit. */
    TIME_TO_LIVE("TimeToLive", SystemProperty::timeToLive, SystemProperty::timeToLive);

    private static final Map<String, SystemProperty> BY_NAME = new HashMap<>();

    static {
        for (SystemProperty property : values()) {
            BY_NAME.put(property.spelling.toLowerCase(Locale.ROOT), property);
        }
        // What Azure's newer interfaces call it.
        BY_NAME.put("subject", LABEL);
    }

    private final String spelling;
    private final Function<Message, @Nullable Object> reader;
    private final BiConsumer<Message.Builder, @Nullable Object> writer;

    @SuppressWarnings("ImmutableEnumChecker") // references to methods without state
    SystemProperty(
            String spelling,
            Function<Message, @Nullable Object> reader,
            BiConsumer<Message.Builder, @Nullable String> writer) {
        this.spelling = spelling;
        this.reader = reader;
        this.writer = (builder, value) -> writer.accept(builder, value == null ? null : String.valueOf(value));
    }

    /** Null if no message has such a field. */
    static @Nullable SystemProperty find(String name) {
        return BY_NAME.get(name.toLowerCase(Locale.ROOT));
    }

    String spelling() {
        return spelling;
    }

    @Nullable
    Object read(Message message) {
        return reader.apply(message);
    }

    void write(Message.Builder builder, @Nullable Object value) {
        writer.accept(builder, value);
    }

    /** Whether it says in which partition a message lies, or to which session it belongs there. */
    boolean isKey() {
        return this == SESSION_ID || this == PARTITION_KEY;
    }

    private static @Nullable Object messageId(Message message) {
        String own = message.applicationMessageId();
        return own == null ? message.messageId() : own;
    }

    private static @Nullable Object correlationId(Message message) {
        String text = message.correlationId();
        byte[] bytes = text == null ? message.correlationIdBytes() : null;
        return bytes == null ? text : new String(bytes, StandardCharsets.UTF_8);
    }

    private static void correlationId(Message.Builder builder, @Nullable String value) {
        builder.correlationIdBytes(null).correlationId(value);
    }

    private static @Nullable Object timeToLive(Message message) {
        return message.timeToLiveMs() == 0 ? null : (Long) message.timeToLiveMs();
    }

    private static void timeToLive(Message.Builder builder, @Nullable String value) {
        builder.timeToLiveMs(value == null ? 0 : Long.parseLong(value));
    }
}
