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
 * The values that a {@link Message.Builder} has collected.
 *
 * <p>Not thread safe.
 */
abstract sealed class MessageFields permits Message.Builder {
    private static final ByteBuffer NO_BODY = ByteBuffer.allocate(0);

    @Nullable
    String messageId;

    @Nullable
    String applicationMessageId;

    @Nullable
    String correlationId;

    byte @Nullable [] correlationIdBytes;

    @Nullable
    String replyTo;

    @Nullable
    String to;

    @Nullable
    String label;

    @Nullable
    String contentType;

    @Nullable
    String sessionId;

    @Nullable
    String replyToSessionId;

    int groupSequence;

    @Nullable
    String partitionKey;

    long timeToLiveMs;
    long deliveryDelayMs;
    boolean durable = true;
    int priority = 4;
    long creationTimeMs;

    @Nullable
    Origin origin;

    Map<String, Object> properties = Map.of();
    BodyKind bodyKind = BodyKind.NONE;
    ByteBuffer body = NO_BODY;

    /** Takes over all that a message has. */
    final void take(Message message) {
        messageId = message.messageId();
        applicationMessageId = message.applicationMessageId();
        correlationId = message.correlationId();
        correlationIdBytes = message.correlationIdBytes();
        replyTo = message.replyTo();
        to = message.to();
        label = message.label();
        contentType = message.contentType();
        sessionId = message.sessionId();
        replyToSessionId = message.replyToSessionId();
        groupSequence = message.groupSequence();
        partitionKey = message.partitionKey();
        timeToLiveMs = message.timeToLiveMs();
        deliveryDelayMs = message.deliveryDelayMs();
        durable = message.durable();
        priority = message.priority();
        creationTimeMs = message.creationTimeMs();
        origin = message.origin();
        properties = new LinkedHashMap<>(message.properties());
        bodyKind = message.bodyKind();
        body = message.body();
    }
}
