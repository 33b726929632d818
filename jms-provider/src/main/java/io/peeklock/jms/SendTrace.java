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

    /** Something that ends the send. */
    @FunctionalInterface
    interface Sending<T extends @Nullable Object> {
        T run() throws JMSException;
    }

    /** Runs all of a send, and says how it ended. */
    <T extends @Nullable Object> T around(Sending<T> sending) throws JMSException {
        return of(sending, true);
    }

    /** Runs the beginning of a send, and says if it has failed already. */
    void beginning(Sending<@Nullable Void> sending) throws JMSException {
        of(sending, false);
    }

    private <T extends @Nullable Object> T of(Sending<T> sending, boolean all) throws JMSException {
        T result;
        try {
            result = sending.run();
        } catch (JMSException | RuntimeException | Error e) {
            end(e);
            throw e;
        }
        if (all) {
            end(null);
        }
        return result;
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
