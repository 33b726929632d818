/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.MessageTracing.Operation;
import io.peeklock.jms.MessageTracing.SendProperties;
import io.peeklock.jms.message.PeeklockMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

/**
 * One send that is traced, from when its message is complete until it is known how it ended.
 *
 * <p>Used by the sending thread, then by the one that tells the completion listener.
 */
final class SendTrace {
    private final MessageTracing tracing;
    private final TracedEntity to;
    private final String operation;
    private @Nullable Operation begun;

    SendTrace(MessageTracing tracing, TracedEntity to, String operation) {
        this.tracing = tracing;
        this.to = to;
        this.operation = operation;
    }

    void begin(PeeklockMessage message) {
        begun = Traces.begin(() -> tracing.send(to, operation, message, new SendProperties() {
            @Override
            public @Nullable String setByApplication(String name) {
                return message.setByApplication(name);
            }

            @Override
            public void put(String name, @Nullable String value) {
                message.putOfSend(name, value);
            }
        }));
    }

    void end(@Nullable Throwable failure) {
        Traces.end(begun, failure);
        begun = null;
    }

    /** A part of a send. */
    @FunctionalInterface
    interface Part<T> {
        T run() throws JMSException;
    }

    /** Runs all of a send, and says how it ended. */
    <T> T around(Part<T> all) throws JMSException {
        T result = beginning(all);
        end(null);
        return result;
    }

    /** Runs the beginning of a send, and says if it has failed already. */
    <T> T beginning(Part<T> part) throws JMSException {
        try {
            return part.run();
        } catch (JMSException | RuntimeException | Error e) {
            end(e);
            throw e;
        }
    }

    /** Says how the send ended before the application is told. */
    CompletionListener before(CompletionListener listener) {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                end(null);
                listener.onCompletion(message);
            }

            @Override
            public void onException(Message message, Exception failure) {
                end(failure);
                listener.onException(message, failure);
            }
        };
    }
}
