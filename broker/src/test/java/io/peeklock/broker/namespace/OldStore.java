/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A store of format 1, written by this program as of commit c9ea196, which knew no options of entities, and killed: a queue
 * with messages that wait, were abandoned, dead-lettered, completed, delayed and locked; a partitioned queue; a topic with a
 * subscription that chooses.
 *
 * <p>Has no state; any thread.
 */
public final class OldStore {

    private OldStore() {}

    /** Puts it into a directory that is not there yet. */
    public static void unpack(Path store) throws IOException {
        try (InputStream resource = OldStore.class.getResourceAsStream("store-format-1.zip");
                ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(resource))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = store.resolve(entry.getName());
                Files.createDirectories(entry.isDirectory() ? file : file.getParent());
                if (!entry.isDirectory()) {
                    Files.copy(zip, file);
                }
            }
        }
    }
}
