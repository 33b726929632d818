/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.Message;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Is told of messages that are sent and received, and may give those that are sent properties of its own, such as trace
 * context. The module observability has one for OpenTelemetry.
 *
 * <p>Called by many threads at once, those that send and receive. What it throws is logged, and changes nothing else.
 */
public interface MessageTracing {

    /**
     * A message is about to be sent: its headers are those of this send, and it is not encoded yet.
     *
     * @param operation {@code send} or {@code schedule}
     * @param message as the application will see it after the send; not to be kept
     * @param properties those of this send
     * @return is told how it ends: when the send of a message is durable, or one in a transaction staged
     */
    Operation send(TracedEntity to, String operation, Message message, SendProperties properties);

    /**
     * A {@code receive} call gives a message to the application.
     *
     * @param began when the call began
     */
    void received(TracedEntity from, Message message, Instant began);

    /**
     * A listener is about to be called with a message, by this thread.
     *
     * @return is told when the listener has returned, by the same thread
     */
    Operation process(TracedEntity from, Message message);

    /** What was begun. */
    @FunctionalInterface
    interface Operation {

        /** It has ended. Called once. */
        void end(@Nullable Throwable failure);
    }

    /** String properties of one send. Only for while the send is announced. */
    interface SendProperties {

        /**
         * What the application itself has set on the message; null where it has set nothing, or only sends again what it has
         * received.
         */
        @Nullable
        String setByApplication(String name);

        /**
         * Gives the message that is sent a property, over one of that name; null takes that away. It is of this send: the
         * application sees it on its object afterwards, and the next send of the object begins without it. A received message,
         * whose properties are read-only, gets it too.
         */
        void put(String name, @Nullable String value);
    }
}
