/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.nio.ByteBuffer;

/**
 * A record as it lies in a journal file.
 *
 * <p>Immutable but for the body, which is valid during the call only that it is given in.
 *
 * @param file name of the file
 * @param position of its first byte in the file
 * @param length in bytes, with everything around the body
 * @param what what it is
 * @param kind the caller's kind, 0 if it is not the caller's
 * @param id id of the record that it is about; of the bookkeeping its own
 * @param sequence of the operation, 0 if it has none
 * @param batch sequence of the first operation of its batch or checkpoint, 0 if it has none
 * @param state what it amounts to
 * @param body without its mask; empty if it is damaged
 */
public record ReadRecord(
        String file,
        int position,
        int length,
        What what,
        int kind,
        long id,
        long sequence,
        long batch,
        State state,
        ByteBuffer body) {

    /** What a record is. */
    public enum What {
        PUT,
        REPLACE,
        /** The list of a batch's operations. */
        HEAD,
        /** A part of the list of all live records. */
        CHECKPOINT,
        /** Takes a record away; the truth about that is in the heads. */
        DELETE,
        /** Cannot be told. */
        UNKNOWN
    }

    /** What a record amounts to. */
    public enum State {
        /** It is given by a load. */
        LIVE,
        /** A newer replacement has taken its place. */
        REPLACED,
        /** Its record was removed. */
        REMOVED,
        /** Its batch never became durable: the next load passes over it. */
        UNCOMMITTED,
        /** Its newest state is missing, so the next load sets it aside. */
        STALE,
        /** The journal's own. */
        BOOKKEEPING,
        /** Its checksum does not match. */
        DAMAGED
    }
}
