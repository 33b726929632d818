/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.message.Message;
import io.peeklock.jms.destination.PeeklockQueue;
import jakarta.jms.JMSException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes deliveries without a bus, for tests of messages.
 *
 * <p>Stateless, thread safe.
 */
final class Deliveries {

    static final PeeklockQueue ORDERS = new PeeklockQueue("orders");
    static final long ENQUEUED_MS = 1_000_000;

    private Deliveries() {}

    static Delivery of(Message message) {
        return of(EntityPath.queue("orders"), message, 0, Long.MAX_VALUE, null, Map.of());
    }

    static Delivery of(
            EntityPath entity,
            Message message,
            int deliveryCount,
            long expiresAtMs,
            @Nullable String deadLetterReason,
            Map<String, @Nullable Object> modified) {
        return new Delivery(
                entity,
                message,
                MessageState.ACTIVE,
                7,
                6,
                ENQUEUED_MS,
                expiresAtMs,
                deliveryCount,
                new LockToken(0, 1, 7, new UUID(1, 2)),
                ENQUEUED_MS + 60_000,
                deadLetterReason,
                deadLetterReason == null ? null : "because",
                modified);
    }

    /** What a receiver gets of a message that was sent. */
    @SuppressWarnings("unchecked")
    static <T extends jakarta.jms.Message> T sentAndReceived(T message) throws JMSException {
        return (T) received((PeeklockMessage) message, MessageSettings.DEFAULT);
    }

    /** The names that Jakarta Messaging enumerates without saying that they are Strings. */
    static List<String> list(Enumeration<?> names) {
        return Collections.list(names).stream().map(String.class::cast).toList();
    }

    static PeeklockMessage received(PeeklockMessage message, MessageSettings settings) throws JMSException {
        Message frozen = Message.decode(
                MessageFreezer.freeze(message, 0).build().content().clone());
        return MessageThawer.thaw(of(frozen), ORDERS, settings, null);
    }
}
