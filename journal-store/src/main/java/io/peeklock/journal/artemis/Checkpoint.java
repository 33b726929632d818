/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.RecordBody;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The list of all live records at one point of the journal, in one or more parts: what is on it and not on disk is missing.
 *
 * <p>Immutable but for {@link #live}, which its reader takes over.
 *
 * <p>The parts' bodies, one after the other (numbers as in {@link ByteSink}):
 *
 * <pre>
 *   highest record id ever used | number of runs | per run: ids left out before it, ids in it
 *   | number of records that were ever replaced | per record: zigzag(id - id of the one before),
 *     first sequence of this checkpoint - sequence of the newest replacement
 * </pre>
 *
 * Part {@code i} has the sequence {@code first + i} and the Artemis record id of that sequence; the first part's id is the one
 * that heads are updates of.
 *
 * @param first sequence of the first part
 * @param parts number of parts
 * @param maxRecordId highest record id ever used
 * @param live the live records
 */
record Checkpoint(long first, int parts, long maxRecordId, LiveRecords live) {

    /** Sequence of the last part. */
    long end() {
        return first + parts - 1;
    }

    /** The Artemis id that heads are updates of. */
    long baseId() {
        return RecordType.checkpointId(first);
    }

    /** Whether a record of Artemis's is one of the parts. */
    boolean isPart(long artemisId) {
        return artemisId >= baseId() && artemisId <= RecordType.checkpointId(end());
    }

    static List<RecordBody> encode(long first, long maxRecordId, LiveRecords live, int partBytes) {
        ByteSink sink = new ByteSink().number(maxRecordId);
        long[] state = {0, 0};
        live.ids().forEachRun((from, length) -> state[0]++);
        sink.number(state[0]);
        live.ids().forEachRun((from, length) -> {
            sink.number(from - state[1]).number(length);
            state[1] = from + length;
        });
        sink.number(live.replacements().size());
        state[1] = 0;
        live.replacements().forEach((id, sequence) -> {
            sink.number(ByteSink.zigzag(id - state[1])).number(first - sequence);
            state[1] = id;
        });
        List<RecordBody> parts = new ArrayList<>(1);
        for (int from = 0; from < sink.size(); from += partBytes) {
            parts.add(sink.part(from, Math.min(sink.size(), from + partBytes)));
        }
        return parts;
    }

    static Checkpoint decode(long first, List<byte[]> parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        parts.forEach(whole::writeBytes);
        return decode(first, parts.size(), ByteBuffer.wrap(whole.toByteArray()));
    }

    /** Decodes the bodies of all parts, joined. */
    static Checkpoint decode(long first, int parts, ByteBuffer in) {
        final long maxRecordId = ByteSink.number(in);
        LiveRecords live = new LiveRecords();
        long at = 0;
        for (long runs = ByteSink.number(in); runs > 0; runs--) {
            at += ByteSink.number(in);
            for (long length = ByteSink.number(in); length > 0; length--) {
                live.put(at++);
            }
        }
        long id = 0;
        for (long replaced = ByteSink.number(in); replaced > 0; replaced--) {
            id += ByteSink.unzigzag(ByteSink.number(in));
            live.replace(id, first - ByteSink.number(in));
        }
        return new Checkpoint(first, parts, maxRecordId, live);
    }
}
