/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

/** A topic. It holds no messages but those that wait for their time: the others lie in its subscriptions. */
public interface TopicMXBean {

    /** Messages that wait for their time. */
    @Description("Messages that wait for their time")
    long getScheduled();

    /** Their size, in bytes. */
    @Description("Bytes of the messages that wait for their time")
    long getSizeBytes();

    /** Messages published since it was opened. */
    @Description("Messages published")
    long getEnqueued();

    /** Partitions that could not be asked, and are not counted. */
    @Description("Partitions that could not be asked, and are not counted")
    int getUnavailablePartitions();
}
