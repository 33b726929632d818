/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.message.Message;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Wants the messages of one session (rule N8). Where sessions are required a partition knows them without their contents.
 *
 * <p>Immutable, thread safe.
 */
public record OfSession(String sessionId) implements MessageFilter {

    @Override
    public boolean matches(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
        return sessionId.equals(message.sessionId());
    }
}
