/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes from Narayana's log the files without content that a process leaves which ends between making a file and writing into
 * it. Nothing was decided there: a decision counts when it is written. Narayana reads nothing from them, counts them as entries
 * and keeps them for ever.
 *
 * <p>Has no state; to be used by who holds the directory's lock, before Narayana runs.
 */
final class UnwrittenEntries {

    private static final Logger LOG = LoggerFactory.getLogger(UnwrittenEntries.class);

    /** The folder of all entries, of whatever kind, below that of the kind of object store. */
    private static final Path ENTRIES = Path.of("StateManager");

    private UnwrittenEntries() {}

    /** @throws IllegalStateException if the directory cannot be read or written */
    static void remove(Path directory) {
        try {
            for (Path file : in(directory.toRealPath())) {
                Files.delete(file);
                LOG.info(
                        "Removed {}: a process ended when it had made this file of Narayana's log and not written into it; nothing"
                                + " was decided in it",
                        file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the object store " + directory + " cannot be cleared of files without content (" + e
                            + "): let this process read and write there",
                    e);
        }
    }

    private static List<Path> in(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> isEntry(directory.relativize(file)))
                    .filter(file -> file.toFile().length() == 0)
                    .toList();
        }
    }

    private static boolean isEntry(Path file) {
        for (Path folder : file) {
            if (folder.equals(ENTRIES)) {
                return true;
            }
        }
        return false;
    }
}
