/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.jms.destination.PeeklockTopic;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages to its topic, or to any.
 *
 * <p>For the session's one thread; close from any.
 */
final class PeeklockPublisher extends PeeklockProducer implements TopicPublisher {

    private final @Nullable PeeklockTopic topic;

    /** An anonymous one. */
    PeeklockPublisher(SessionCore session) {
        super(session);
        this.topic = null;
    }

    PeeklockPublisher(SessionCore session, PeeklockTopic topic, EntitySettings settings) {
        super(session, topic, settings);
        this.topic = topic;
    }

    @Override
    public @Nullable Topic getTopic() throws JMSException {
        requireOpen();
        return topic;
    }

    @Override
    public void publish(@Nullable Message message) throws JMSException {
        send(message);
    }

    @Override
    public void publish(@Nullable Message message, int deliveryMode, int priority, long timeToLive)
            throws JMSException {
        send(message, deliveryMode, priority, timeToLive);
    }

    @Override
    public void publish(@Nullable Topic destination, @Nullable Message message) throws JMSException {
        send((Destination) destination, message);
    }

    @Override
    public void publish(
            @Nullable Topic destination, @Nullable Message message, int deliveryMode, int priority, long timeToLive)
            throws JMSException {
        send((Destination) destination, message, deliveryMode, priority, timeToLive);
    }
}
