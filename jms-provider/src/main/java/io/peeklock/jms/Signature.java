/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.message.PeeklockMessage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the sends of one connection put on messages to say where they come from.
 *
 * <p>Thread safe.
 */
final class Signature {

    private final String connectionId;
    private final @Nullable String user;
    private final ClientId clientId;
    private final AtomicLong lastMessageNumber = new AtomicLong();

    /** @param user who was let in; null if nobody is asked */
    Signature(String connectionId, @Nullable String user, ClientId clientId) {
        this.connectionId = connectionId;
        this.user = user;
        this.clientId = clientId;
    }

    /** New at each send; unique for ever. */
    String nextMessageId() {
        return "ID:" + connectionId + "-" + lastMessageNumber.incrementAndGet();
    }

    /** JMSXUserID and JMSXAppID (Jakarta Messaging 3.5.9). */
    void sign(PeeklockMessage message) {
        message.sentBy(user, clientId.value());
    }
}
