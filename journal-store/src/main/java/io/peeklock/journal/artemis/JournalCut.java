/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.nio.file.Path;
import java.util.List;

/**
 * What a journal's files held at an instant.
 *
 * <p>Immutable.
 *
 * @param files all files that have a part in it, the last one not to its end
 * @param lastBytes bytes of the last one that count
 * @param mark where the journal stood
 */
record JournalCut(List<Path> files, long lastBytes, Mark mark) {

    JournalCut {
        files = List.copyOf(files);
    }
}
