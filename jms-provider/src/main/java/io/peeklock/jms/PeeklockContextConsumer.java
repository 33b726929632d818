/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.message.PeeklockMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageListener;
import jakarta.jms.StreamMessage;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of the simplified API.
 *
 * <p>For the context's one thread; close from any.
 */
final class PeeklockContextConsumer implements JMSConsumer {

    private final PeeklockConsumer consumer;

    PeeklockContextConsumer(PeeklockConsumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public @Nullable String getMessageSelector() {
        return PeeklockContext.find(consumer::getMessageSelector);
    }

    @Override
    public @Nullable MessageListener getMessageListener() {
        return PeeklockContext.find(consumer::getMessageListener);
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) {
        PeeklockContext.run(() -> consumer.setMessageListener(listener));
    }

    @Override
    public @Nullable Message receive() {
        return PeeklockContext.find(() -> consumer.receive());
    }

    @Override
    public @Nullable Message receive(long timeoutMs) {
        return PeeklockContext.find(() -> consumer.receive(timeoutMs));
    }

    @Override
    public @Nullable Message receiveNoWait() {
        return PeeklockContext.find(consumer::receiveNoWait);
    }

    @Override
    public <T> @Nullable T receiveBody(Class<T> type) {
        return body(type, DeliveryGate.FOREVER_NANOS);
    }

    @Override
    public <T> @Nullable T receiveBody(Class<T> type, long timeoutMs) {
        return body(type, PeeklockConsumer.deadline(timeoutMs));
    }

    @Override
    public <T> @Nullable T receiveBodyNoWait(Class<T> type) {
        return body(type, PeeklockConsumer.NOW);
    }

    private <T> @Nullable T body(@Nullable Class<T> type, long deadline) {
        return PeeklockContext.find(() -> {
            // At once, whether a message is there or not.
            Class<T> wanted = PeeklockMessage.requireType(type);
            return consumer.receive(deadline, message -> bodyOf(message, wanted));
        });
    }

    private static <T> T bodyOf(PeeklockMessage message, Class<T> type) throws JMSException {
        if (message instanceof StreamMessage || message.getClass() == PeeklockMessage.class) {
            throw new MessageFormatException("receiveBody is for text, bytes, map and object messages, this one is a "
                    + message.getClass().getSimpleName() + "; use receive");
        }
        T body = message.getBody(type);
        if (body == null) {
            throw new MessageFormatException("the message has no body; use receive");
        }
        return body;
    }

    @Override
    public void close() {
        PeeklockContext.run(consumer::close);
    }
}
