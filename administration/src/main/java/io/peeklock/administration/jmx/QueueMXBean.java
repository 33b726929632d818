/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

/**
 * A queue or subscription with its dead-letter queue. Sizes are bytes, times milliseconds. Counters begin with 0 when the namespace
 * is opened, or the queue is created.
 */
public interface QueueMXBean {

    /** Messages that wait to be received. */
    long getActive();

    long getLocked();

    long getDeferred();

    /** Messages that wait for their time. */
    long getScheduled();

    /** Messages in the dead-letter queue, in whatever state. */
    long getDeadLetters();

    /** What counts against the quota, dead-letter queue included. */
    long getSizeBytes();

    /** How long the message has been here that waits longest and can be received; 0 if none waits. */
    long getOldestActiveAgeMillis();

    /** The same of the dead-letter queue, since it was enqueued. */
    long getOldestDeadLetterAgeMillis();

    /** Sessions with messages, state or holder. */
    int getSessions();

    int getHeldSessions();

    /** Partitions that could not be asked, and are not counted. */
    int getUnavailablePartitions();

    /** Messages that came in. */
    long getEnqueued();

    /** Messages handed out, each as often as it was. */
    long getDelivered();

    /** Those of them that had a failed delivery before. */
    long getRedelivered();

    long getCompleted();

    long getAbandoned();

    /** Messages that went to the dead-letter queue. */
    long getDeadLettered();

    long getExpired();

    long getLocksLost();

    /** Puts all dead letters back, as {@code redriveMessages} does, and says how many went. Waits for that. */
    long redriveDeadLetters();

    /** Removes all dead letters for good, but locked ones, and says how many. Waits for that. */
    long purgeDeadLetters();
}
