/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

/**
 * Makes batches of records durable, in order. One journal a partition; it knows bytes, not messages.
 *
 * <p>Life: opened by a {@link JournalStore}, then {@link #load} once, then {@link #append} any number of times, then
 * {@link #close}. {@code append} is called by one thread at a time (the partition's driver); every other method may be
 * called from anywhere. Nothing here calls the user's code except the {@link JournalListener}, from journal threads.
 *
 * <p>A journal that failed once refuses everything from then on with the first cause: there is no retry of a failed
 * write or sync (journal dangers 1 and 2). It is closed and opened anew.
 */
public interface PartitionJournal extends AutoCloseable {

    /**
     * Reads every live record, then makes the journal ready for appends. Damage and absence are reported, never thrown,
     * unless nothing can be read at all.
     *
     * @throws JournalException if the journal cannot be read or opened
     */
    LoadReport load(RecordVisitor visitor) throws JournalException;

    /**
     * Appends a batch atomically and returns at once; the batch is durable when {@link JournalListener#durable} reports
     * its index or a later one.
     *
     * @return the batch's index: 1 for the first after the load, then one more each
     * @throws JournalException if the journal has failed or is closed, or the batch breaks a limit; nothing of the batch
     *     was written in the last case, and {@link JournalException.Reason} tells
     */
    long append(Batch batch) throws JournalException;

    /** What {@link #tryAppend} answers when it has not appended. */
    long NOT_NOW = 0;

    /**
     * Appends as {@link #append} does, but only if that need wait neither for the disk nor for a thread that may: a flusher
     * that waited for another journal could be waited for by that one's.
     *
     * @return the batch's index, or {@link #NOT_NOW}
     */
    default long tryAppend(Batch batch) throws JournalException {
        return hasRoomFor(batch.bodyBytes(), batch.entries().size()) ? append(batch) : NOT_NOW;
    }

    /**
     * Whether a batch of this many body bytes and operations can be appended now without waiting for the disk and
     * without opening a file. Only then may an application's thread append (an interrupt would close the channel).
     */
    boolean hasRoomFor(long bodyBytes, int operations);

    /** The index of the last batch appended, 0 before the first. */
    long appendedIndex();

    /** The index of the last durable batch. */
    long durableIndex();

    /** Largest body of one record in bytes; larger things are chunked by the caller. */
    int maxRecordBytes();

    /**
     * Asks that disk space which no live record needs is given back soon; returns at once. For a disk that is getting full,
     * and for when far more was removed than written: a journal gives space back by itself only as it grows.
     */
    void shrink();

    /** Bytes, files, syncs and timings so far. */
    JournalStatistics statistics();

    /**
     * Writes and syncs what was appended, marks the journal as cleanly closed and frees its resources. Idempotent; an
     * interrupt does not stop it. After a failure it only frees resources. Afterwards {@link #durableIndex} says for good
     * what is on disk.
     *
     * @throws JournalException if what was appended could not be made durable, or not be marked as such
     */
    @Override
    void close() throws JournalException;
}
