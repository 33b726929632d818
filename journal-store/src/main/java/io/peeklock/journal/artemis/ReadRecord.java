/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

/**
 * A record as a reader of the files sees it. Bodies are not shown.
 *
 * <p>Immutable.
 *
 * @param file name of the file
 * @param position where it starts in the file, in bytes
 * @param length bytes from there, envelope and Artemis's own fields included
 * @param what put, replace, head, checkpoint or delete; unknown if it cannot be told
 * @param kind the caller's kind of the record, 0 if it has none
 * @param id the record's id; for a head that of its checkpoint
 * @param sequence of the operation, 0 if it has none
 * @param batch sequence of the first operation of its batch, 0 if it has none
 * @param bodyBytes size of the body
 * @param state what it is good for
 */
public record ReadRecord(
        String file,
        long position,
        long length,
        What what,
        int kind,
        long id,
        long sequence,
        long batch,
        int bodyBytes,
        State state) {

    /** What a record is. */
    public enum What {
        PUT,
        REPLACE,
        /** The commit of a batch. */
        HEAD,
        /** A part of a list of all live records. */
        CHECKPOINT,
        /** Artemis's note that a record's place may be reclaimed. */
        DELETE,
        UNKNOWN
    }

    /** What a record is good for. */
    public enum State {
        /** The next load would give it, or needs it. */
        LIVE,
        /** Removed, replaced, or superseded. */
        DEAD,
        /** Of a batch that is not whole: under way in a running journal, left by a crash in a stopped one. */
        UNCOMMITTED,
        /** Its checksum does not match. */
        CORRUPT,
        /** Bytes that are no record. */
        GARBAGE,
        /** A file that cannot be read, or went away meanwhile. */
        UNREADABLE
    }
}
