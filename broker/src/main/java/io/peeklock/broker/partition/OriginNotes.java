/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import io.peeklock.broker.message.Origin;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps who has sent a message that waits in a topic, for the subscriptions that do not take their own (noLocal): it is no
 * part of a message's encoding, and so would be lost with a reload, or in the swap. Nobody receives from a topic, so that the
 * notes of what lies there are free for it; copies do not have them.
 *
 * <p>Stateless, thread safe.
 */
final class OriginNotes {
    private static final String CONNECTION = "origin.connection";
    private static final String CLIENT = "origin.client";

    private OriginNotes() {}

    static Notes of(@Nullable Origin origin) {
        if (origin == null) {
            return Notes.NONE;
        }
        Map<String, @Nullable Object> properties = new HashMap<>();
        properties.put(CONNECTION, origin.connectionId());
        if (origin.clientId() != null) {
            properties.put(CLIENT, origin.clientId());
        }
        return Notes.NONE.with(properties);
    }

    /** The message with its sender. */
    static Message restore(Message message, Notes notes) {
        return notes.properties().get(CONNECTION) instanceof String connection
                ? message.from(
                        new Origin(connection, (String) notes.properties().get(CLIENT)))
                : message;
    }
}
