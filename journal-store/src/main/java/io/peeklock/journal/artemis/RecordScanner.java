/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import java.nio.ByteBuffer;

/**
 * Finds the records in the bytes of an Artemis journal file, and the bytes that are none.
 *
 * <p>Has no state; any thread.
 *
 * <p>A file (big endian) is a header (format version 4, user version 4, file id 8 bytes), then records one after the other,
 * then zeros; or, while it is in use, what a former use has left ({@link SpareFiles}), whose records have a lower file id.
 * The records that this journal uses:
 *
 * <pre>
 *   add, update: type 1 (11, 12) | file id 4 | compactions 1 | record id 8 | body size 4 | user type 1 | body | size 4
 *   delete:      type 1 (16)     | file id 4 | compactions 1 | record id 8 | size 4
 * </pre>
 */
final class RecordScanner {

    static final byte ADD = 11;
    static final byte UPDATE = 12;
    static final byte DELETE = 16;
    static final int FILE_HEADER_BYTES = 16;
    static final int FORMAT_VERSION = 2;
    static final int RECORD_OVERHEAD_BYTES = 23;
    static final int DELETE_BYTES = 18;

    private static final int ID = 6;
    private static final int BODY_SIZE = 14;
    private static final int USER_TYPE = 18;
    private static final int BODY = 19;

    /** Hears of what is found, in order. */
    interface Sink {

        /** A whole record. {@code body} is empty for a delete, and valid during the call only. */
        void record(int position, int length, byte type, long id, byte userType, ByteBuffer body)
                throws JournalException;

        /** Bytes that are neither a record nor zeros at their ends. */
        void garbage(int from, int to) throws JournalException;

        /** Bytes behind the last record, with what a former use of the file has left. */
        void remains(int from, int to) throws JournalException;
    }

    private RecordScanner() {}

    /** The part of a file's id that stands in its records. */
    static int recordFileId(long fileId) {
        return (int) (fileId & Integer.MAX_VALUE);
    }

    /** Reads a whole file but its header, whose file id is given. */
    static void scan(ByteBuffer file, long fileId, Sink sink) throws JournalException {
        int mark = recordFileId(fileId);
        int limit = file.limit();
        int at = Math.min(FILE_HEADER_BYTES, limit);
        int garbageFrom = -1;
        int garbageTo = -1;
        boolean older = false;
        while (at < limit) {
            int length = lengthAt(file, at, mark);
            if (length > 0) {
                if (garbageFrom >= 0) {
                    sink.garbage(garbageFrom, garbageTo);
                    garbageFrom = -1;
                    older = false;
                }
                emit(file, at, length, sink);
                at += length;
                continue;
            }
            if (file.get(at) != 0) {
                garbageFrom = garbageFrom < 0 ? at : garbageFrom;
                garbageTo = at + 1;
                older = older || isOlderRecord(file, at, mark);
            } else if (at + Long.BYTES <= limit && file.getLong(at) == 0) {
                at += Long.BYTES - 1;
            }
            at++;
        }
        if (garbageFrom >= 0 && older) {
            sink.remains(garbageFrom, garbageTo);
        } else if (garbageFrom >= 0) {
            sink.garbage(garbageFrom, garbageTo);
        }
    }

    private static boolean isOlderRecord(ByteBuffer file, int at, int mark) {
        if (at + DELETE_BYTES > file.limit()) {
            return false;
        }
        int other = file.getInt(at + 1);
        return other > 0 && other < mark && lengthAt(file, at, other) > 0;
    }

    /** Where the records end that follow the header without a hole, under the header's file id. */
    static int contiguousEnd(ByteBuffer file) {
        int mark = recordFileId(file.getLong(8));
        int at = FILE_HEADER_BYTES;
        int length = lengthAt(file, at, mark);
        while (length > 0) {
            at += length;
            length = lengthAt(file, at, mark);
        }
        return at;
    }

    private static void emit(ByteBuffer file, int at, int length, Sink sink) throws JournalException {
        byte type = file.get(at);
        if (type == DELETE) {
            sink.record(at, length, type, file.getLong(at + ID), (byte) 0, file.slice(at, 0));
        } else {
            sink.record(
                    at,
                    length,
                    type,
                    file.getLong(at + ID),
                    file.get(at + USER_TYPE),
                    file.slice(at + BODY, length - RECORD_OVERHEAD_BYTES));
        }
    }

    /** The length of the whole record at a position, 0 if there is none. */
    private static int lengthAt(ByteBuffer file, int at, int fileMark) {
        int limit = file.limit();
        if (at + DELETE_BYTES > limit || file.getInt(at + 1) != fileMark) {
            return 0;
        }
        byte type = file.get(at);
        if (type == DELETE) {
            return file.getInt(at + DELETE_BYTES - Integer.BYTES) == DELETE_BYTES ? DELETE_BYTES : 0;
        }
        if (type != ADD && type != UPDATE || at + RECORD_OVERHEAD_BYTES > limit) {
            return 0;
        }
        int bodySize = file.getInt(at + BODY_SIZE);
        if (bodySize < 0 || bodySize > limit - at - RECORD_OVERHEAD_BYTES) {
            return 0;
        }
        int length = RECORD_OVERHEAD_BYTES + bodySize;
        return file.getInt(at + length - Integer.BYTES) == length ? length : 0;
    }
}
