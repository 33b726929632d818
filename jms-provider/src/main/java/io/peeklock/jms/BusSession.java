/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.SessionInfo;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueSession;
import jakarta.jms.TopicSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What the bus offers on a session beyond Jakarta Messaging. Every session of a Peeklock connection is one.
 *
 * <p>For one thread at a time, as {@link jakarta.jms.Session}.
 */
public interface BusSession extends QueueSession, TopicSession {

    /** Settled when it is handed out: receive-and-delete (rule L1). */
    int PRE_ACKNOWLEDGE = 100;

    /** Peek-lock; {@link Message#acknowledge()} completes the one message it is called on. */
    int INDIVIDUAL_ACKNOWLEDGE = 101;

    /**
     * Looks at messages in whatever state, without taking or locking them (rule N6). {@code JMS_SB_State} and
     * {@code JMS_SB_SequenceNumber} say what they are; a browser shows active and locked ones only.
     *
     * @param fromSequenceNumber the first number of interest, 0 for all
     * @param max 1 to 250; their bodies come into memory together
     */
    List<Message> peek(Queue queue, long fromSequenceNumber, int max) throws JMSException;

    /** As {@link #peek}, at the messages of one session (message group) alone, without its lock (rule N8). */
    List<Message> peekSession(Queue queue, String sessionId, long fromSequenceNumber, int max) throws JMSException;

    /**
     * Takes a session (message group) of a queue or subscription that requires sessions, with or without messages (rule
     * G2). Fails with error code {@code SessionCannotBeLocked} if another consumer holds it. A plain consumer needs none of
     * this: it takes one free session after the other, and with the selector {@code JMSXGroupID = 'x'} just that one.
     *
     * @param queue the queue, or {@code topic/Subscriptions/name}
     * @param sessionId at most 128 characters
     */
    SessionConsumer acceptSession(Queue queue, String sessionId) throws JMSException;

    /**
     * Takes the next session that is free and has messages, longest free first (rule G2). Fails with error code
     * {@code Timeout} if there is none in time.
     *
     * @param queue the queue, or {@code topic/Subscriptions/name}
     */
    SessionConsumer acceptNextSession(Queue queue, Duration timeout) throws JMSException;

    /** Sessions with messages, state or holder, by their ids, at most 1,000 (rule G8); more by {@link #namespace()}. */
    List<SessionInfo> listSessions(Queue queue) throws JMSException;

    /**
     * Receives messages that were deferred, by their sequence numbers: all of them or none (rules F2, F3), in the order in
     * which they are named. They belong to the session as any it receives: its acknowledge mode says how they are settled, a
     * transaction takes them in, and those that are given back stay deferred. A message listener of the session may call it,
     * too.
     *
     * <p>Where sessions (message groups) are required, those come whose session a consumer of this JMS session holds (rule F6).
     *
     * <p>Fails with error code {@code MessageNotFound}, naming the numbers that no free deferred message has.
     *
     * @param queue a queue, a subscription by its path, or the dead-letter queue of one
     * @param sequenceNumbers at most 250
     */
    List<Message> receiveDeferred(Queue queue, long... sequenceNumbers) throws JMSException;

    /**
     * Sends a message that is to be enqueued at a time, and returns its sequence number, by which {@link #cancelScheduled}
     * finds it until then (rule N3). It is persistent, with the default priority; its time to live counts from then (rule
     * T8), and which subscriptions of a topic take it is found out then. In a transacted session it is scheduled by the
     * commit (rule N5), and the number is good from then on.
     *
     * @param timeToLive how long it lives after that, zero for no limit
     */
    long schedule(Destination destination, Message message, Instant enqueueAt, Duration timeToLive) throws JMSException;

    /** As {@link #schedule(Destination, Message, Instant, Duration)}, without a limit of time. */
    default long schedule(Destination destination, Message message, Instant enqueueAt) throws JMSException {
        return schedule(destination, message, enqueueAt, Duration.ZERO);
    }

    /**
     * Removes messages that wait for their time, each for itself and at once, whatever transaction the session has. Fails with
     * error code {@code MessageNotFound}, naming those that were enqueued or cancelled before, when the others are gone (rule
     * N3).
     */
    void cancelScheduled(Destination destination, long... sequenceNumbers) throws JMSException;

    /** The bus behind the connection: entities, counters, health of partitions. Not to be closed by its users. */
    Namespace namespace() throws JMSException;
}
