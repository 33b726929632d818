/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

/**
 * A namespace. Sizes are bytes, times milliseconds. What is of partitions is of those that serve. Attributes fail as long as the
 * namespace does not answer.
 */
public interface NamespaceMXBean {

    /** The UUID of its store. */
    @Description("UUID of the store")
    String getId();

    /** What it warned of when it was opened. */
    @Description("What the namespace warned of when it was opened")
    String[] getWarnings();

    @Description("Partitions of the namespace")
    int getPartitions();

    /** Partitions that have failed, or could not be loaded. */
    @Description("Partitions that have failed, or could not be loaded")
    int getFailedPartitions();

    @Description("Queues")
    int getQueues();

    @Description("Topics")
    int getTopics();

    @Description("Subscriptions")
    int getSubscriptions();

    @Description("Temporary queues, topics and subscriptions")
    int getTemporaryEntities();

    /** Queues, topics and subscriptions that have no bean, because there are too many. */
    @Description("Queues, topics and subscriptions that have no bean, because there are too many")
    int getEntitiesWithoutBean();

    /** In whatever state. */
    @Description("Messages in whatever state")
    long getMessages();

    /** What counts against quotas. */
    @Description("Bytes that count against quotas")
    long getSizeBytes();

    @Description("Bytes of the journals' files")
    long getDiskBytes();

    @Description("Bytes of message bodies in swap files")
    long getSwapBytes();

    @Description("Bytes of message bodies in memory")
    long getBodyMemoryBytes();

    @Description("Bytes that are kept in memory of every message")
    long getIndexMemoryBytes();

    /** Branches of global transactions whose manager has not said how they end. */
    @Description("Branches of global transactions whose manager has not said how they end")
    long getPreparedBranches();

    /** Parts of transactions that wait for another partition. */
    @Description("Parts of transactions that wait for the partition that decides")
    long getPartsInDoubt();

    /** What is under way between partitions. */
    @Description("Forwards and moves that wait for the partition they go to")
    long getTransfers();

    /** Of 100 disk syncs of the last minute 99 took not longer, in the partition where that is longest; 0 if there were none. */
    @Description("99 of 100 disk syncs of the last minute did not take longer, in milliseconds, in the slowest partition; 0 if there were none")
    double getSyncP99Millis();

    /** The longest disk sync of the last minute. */
    @Description("The longest disk sync of the last minute, in milliseconds")
    double getSyncMaxMillis();
}
