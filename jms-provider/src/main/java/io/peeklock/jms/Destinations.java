/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the destinations that applications hand in.
 *
 * <p>Has no state; any thread.
 */
final class Destinations {

    private Destinations() {}

    /** A destination of this provider; another's is none here, even if its name would be good. */
    static PeeklockDestination own(@Nullable Destination destination) throws JMSException {
        if (destination instanceof PeeklockDestination own) {
            return own;
        }
        throw new InvalidDestinationException(
                destination == null
                        ? "a destination is needed, got null"
                        : "a destination of another provider, "
                                + destination.getClass().getName()
                                + ": make it with createQueue or createTopic, or look it up as one of Peeklock's");
    }

    static PeeklockQueue queue(@Nullable Destination destination) throws JMSException {
        if (own(destination) instanceof PeeklockQueue queue) {
            return queue;
        }
        throw new InvalidDestinationException(destination + " is a topic, a queue is needed here");
    }

    static PeeklockTopic topic(@Nullable Destination destination) throws JMSException {
        if (own(destination) instanceof PeeklockTopic topic) {
            return topic;
        }
        throw new InvalidDestinationException(destination + " is a queue, a topic is needed here");
    }

    /** Where it is in the bus. A name that none can have is an invalid destination. */
    static EntityPath path(PeeklockDestination destination) throws JMSException {
        try {
            return destination.path();
        } catch (BrokerException e) {
            throw JmsExceptions.invalidDestination(e);
        }
    }
}
