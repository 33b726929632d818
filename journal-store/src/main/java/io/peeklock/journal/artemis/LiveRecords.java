/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import java.util.List;

/**
 * Which records are live, and which operation replaced each of them last: the journal's own truth.
 *
 * <p>Owned by one thread at a time (the appending one, under the journal's gate).
 */
final class LiveRecords {

    private final IdSet ids = new IdSet();
    private final LongLongMap replacements = new LongLongMap();

    boolean contains(long id) {
        return ids.contains(id);
    }

    long size() {
        return ids.size();
    }

    IdSet ids() {
        return ids;
    }

    /** The sequence of the newest replacement of each record that was ever replaced. */
    LongLongMap replacements() {
        return replacements;
    }

    /** The sequence of the newest replacement, 0 if there was none. */
    long replacement(long id) {
        return replacements.get(id);
    }

    void put(long id) {
        ids.add(id);
    }

    void replace(long id, long sequence) {
        replacements.put(id, sequence);
    }

    void remove(long id) {
        ids.remove(id);
        replacements.remove(id);
    }

    /**
     * Takes a batch into account, all of it or, if it breaks a rule, nothing of it (journal danger 14).
     *
     * @param first the sequence of its first operation
     */
    void apply(List<Batch.Entry> entries, long first) throws JournalException {
        for (int i = 0; i < entries.size(); i++) {
            Batch.Entry entry = entries.get(i);
            boolean allowed = switch (entry.operation()) {
                case PUT -> entry.id() < RecordType.ID_LIMIT && ids.add(entry.id());
                case REPLACE -> ids.contains(entry.id());
                case REMOVE -> ids.remove(entry.id());
            };
            if (!allowed) {
                undo(entries, i);
                throw new JournalException(Reason.REFUSED, refusal(entry));
            }
        }
        for (int i = 0; i < entries.size(); i++) {
            Batch.Entry entry = entries.get(i);
            switch (entry.operation()) {
                case PUT -> {}
                case REPLACE -> replacements.put(entry.id(), first + i);
                case REMOVE -> replacements.remove(entry.id());
            }
        }
    }

    private void undo(List<Batch.Entry> entries, int count) {
        for (int i = count - 1; i >= 0; i--) {
            Batch.Entry entry = entries.get(i);
            switch (entry.operation()) {
                case PUT -> ids.remove(entry.id());
                case REPLACE -> {}
                case REMOVE -> ids.add(entry.id());
            }
        }
    }

    private static String refusal(Batch.Entry entry) {
        return switch (entry.operation()) {
            case PUT ->
                entry.id() < RecordType.ID_LIMIT
                        ? "record " + entry.id() + " is live already; ids are never used twice"
                        : "record id " + entry.id() + " is over the limit of 2^60";
            case REPLACE -> "record " + entry.id() + " is not live and cannot be replaced";
            case REMOVE -> "record " + entry.id() + " is not live and cannot be removed";
        };
    }
}
