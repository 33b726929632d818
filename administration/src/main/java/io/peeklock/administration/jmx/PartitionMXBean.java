/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

/** A partition. Sizes are bytes, times milliseconds; 0 while it does not serve. */
public interface PartitionMXBean {

    /** UNUSED, OPENING, SERVING, FAILED or CLOSED. */
    @Description("UNUSED, OPENING, SERVING, FAILED or CLOSED")
    String getState();

    /** Why it does not serve; empty if it does. */
    @Description("Why it does not serve; empty if it does")
    String getReason();

    /** What its last load found to be damaged or missing. */
    @Description("What its last load found to be damaged or missing")
    String[] getFindings();

    @Description("Entities with messages here")
    int getEntities();

    @Description("Messages in whatever state")
    long getMessages();

    @Description("Bytes that count against quotas")
    long getSizeBytes();

    @Description("Bytes of message bodies in swap files")
    long getSwapBytes();

    @Description("Bytes of the journal's files")
    long getDiskBytes();

    /** Room left on its disk. */
    @Description("Bytes of room left on the journal's disk")
    long getUsableDiskBytes();

    /** Since its journal was opened, as all below. */
    @Description("Batches written since the journal was opened")
    long getBatches();

    @Description("Bytes written since the journal was opened")
    long getBytesWritten();

    @Description("Disk syncs since the journal was opened")
    long getSyncs();

    /** How long they took together. */
    @Description("How long all disk syncs took, in milliseconds")
    double getSyncTotalMillis();

    /** Of 100 of the last minute 99 took not longer. */
    @Description("99 of 100 disk syncs of the last minute did not take longer, in milliseconds")
    double getSyncP99Millis();

    /** The longest of the last minute. */
    @Description("The longest disk sync of the last minute, in milliseconds")
    double getSyncMaxMillis();

    /** Loads it again if it has failed, and says its state then; does nothing to one that serves. */
    @Description("Loads the partition again if it has failed, and says its state then; does nothing to one that serves")
    String reopen();
}
