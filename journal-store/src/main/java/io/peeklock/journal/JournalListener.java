/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

/** Hears of a journal's progress. Called from journal threads, never concurrently; must hand over and return. */
public interface JournalListener {

    /** Every batch up to and including {@code index} is on disk. Increasing. */
    void durable(long index);

    /**
     * The journal has failed and refuses from now on. Batches after the last durable index have an unknown outcome.
     * Called at most once, and {@link #durable} is never called after it.
     */
    void failed(JournalException cause);

    /** Room has come back after {@link PartitionJournal#hasRoomFor} said no. Spurious calls are allowed. */
    default void roomAvailable() {}
}
