/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Receiver;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;

/**
 * Receives from a queue.
 *
 * <p>For the session's one thread; close from any.
 */
final class PeeklockReceiver extends PeeklockConsumer implements QueueReceiver {

    PeeklockReceiver(SessionCore session, ConsumerSource source, Receiver receiver) {
        super(session, source, receiver);
    }

    @Override
    public Queue getQueue() throws JMSException {
        requireOpen();
        return Destinations.queue(source().destination());
    }
}
