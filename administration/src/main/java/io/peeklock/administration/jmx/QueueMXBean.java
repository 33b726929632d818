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
    @Description("Messages that wait to be received")
    long getActive();

    @Description("Messages under lock")
    long getLocked();

    @Description("Messages set aside")
    long getDeferred();

    /** Messages that wait for their time. */
    @Description("Messages that wait for their time")
    long getScheduled();

    /** Messages in the dead-letter queue, in whatever state. */
    @Description("Messages in the dead-letter queue, in whatever state")
    long getDeadLetters();

    /** What counts against the quota, dead-letter queue included. */
    @Description("Bytes that count against the quota, dead-letter queue included")
    long getSizeBytes();

    /** How long the message has been here that waits longest and can be received; 0 if none waits. */
    @Description("Age of the message that waits longest and can be received, in milliseconds; 0 if none waits")
    long getOldestActiveAgeMillis();

    /** The same of the dead-letter queue, since it was enqueued. */
    @Description("Age of the oldest dead letter since it was enqueued, in milliseconds; 0 if there is none")
    long getOldestDeadLetterAgeMillis();

    /** Sessions with messages, state or holder. */
    @Description("Sessions with messages, state or holder")
    int getSessions();

    @Description("Sessions that somebody holds")
    int getHeldSessions();

    /** Partitions that could not be asked, and are not counted. */
    @Description("Partitions that could not be asked, and are not counted")
    int getUnavailablePartitions();

    /** Messages that came in. */
    @Description("Messages that came in")
    long getEnqueued();

    /** Messages handed out, each as often as it was. */
    @Description("Messages handed out, each as often as it was")
    long getDelivered();

    /** Those of them that had a failed delivery before. */
    @Description("Messages handed out again after a failed delivery")
    long getRedelivered();

    @Description("Messages completed")
    long getCompleted();

    @Description("Deliveries abandoned or rolled back")
    long getAbandoned();

    /** Messages that went to the dead-letter queue. */
    @Description("Messages that went to the dead-letter queue")
    long getDeadLettered();

    @Description("Messages whose time to live was over")
    long getExpired();

    @Description("Locks of messages and sessions that ended against their holder's will")
    long getLocksLost();

    /** Puts all dead letters back, as {@code redriveMessages} does, and says how many went. Waits for that. */
    @Description("Puts all dead letters back into the queue, and says how many")
    long redriveDeadLetters();

    /** Removes all dead letters for good, but locked ones, and says how many. Waits for that. */
    @Description("DELETES all dead letters for good, but locked ones, and says how many")
    long purgeDeadLetters();
}
