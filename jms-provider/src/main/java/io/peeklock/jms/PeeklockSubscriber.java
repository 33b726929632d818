/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Receiver;
import jakarta.jms.JMSException;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;

/**
 * Receives from a subscription of a topic, of whatever kind.
 *
 * <p>For the session's one thread; close from any.
 */
final class PeeklockSubscriber extends PeeklockConsumer implements TopicSubscriber {

    PeeklockSubscriber(SessionCore session, ConsumerSource source, Receiver receiver) {
        super(session, source, receiver);
    }

    @Override
    public Topic getTopic() throws JMSException {
        requireOpen();
        return Destinations.topic(source().destination());
    }

    @Override
    public boolean getNoLocal() throws JMSException {
        requireOpen();
        return source().noLocal();
    }
}
