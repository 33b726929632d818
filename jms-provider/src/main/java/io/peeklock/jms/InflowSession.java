/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * Gives one message at a time to one message endpoint, and learns what became of it.
 *
 * <p>The turn of a message is {@link #ask}, {@link #take}, {@link #work}, {@link #finish}; or {@link #release} or {@link
 * #deadLetter} instead of the work. For one thread at a time; {@link #recall} and the close come from any. Nothing is locked before it
 * was asked for. The lock is renewed until the message is finished, however long the endpoint takes.
 *
 * <p>Between take and finish the message is that of the first branch in which the resource is started: its commit completes it. After
 * a rollback it is still locked, and {@link #finish} unlocks it, so that nobody else has it before the endpoint has returned. In no
 * branch it is peek-lock: finish completes or unlocks it. What the endpoint does with it by {@link PeekLocked} comes first.
 */
public interface InflowSession {

    /** Always the same object; what is received is the work of a branch that it is in. */
    XAResource getXAResource();

    /**
     * Asks for a message.
     *
     * @param arrived runs once when {@link #take} would give one or throw, on a thread of the connection
     * @return true if that is so now: then arrived does not run
     */
    boolean ask(Runnable arrived);

    /** Takes back what was asked for; a message that has come meanwhile goes back, uncounted. Any thread. */
    void recall();

    /**
     * The message that has come, with its delivery count.
     *
     * @return null if there is none: it was taken back, or has to be asked for once more
     * @throws JMSException if nothing comes from there, for example because the store was closed
     */
    @Nullable
    Message take() throws JMSException;

    /**
     * Before the endpoint's work: what becomes of the message if its branch is prepared and rolled back then. Without this it is
     * abandoned. The arguments are those of {@link #finish}; a delay has no effect where sessions are required.
     */
    void ifRolledBack(String description, long delayMs, int maxDeliveries);

    /**
     * Runs the endpoint's work with the message that was taken, here and now: who traces messages is told. What it throws comes out.
     */
    void work(Message message, Runnable endpoint);

    /**
     * The endpoint has returned, and the container has ended the delivery. What failed is delivered again, after the delay, or ends in
     * the dead-letter queue. Of an entity that requires sessions the message stays locked and first in its session while it waits.
     *
     * @param failed whether the endpoint failed; a message that a rollback gave back counts as failed in any case
     * @param description why, in the words of the dead letter; at most 16,000 characters
     * @param delayMs so long a failed message is kept back, 0 for what its entity says
     * @param maxDeliveries failed deliveries, 1 or more, after which it is dead-lettered; where its entity allows fewer, that counts
     * @param over runs once, on any thread, when the message is settled and the next may be asked for; quick
     */
    void finish(boolean failed, String description, long delayMs, int maxDeliveries, Runnable over);

    /** The endpoint never got it: back it goes, uncounted. */
    void release();

    /**
     * The endpoint is not to get it: it becomes a dead letter, without a further delivery counted.
     *
     * @return false if it is one already, and nothing was done
     */
    boolean deadLetter(String reason, String description);
}
