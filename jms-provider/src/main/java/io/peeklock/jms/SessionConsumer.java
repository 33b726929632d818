/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueReceiver;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds one session (message group) of a queue or subscription that requires sessions, and receives its messages, in order
 * (rules G2 to G6). Got by {@link BusSession#acceptSession} or {@link BusSession#acceptNextSession}.
 *
 * <p>For the thread of its {@link jakarta.jms.Session}, as any consumer. When the lock of the session is lost, what was not
 * settled is back in the session's order, and calls fail with error code {@code SessionLockLost}. The consumer heals by itself:
 * one receive fails, so that the application knows that others may have had the session, and the next one takes the session
 * again, waiting until it is free and has a message; a listener goes on after a second, and the ExceptionListener is told. Until
 * then the calls that need the lock go on failing. {@link #close()} gives the session back at once, with what was received and
 * not settled; a local transaction that has received of it has failed with that. A branch of a global transaction keeps the session
 * until it has ended.
 */
public interface SessionConsumer extends QueueReceiver {

    /** The session: {@code JMSXGroupID} of its messages. */
    String sessionId();

    /** When the lock ends unless it is renewed; automatic renewals are not in it. */
    Instant lockedUntil();

    /** Sets the lock to now plus the entity's lock duration and returns its new end (rule G3). */
    Instant renewSessionLock() throws JMSException;

    /**
     * Receives messages of the session that were deferred, by their sequence numbers, all of them or none (rules F2, F3, F6).
     * They are settled as any the consumer receives.
     *
     * @param sequenceNumbers at most 250
     */
    List<Message> receiveDeferred(long... sequenceNumbers) throws JMSException;

    /** The session's state, empty if it has none (rule G6). In a transaction that has set it, what it was set to. */
    Optional<byte[]> getSessionState() throws JMSException;

    /**
     * Sets the session's state; returns when that is durable (rule G6). In a transacted session it is set by the commit,
     * together with all else that the transaction does, and a rollback forgets it; a state that is too large is refused here,
     * and leaves the transaction usable.
     *
     * @param state at most 128 KB, null to clear it
     */
    void setSessionState(byte @Nullable [] state) throws JMSException;
}
