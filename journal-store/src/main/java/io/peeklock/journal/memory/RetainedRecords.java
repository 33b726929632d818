/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.memory;

import io.peeklock.journal.Batch;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordVisitor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The live records of one journal, in the order in which they were put.
 *
 * <p>Owned by its journal, under whose monitor it is used.
 */
final class RetainedRecords {

    private final Map<Long, Retained> records = new LinkedHashMap<>();
    private long maxRecordId;

    private record Retained(Part first, @Nullable Part replacement) {}

    private record Part(int kind, byte[] body) {

        static Part of(Batch.Entry entry) {
            RecordBody body = entry.body();
            ByteBuffer bytes = ByteBuffer.allocate(body.encodedBytes());
            body.encodeTo(bytes);
            return new Part(entry.kind(), bytes.array());
        }

        ByteBuffer readable() {
            return ByteBuffer.wrap(body).asReadOnlyBuffer();
        }
    }

    boolean isLive(long id) {
        return records.containsKey(id);
    }

    int size() {
        return records.size();
    }

    long maxRecordId() {
        return maxRecordId;
    }

    /** Remembers an id as used, though the record is not kept. */
    void use(long id) {
        maxRecordId = Math.max(maxRecordId, id);
    }

    /** A batch that {@link BatchRules} let through. */
    void apply(Batch batch) {
        for (Batch.Entry entry : batch.entries()) {
            long id = entry.id();
            switch (entry.operation()) {
                case PUT -> {
                    use(id);
                    records.put(id, new Retained(Part.of(entry), null));
                }
                case REPLACE ->
                    records.computeIfPresent(id, (key, record) -> new Retained(record.first(), Part.of(entry)));
                case REMOVE -> records.remove(id);
            }
        }
    }

    void visit(RecordVisitor visitor) {
        records.forEach((id, record) -> {
            visitor.put(id, record.first().kind(), record.first().readable());
            Part replacement = record.replacement();
            if (replacement != null) {
                visitor.replace(id, replacement.kind(), replacement.readable());
            }
        });
    }
}
