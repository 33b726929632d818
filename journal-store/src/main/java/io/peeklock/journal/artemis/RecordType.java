/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import org.jspecify.annotations.Nullable;

/**
 * What a record of the journal is. The ids are on disk, in the envelope and as Artemis's user record type: never changed,
 * never used again.
 *
 * <p>Immutable.
 */
enum RecordType {
    /** A record of the caller: an Artemis add under the record's id. */
    PUT(1),
    /** A new mutable part of one: an Artemis update of the record's id, of which compaction keeps the last. */
    REPLACE(2),
    /** The commit of a batch: an Artemis update of the current checkpoint's id, so that it goes with the checkpoint. */
    HEAD(3),
    /** A part of the list of all live records: an Artemis add under an id of its own. */
    CHECKPOINT(4);

    /** Ids of the caller's records are below. */
    static final long ID_LIMIT = 1L << 60;

    /** Ids of checkpoint records are this plus their sequence. */
    private static final long CHECKPOINT_IDS = 1L << 62;

    private static final RecordType[] ALL = values();

    private final byte id;

    RecordType(int id) {
        this.id = (byte) id;
    }

    byte id() {
        return id;
    }

    /** The type with an id, null if there is none. */
    static @Nullable RecordType of(byte id) {
        for (RecordType type : ALL) {
            if (type.id == id) {
                return type;
            }
        }
        return null;
    }

    /** Whether Artemis has it as an update of something that was added before. */
    boolean isUpdate() {
        return this == REPLACE || this == HEAD;
    }

    boolean isOfCaller() {
        return this == PUT || this == REPLACE;
    }

    static long checkpointId(long sequence) {
        return CHECKPOINT_IDS | sequence;
    }

    static boolean isCheckpointId(long id) {
        return (id & CHECKPOINT_IDS) != 0;
    }
}
