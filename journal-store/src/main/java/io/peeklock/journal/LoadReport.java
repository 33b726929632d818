/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import java.util.List;

/**
 * What a load found besides the records themselves.
 *
 * @param liveRecords number of records put and not removed
 * @param maxRecordId no record id up to and including this one may be used again; never falls, not even when all
 *     records are gone (journal danger 9)
 * @param cleanlyClosed whether the last user of the journal closed it; if not, what was appended without being durable
 *     may be gone
 * @param findings damage and absence, by record; empty for a healthy journal
 */
public record LoadReport(long liveRecords, long maxRecordId, boolean cleanlyClosed, List<Finding> findings) {

    /** What is wrong with a record or a region of a file. */
    public enum Damage {
        /** The envelope's checksum does not match; the record was set aside in the quarantine folder. */
        CORRUPT_RECORD,
        /** A live record that should be there is not. */
        MISSING_RECORD,
        /** The newest replacement of a record is missing or damaged; the record itself is set aside. */
        MISSING_REPLACEMENT,
        /** Batches known to have been durable are not there. */
        MISSING_BATCHES,
        /** A whole file is missing, short or unreadable. */
        DAMAGED_FILE,
        /** The journal's own bookkeeping (mark, checkpoint) was unreadable; absence could not be judged in full. */
        DAMAGED_BOOKKEEPING
    }

    /**
     * One finding.
     *
     * @param damage what is wrong
     * @param recordId the record, or 0 if it is not about one
     * @param where file and position, or a range of batches, for a person
     * @param description what was seen and what was done
     */
    public record Finding(Damage damage, long recordId, String where, String description) {}

    public LoadReport {
        findings = List.copyOf(findings);
    }

    public boolean isHealthy() {
        return findings.isEmpty();
    }
}
