/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

/**
 * What a journal has done since it was opened.
 *
 * @param batches batches appended
 * @param bytesWritten bytes handed to the operating system
 * @param syncs disk syncs done
 * @param syncTimes how long they took
 * @param files files in use
 * @param diskBytes bytes of those files, and of files that are kept to be written over
 * @param bytesInFlight bytes appended and not yet written
 */
public record JournalStatistics(
        long batches,
        long bytesWritten,
        long syncs,
        SyncTimes syncTimes,
        int files,
        long diskBytes,
        long bytesInFlight) {}
