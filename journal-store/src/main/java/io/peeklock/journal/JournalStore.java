/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The journals of one namespace: one of definitions and one a partition. This is the seam under which another
 * replicated or remote store can stand.
 *
 * <p>Thread safe.
 */
public interface JournalStore extends AutoCloseable {

    /** Index of the journal that keeps the definitions of entities; partitions are 0 and up. */
    int DEFINITIONS = -1;

    /** The store's identity, made when it was created, the same for ever. */
    UUID id();

    /** Number of partitions, fixed when the store was created. */
    int partitions();

    /** Whether journal {@code index} was ever created. Opening and loading one that was not costs no disk. */
    boolean exists(int index);

    /**
     * A journal, not yet loaded. Its files are made when it is first appended to. After a failure or a close it may be
     * opened again.
     *
     * @param index {@link #DEFINITIONS} or a partition, 0 to {@link #partitions()} - 1
     * @throws JournalException if it is open already
     */
    PartitionJournal open(int index, JournalListener listener) throws JournalException;

    /**
     * Space for bodies that do not fit the memory budget, beside journal {@code index}. What it held before is gone:
     * the journal stays the only truth.
     */
    SwapSpace openSwap(int index) throws JournalException;

    /** Bytes of room left on the device of journal {@code index}; {@link Long#MAX_VALUE} if not bounded. */
    long usableBytes(int index);

    /**
     * Keeps a copy of something that must not be served, for a person to look at. The same content under the same name is
     * kept once. Returns where it lies.
     */
    String quarantine(int index, String name, byte[] content) throws JournalException;

    /**
     * Backs up everything as it is at one instant, while it is used. Blocks; for one caller at a time.
     *
     * @param target a directory that is empty or not there
     * @param progress told of parts that are done, on a thread of the store; must be quick
     * @throws JournalException REFUSED if there is nothing to back up, if a journal is out, or for the directory; DISK_FULL if
     *     there is not enough room; CORRUPT if what was copied is damaged; IO, CLOSED or ACCESS_DENIED. Nothing that could be
     *     taken for a backup is left then
     */
    default BackupReport backup(Path target, Consumer<BackupProgress> progress) throws JournalException {
        throw new JournalException(
                JournalException.Reason.REFUSED,
                "the store is in memory, and ends with the process: there is no backup");
    }

    /** What the user should know of where the store lies, such as on a network file system; sentences, empty if nothing. */
    default List<String> warnings() {
        return List.of();
    }

    /** Closes the store, marks it cleanly closed and gives back its lock. Open journals are closed first. */
    @Override
    void close() throws JournalException;
}
