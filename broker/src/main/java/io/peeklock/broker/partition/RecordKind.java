/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * The kinds of records in a partition's journal. Ids are on disk: never changed or reused.
 */
public enum RecordKind {
    /** An entity's fragment: its definition and the block of sequence numbers in use. Replaced as a whole. */
    ENTITY(1),
    /** A message: what never changes about it, and its content unless that is chunked. */
    MESSAGE(2),
    /** A piece of a large message's content. */
    CHUNK(3),
    /** The part of a message that changes: replaces the former one, on the message's record. */
    DELIVERY(4),
    /** An id by which duplicates of a message are recognised. */
    SEEN_ID(6),
    /** The state of a session. */
    SESSION_STATE(16),
    /** The intent that messages go to an entity in another partition. */
    TRANSFER(18),
    /** What came of a transfer of another partition: its key. */
    ARRIVAL(19),
    /** A prepared part of a transaction, or a piece of it. */
    BRANCH(20),
    /** A transaction is committed, and these partitions have yet to do their parts. Replaced as a whole. */
    DECISION(21);

    private final int id;

    RecordKind(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }
}
