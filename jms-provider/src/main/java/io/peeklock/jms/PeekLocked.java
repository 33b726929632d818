/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.message.PeeklockMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the bus offers on one received message beyond Jakarta Messaging: its lock, and ways to settle just this message.
 *
 * <p>Get it with {@link #of}. May be used from any thread, one call at a time. With a lost
 * lock a call fails with error code {@code MessageLockLost} and changes nothing (rule L7).
 *
 * <p>In a transacted session the commit does what was called here, instead of completing the message, together with all else
 * that the transaction does (rule X1); a rollback forgets it and unlocks the message. Of several calls the last one counts.
 * What the commit would be refused for fails here, and leaves the transaction as it was.
 */
public interface PeekLocked {

    /**
     * The lock of a received message.
     *
     * @throws JMSException if the message was not received under a lock: a new, browsed or pre-acknowledged one, or one
     *     of another provider
     */
    static PeekLocked of(Message message) throws JMSException {
        if (message instanceof PeeklockMessage own) {
            return own.unwrap(PeekLocked.class);
        }
        throw new JMSException(
                message == null
                        ? "there is no message: receive gives null if none came in time, or the connection is not started"
                        : "not received from Peeklock: " + message.getClass().getName());
    }

    /** Names this delivery of the message (rule L8). */
    UUID lockToken();

    /** The message's number in its entity (rule N1). */
    long sequenceNumber();

    /** When the lock ends unless it is renewed; automatic renewals are not in it. */
    Instant lockedUntil();

    /** Sets the lock to now plus the entity's lock duration and returns its new end (rule L4). */
    Instant renewLock() throws JMSException;

    /** The message is done and goes (rule L2). */
    void complete() throws JMSException;

    /** Puts the message back to its place, after the entity's back-off, and counts a failed delivery (rule L6). */
    default void abandon() throws JMSException {
        abandon(Map.of());
    }

    /**
     * As {@link #abandon()}.
     *
     * @param properties application properties to set; a null value removes one (rule L11)
     */
    default void abandon(Map<String, @Nullable Object> properties) throws JMSException {
        abandon(Duration.ZERO, properties);
    }

    /**
     * As {@link #abandon()}, and so long nobody gets it; it keeps its number, its id and its count. Zero is what the entity's
     * back-off says, as in {@link #abandon()}.
     *
     * @param delay in whole milliseconds
     */
    default void abandon(Duration delay) throws JMSException {
        abandon(delay, Map.of());
    }

    /**
     * As {@link #abandon(Duration)}.
     *
     * @param properties application properties to set; a null value removes one (rule L11)
     */
    void abandon(Duration delay, Map<String, @Nullable Object> properties) throws JMSException;

    /** Puts the message back to its place as if it had never been received (rule L10). */
    void release() throws JMSException;

    /**
     * Sets the message aside: it stays in its entity, where only {@link BusSession#receiveDeferred} gets it, by its {@link
     * #sequenceNumber()} (rule F1). That is no failed delivery (rule F5).
     */
    default void defer() throws JMSException {
        defer(Map.of());
    }

    /**
     * As {@link #defer()}.
     *
     * @param properties application properties to set; a null value removes one (rule L11)
     */
    void defer(Map<String, @Nullable Object> properties) throws JMSException;

    /** Moves the message to the dead-letter queue (rule D2). */
    default void deadLetter(@Nullable String reason, @Nullable String description) throws JMSException {
        deadLetter(reason, description, Map.of());
    }

    /**
     * As {@link #deadLetter(String, String)}.
     *
     * @param properties application properties to set; a null value removes one (rule L11)
     */
    void deadLetter(@Nullable String reason, @Nullable String description, Map<String, @Nullable Object> properties)
            throws JMSException;
}
