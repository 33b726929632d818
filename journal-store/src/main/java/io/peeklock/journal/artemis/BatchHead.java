/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.Batch;
import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The commit of a batch: the list of its operations, in one or more parts. A batch counts when all its parts are there.
 *
 * <p>Immutable.
 *
 * <p>The body of a {@code HEAD} record (numbers as in {@link ByteSink}):
 *
 * <pre>
 *   operations of the whole batch | index of the first one here | how many are here | per operation:
 *     zigzag(id - id of the one before, 0 at the start) * 4 + (0 put, 1 replace, 2 remove)
 * </pre>
 *
 * Operation {@code i} of a batch has the sequence {@code first + i}; the parts of the head follow, one sequence each. A head
 * without operations only keeps its file from being reclaimed before the next checkpoint.
 *
 * @param operations of the whole batch
 * @param start index of the first operation in this part
 * @param ids ids of the operations in this part
 * @param kinds what each of them is
 */
record BatchHead(int operations, int start, long[] ids, Batch.Operation[] kinds) {

    private static final Batch.Operation[] KINDS = {Batch.Operation.PUT, Batch.Operation.REPLACE, Batch.Operation.REMOVE
    };
    private static final int KIND_BITS = 2;
    private static final int MOST_BYTES_OF_ONE = 10;
    private static final int HEADER_BYTES = 15;

    /** Encodes the operations of a batch into parts of at most {@code partBytes} each. */
    static List<RecordBody> encode(List<Batch.Entry> entries, int partBytes) {
        List<RecordBody> parts = new ArrayList<>(1);
        int perPart = Math.max(1, (partBytes - HEADER_BYTES) / MOST_BYTES_OF_ONE);
        int start = 0;
        do {
            int end = Math.min(entries.size(), start + perPart);
            ByteSink sink = new ByteSink().number(entries.size()).number(start).number(end - start);
            long before = 0;
            for (int i = start; i < end; i++) {
                Batch.Entry entry = entries.get(i);
                writeOperation(sink, entry.id() - before, entry.operation());
                before = entry.id();
            }
            parts.add(sink);
            start = end;
        } while (start < entries.size());
        return parts;
    }

    static BatchHead decode(ByteBuffer body) {
        int operations = (int) ByteSink.number(body);
        int start = (int) ByteSink.number(body);
        int count = (int) ByteSink.number(body);
        long[] ids = new long[count];
        Batch.Operation[] kinds = new Batch.Operation[count];
        long before = 0;
        for (int i = 0; i < count; i++) {
            long number = ByteSink.number(body);
            before += idDistance(number);
            ids[i] = before;
            kinds[i] = kindOf(number);
        }
        return new BatchHead(operations, start, ids, kinds);
    }

    /** Writes an operation as the distance of its id from another and its kind. */
    static void writeOperation(ByteSink sink, long idDistance, Batch.Operation operation) {
        sink.number(ByteSink.zigzag(idDistance) << KIND_BITS | code(operation));
    }

    static long idDistance(long number) {
        return ByteSink.unzigzag(number >>> KIND_BITS);
    }

    static Batch.Operation kindOf(long number) {
        return KINDS[(int) number & 3];
    }

    private static int code(Batch.Operation operation) {
        return switch (operation) {
            case PUT -> 0;
            case REPLACE -> 1;
            case REMOVE -> 2;
        };
    }
}
