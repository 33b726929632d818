/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.jms.destination.PeeklockQueue;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to its queue, or to any.
 *
 * <p>For the session's one thread; close from any.
 */
final class PeeklockSender extends PeeklockProducer implements QueueSender {

    private final @Nullable PeeklockQueue queue;

    /** An anonymous one. */
    PeeklockSender(SessionCore session) {
        super(session);
        this.queue = null;
    }

    PeeklockSender(SessionCore session, PeeklockQueue queue, EntitySettings settings) {
        super(session, queue, settings);
        this.queue = queue;
    }

    @Override
    public @Nullable Queue getQueue() throws JMSException {
        requireOpen();
        return queue;
    }

    @Override
    public void send(@Nullable Queue destination, @Nullable Message message) throws JMSException {
        send((Destination) destination, message);
    }

    @Override
    public void send(
            @Nullable Queue destination, @Nullable Message message, int deliveryMode, int priority, long timeToLive)
            throws JMSException {
        send((Destination) destination, message, deliveryMode, priority, timeToLive);
    }
}
