/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * Record operations that become durable together or not at all.
 *
 * <p>Built and appended by one thread; not thread safe. May be cleared and used again after {@link
 * PartitionJournal#append} returned.
 */
public final class Batch {

    /** What an operation does to the record with its id. */
    public enum Operation {
        /** A new record; its id was never used before in this journal. */
        PUT,
        /** A new mutable part of a live record; the last one wins, the record's first body stays as it was put. */
        REPLACE,
        /** The record, with its replacements, is gone. */
        REMOVE
    }

    /** One operation. {@code body} is empty for a removal; {@code kind} is 0 for a removal. */
    public record Entry(Operation operation, long id, int kind, RecordBody body) {}

    private static final RecordBody EMPTY = RecordBody.of(new byte[0]);

    private final List<Entry> entries = new ArrayList<>();
    private boolean durable;
    private long bodyBytes;

    /** Adds a new record. {@code id} is positive and never used twice in a journal; {@code kind} is 1 to 127. */
    public Batch put(long id, int kind, RecordBody body) {
        return add(Operation.PUT, id, kind, body);
    }

    /**
     * Gives the live record {@code id} a new mutable part. The record must have been put in an earlier batch, or
     * earlier in this one. {@code kind} is 1 to 127 and need not be the kind of the put.
     */
    public Batch replace(long id, int kind, RecordBody body) {
        return add(Operation.REPLACE, id, kind, body);
    }

    /** Removes the live record {@code id}. */
    public Batch remove(long id) {
        return add(Operation.REMOVE, id, 0, EMPTY);
    }

    private Batch add(Operation operation, long id, int kind, RecordBody body) {
        if (id <= 0) {
            throw new IllegalArgumentException("record id " + id + " is not positive");
        }
        if (operation != Operation.REMOVE && (kind < 1 || kind > 127)) {
            throw new IllegalArgumentException("record kind " + kind + " is not between 1 and 127");
        }
        entries.add(new Entry(operation, id, kind, body));
        bodyBytes += body.encodedBytes();
        return this;
    }

    /**
     * Asks for a disk sync after this batch. Without it the batch is handed to the operating system with the next
     * write, and becomes durable with the next batch that asks (rule L13: hand-out records wait for nobody).
     */
    public Batch durable() {
        durable = true;
        return this;
    }

    public boolean isDurable() {
        return durable;
    }

    /** The operations in order. Valid until {@link #clear}. */
    public List<Entry> entries() {
        return entries;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Sum of the bodies' sizes in bytes. */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** Makes the batch empty and not durable again. */
    public void clear() {
        entries.clear();
        durable = false;
        bodyBytes = 0;
    }
}
