/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.Claim;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the producers of one session, for one destination or for any (Jakarta Messaging 7.1).
 *
 * <p>For the session's one thread.
 */
final class Producers {

    private final SessionCore session;

    Producers(SessionCore session) {
        this.session = session;
    }

    /** For any destination if none is given. */
    PeeklockProducer open(@Nullable Destination destination) throws JMSException {
        session.requireOpen();
        if (destination == null) {
            return new PeeklockProducer(session);
        }
        PeeklockDestination own = Destinations.own(destination);
        return own instanceof PeeklockTopic topic ? openOnTopic(topic) : openOnQueue(Destinations.queue(own));
    }

    PeeklockSender openOnQueue(@Nullable Destination destination) throws JMSException {
        session.requireOpen();
        if (destination == null) {
            return new PeeklockSender(session);
        }
        PeeklockQueue queue = Destinations.queue(destination);
        return new PeeklockSender(session, queue, session.resolve(Destinations.path(queue), Claim.SEND));
    }

    PeeklockPublisher openOnTopic(@Nullable Destination destination) throws JMSException {
        session.requireOpen();
        if (destination == null) {
            return new PeeklockPublisher(session);
        }
        PeeklockTopic topic = Destinations.topic(destination);
        return new PeeklockPublisher(session, topic, session.resolve(Destinations.path(topic), Claim.SEND));
    }
}
