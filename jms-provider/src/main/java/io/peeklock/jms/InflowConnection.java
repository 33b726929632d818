/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose messages go to the message endpoints of a container (Jakarta Connectors 2.1, chapter 13). For resource
 * adapters; every connection with XA sessions is one.
 *
 * <p>Thread safe. There are no types here but those of the JDK, of Jakarta Messaging and this kind, so that an adapter of another
 * class loader can reach it.
 */
public interface InflowConnection extends XAConnection {

    /**
     * Opens what messages are received from, by sessions that each have one message at a time. Nothing is asked for yet.
     *
     * <p>From a queue, or a shared subscription, each session receives for itself, as so many consumers would; of one that requires
     * sessions (message groups) each takes one free session after the other. An unshared subscription has one consumer, whose
     * messages go to all of the sessions, or to one alone if it requires sessions.
     *
     * @param destination a queue or topic by its name, of whatever provider or class loader the object is
     * @param selector null or empty for all messages
     * @param subscription the name of a subscription, null for a queue and for a subscription that ends with this
     * @param durable whether the subscription of that name is durable
     * @param shared whether others may consume from the subscription too
     * @param sessions how many sessions at most, 1 or more
     * @throws JMSException as the consumer of that kind would be refused
     */
    Inflow openInflow(
            Destination destination,
            @Nullable String selector,
            @Nullable String subscription,
            boolean durable,
            boolean shared,
            int sessions)
            throws JMSException;
}
