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
    String getId();

    /** What it warned of when it was opened. */
    String[] getWarnings();

    int getPartitions();

    /** Partitions that have failed, or could not be loaded. */
    int getFailedPartitions();

    int getQueues();

    int getTopics();

    int getSubscriptions();

    int getTemporaryEntities();

    /** Queues, topics and subscriptions that have no bean, because there are too many. */
    int getEntitiesWithoutBean();

    /** In whatever state. */
    long getMessages();

    /** What counts against quotas. */
    long getSizeBytes();

    long getDiskBytes();

    long getSwapBytes();

    long getBodyMemoryBytes();

    long getIndexMemoryBytes();

    /** Branches of global transactions whose manager has not said how they end. */
    long getPreparedBranches();

    /** Parts of transactions that wait for another partition. */
    long getPartsInDoubt();

    /** What is under way between partitions. */
    long getTransfers();

    /** Of 100 disk syncs of the last minute 99 took not longer, in the partition where that is longest; 0 if there were none. */
    double getSyncP99Millis();

    /** The longest disk sync of the last minute. */
    double getSyncMaxMillis();
}
