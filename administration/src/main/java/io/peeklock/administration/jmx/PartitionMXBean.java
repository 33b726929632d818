/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

/** A partition. Sizes are bytes, times milliseconds; 0 while it does not serve. */
public interface PartitionMXBean {

    /** UNUSED, OPENING, SERVING, FAILED or CLOSED. */
    String getState();

    /** Why it does not serve; empty if it does. */
    String getReason();

    /** What its last load found to be damaged or missing. */
    String[] getFindings();

    int getEntities();

    long getMessages();

    long getSizeBytes();

    long getSwapBytes();

    long getDiskBytes();

    /** Room left on its disk. */
    long getUsableDiskBytes();

    /** Since its journal was opened, as all below. */
    long getBatches();

    long getBytesWritten();

    long getSyncs();

    /** How long they took together. */
    double getSyncTotalMillis();

    /** Of 100 of the last minute 99 took not longer. */
    double getSyncP99Millis();

    /** The longest of the last minute. */
    double getSyncMaxMillis();

    /** Loads it again if it has failed, and says its state then; does nothing to one that serves. */
    String reopen();
}
