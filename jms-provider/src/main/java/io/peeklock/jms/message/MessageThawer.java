/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.jms.destination.PeeklockDestination;
import org.jspecify.annotations.Nullable;

/**
 * Makes a Jakarta Messaging message of a delivery, without copying or decoding what nobody has asked for yet.
 *
 * <p>Stateless, thread safe.
 */
public final class MessageThawer {

    private MessageThawer() {}

    /**
     * The message of a delivery, read-only.
     *
     * @param delivery what the bus handed out
     * @param source the destination it was received from; in a dead-letter queue the message names the original (T7)
     * @param settings of the connection
     * @param acknowledger settles it; null when there is nothing to settle (browsing, receive-and-delete)
     */
    public static PeeklockMessage thaw(
            Delivery delivery,
            PeeklockDestination source,
            MessageSettings settings,
            @Nullable Acknowledger acknowledger) {
        return switch (delivery.message().bodyKind()) {
            case NONE -> new PeeklockMessage(delivery, source, settings, acknowledger);
            case TEXT, NULL_TEXT -> new PeeklockTextMessage(delivery, source, settings, acknowledger);
            case BYTES -> new PeeklockBytesMessage(delivery, source, settings, acknowledger);
            case MAP -> new PeeklockMapMessage(delivery, source, settings, acknowledger);
            case STREAM -> new PeeklockStreamMessage(delivery, source, settings, acknowledger);
            case OBJECT -> new PeeklockObjectMessage(delivery, source, settings, acknowledger);
        };
    }
}
