/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.ConnectionConsumer;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Topic;
import org.jspecify.annotations.Nullable;

/**
 * The part of every connection that makes connection consumers, of queues and of every kind of subscription.
 *
 * <p>Thread safe.
 */
abstract sealed class LoadingConnection implements BusConnection permits PeeklockConnection {

    /** Those of an open connection, which counts as used from now on. */
    abstract ConnectionConsumers consumers() throws JMSException;

    @Override
    public final ConnectionConsumer createConnectionConsumer(
            @Nullable Destination destination,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        return consumers().open(source -> source.open(destination, selector, false), pool, maxMessages);
    }

    @Override
    public final ConnectionConsumer createConnectionConsumer(
            @Nullable Queue queue, @Nullable String selector, @Nullable ServerSessionPool pool, int maxMessages)
            throws JMSException {
        return consumers().open(source -> source.openOnQueue(queue, selector), pool, maxMessages);
    }

    @Override
    public final ConnectionConsumer createConnectionConsumer(
            @Nullable Topic topic, @Nullable String selector, @Nullable ServerSessionPool pool, int maxMessages)
            throws JMSException {
        return consumers().open(source -> source.openOnTopic(topic, selector, false), pool, maxMessages);
    }

    @Override
    public final ConnectionConsumer createSharedConnectionConsumer(
            @Nullable Topic topic,
            @Nullable String name,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        return consumers().openOfTopics(source -> source.openShared(topic, name, selector), pool, maxMessages);
    }

    @Override
    public final ConnectionConsumer createDurableConnectionConsumer(
            @Nullable Topic topic,
            @Nullable String name,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        return consumers().openOfTopics(source -> source.openDurable(topic, name, selector, false), pool, maxMessages);
    }

    @Override
    public final ConnectionConsumer createSharedDurableConnectionConsumer(
            @Nullable Topic topic,
            @Nullable String name,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        return consumers().openOfTopics(source -> source.openSharedDurable(topic, name, selector), pool, maxMessages);
    }
}
