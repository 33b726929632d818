/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.memory;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Refuses batches that break the rules of a journal, before anything of them is applied.
 *
 * <p>Has no state; any thread.
 */
final class BatchRules {

    private BatchRules() {}

    /**
     * @param isLive whether a record is live before this batch
     * @param usedUpTo no id up to this one is new
     * @throws JournalException REFUSED
     */
    static void check(Batch batch, LongPredicate isLive, long usedUpTo, int maxRecordBytes) throws JournalException {
        List<Batch.Entry> entries = batch.entries();
        // Only what this batch itself changes; one operation cannot contradict itself.
        Map<Long, Boolean> changed = entries.size() > 1 ? new HashMap<>() : Map.of();
        for (int i = 0; i < entries.size(); i++) {
            Batch.Entry entry = entries.get(i);
            long id = entry.id();
            Boolean change = changed.get(id);
            boolean live = change == null ? isLive.test(id) : change;
            switch (entry.operation()) {
                case PUT -> require(!live && change == null && id > usedUpTo, entry, "its id was used before");
                case REPLACE, REMOVE -> require(live, entry, "there is no such live record");
            }
            require(
                    entry.body().encodedBytes() <= maxRecordBytes,
                    entry,
                    "its body is larger than " + maxRecordBytes + " bytes; split it");
            if (entries.size() > 1) {
                changed.put(id, entry.operation() != Batch.Operation.REMOVE);
            }
        }
    }

    private static void require(boolean condition, Batch.Entry entry, String why) throws JournalException {
        if (!condition) {
            throw new JournalException(
                    Reason.REFUSED, "cannot " + entry.operation() + " record " + entry.id() + ": " + why);
        }
    }
}
