/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.destination.PeeklockQueue;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the destinations that applications hand in.
 *
 * <p>Has no state; any thread.
 */
final class Destinations {

    private Destinations() {}

    /** The queue that a destination is, whoever's object it is. */
    static PeeklockQueue queue(@Nullable Destination destination) throws JMSException {
        PeeklockDestination own = PeeklockDestination.from(destination);
        if (own instanceof PeeklockQueue queue) {
            return queue;
        }
        throw QueuesOnly.topics();
    }

    /** Where a queue is in the bus. A name that no queue can have is an invalid destination. */
    static EntityPath path(PeeklockQueue queue) throws JMSException {
        try {
            return queue.path();
        } catch (BrokerException e) {
            throw JmsExceptions.invalidDestination(e);
        }
    }
}
