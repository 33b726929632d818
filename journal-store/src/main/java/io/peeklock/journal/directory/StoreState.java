/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Whether the last user of a store closed it: {@code store.state}, one sector written in place.
 *
 * <p>Has no state of its own; used under the store's lock, read by anybody.
 */
final class StoreState {

    static final String FILE = "store.state";
    // Of one length, so that a full disk cannot refuse the change.
    private static final String IN_USE = "in use\n";
    private static final String CLEAN = "closed\n";

    private StoreState() {}

    /** False if it was not closed, and if nobody knows. */
    static boolean isClean(Disk disk, Path store) throws IOException {
        Path file = store.resolve(FILE);
        return disk.exists(file) && SmallFile.read(disk, file).equals(CLEAN);
    }

    static void write(Disk disk, Path store, boolean clean) throws IOException {
        Path path = store.resolve(FILE);
        boolean isNew = !disk.exists(path);
        try (DiskFile file = disk.open(path, true)) {
            SmallFile.overwrite(file, clean ? CLEAN : IN_USE);
            file.sync();
        }
        if (isNew) {
            disk.syncDirectory(store);
        }
    }
}
