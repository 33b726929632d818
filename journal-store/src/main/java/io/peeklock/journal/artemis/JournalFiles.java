/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * The names of a journal's files.
 *
 * <p>Has no state; any thread.
 */
final class JournalFiles {

    static final String PREFIX = "peeklock";
    static final String EXTENSION = "pjf";
    static final String QUARANTINE = "quarantine";
    static final String CONTROL = "compaction.control";
    static final String RESERVE = "journal.reserve";
    /** With a number behind it. */
    static final String SPARE = "journal.spare-";

    private JournalFiles() {}

    /** Whether a file holds records, finished or not. */
    static boolean isRecordFile(String name) {
        return name.contains("." + EXTENSION);
    }

    /** Whether a file is one of those that make up the journal. */
    static boolean isDataFile(String name) {
        return name.endsWith("." + EXTENSION);
    }

    /**
     * Names of the files that make up the journal, the highest number first: a compacted file may have the file id of a
     * younger file; its number is higher and its records are older, so with a stable sort by file id the order is right.
     */
    static List<String> dataFiles(Disk disk, Path directory) throws IOException {
        return disk.list(directory).stream()
                .filter(JournalFiles::isDataFile)
                .sorted(Comparator.comparingLong(JournalFiles::number).reversed())
                .toList();
    }

    /** Whether a file is kept to be used again, and has nothing of the journal. */
    static boolean isSpare(String name) {
        return name.startsWith(SPARE);
    }

    private static long number(String name) {
        String digits = name.replaceAll("[^0-9]", "");
        return digits.isEmpty() || digits.length() > 18 ? 0 : Long.parseLong(digits);
    }
}
