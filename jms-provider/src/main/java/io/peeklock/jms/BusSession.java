/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.SessionInfo;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueSession;
import jakarta.jms.TopicSession;
import java.time.Duration;
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

    /**
     * Takes a session (message group) of a queue or subscription that requires sessions, with or without messages (rule
     * G2). Fails with error code {@code SessionCannotBeLocked} if another consumer holds it. A plain consumer needs none of
     * this: it takes one free session after the other, and with the selector {@code JMSXGroupID = 'x'} just that one.
     *
     * @param queue the queue, or {@code topic/Subscriptions/name}
     * @param sessionId 1 to 128 characters
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

    /** The bus behind the connection: entities, counters, health of partitions. Not to be closed by its users. */
    Namespace namespace() throws JMSException;
}
