/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.inspect;

import java.nio.ByteBuffer;

/**
 * Knows what kinds of records mean: the journal knows bytes only. Found by {@link java.util.ServiceLoader}.
 *
 * <p>Called by one thread. Must take any bytes: the inspector reads damaged stores.
 */
public interface RecordDescriber {

    /**
     * Whether it knows the records of this journal: the same kind may mean another thing in the definitions than in a
     * partition.
     *
     * @param journal a partition, or {@link io.peeklock.journal.JournalStore#DEFINITIONS}
     */
    boolean knows(int journal);

    /** A short name of the kind, empty if it is not known. Never anything of a body. */
    String name(int kind);

    /** The body for a person, on one line, empty if the kind is not known. Shown only to who asks for bodies. */
    String describe(int kind, ByteBuffer body);
}
