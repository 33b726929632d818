/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.selector.Selector;
import io.peeklock.jms.destination.PeeklockQueue;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows a session the messages of a queue as they lie there, without taking or locking them: peeked or browsed.
 *
 * <p>For the session's one thread.
 */
final class UntouchedMessages {

    private final SessionCore session;

    UntouchedMessages(SessionCore session) {
        this.session = session;
    }

    /** Messages in any state (rule N6). */
    List<Message> peek(@Nullable Queue queue, long fromSequenceNumber, int max) throws JMSException {
        session.requireOpen();
        PeeklockQueue source = Destinations.queue(queue);
        EntityPath path = Destinations.path(source);
        List<Delivery> found = Waits.answer(
                session.connection().bus().peek(path, fromSequenceNumber, max),
                session.connection().settings().operationTimeout(),
                "peeking into " + path);
        return session.handover().peeked(source, found);
    }

    /** The same of one session of the entity (rule N8). */
    List<Message> peekSession(@Nullable Queue queue, String sessionId, long fromSequenceNumber, int max)
            throws JMSException {
        session.requireOpen();
        PeeklockQueue source = Destinations.queue(queue);
        EntityPath path = Destinations.path(source);
        List<Delivery> found = Waits.answer(
                session.connection().bus().peekSession(path, sessionId, fromSequenceNumber, max),
                session.connection().settings().operationTimeout(),
                "peeking into session '" + sessionId + "' of " + path);
        return session.handover().peeked(source, found);
    }

    /** Of messages as they would be received, those that a selector chooses, null for all. */
    PeeklockBrowser openBrowser(@Nullable Queue queue, @Nullable String selector) throws JMSException {
        PeeklockQueue source = Destinations.queue(queue);
        Selector filter = JmsExceptions.translating(() -> Selector.parse(selector));
        EntitySettings settings = session.resolve(Destinations.path(source), Claim.LISTEN);
        return new PeeklockBrowser(session, source, filter, settings.maxMessageBytes());
    }
}
