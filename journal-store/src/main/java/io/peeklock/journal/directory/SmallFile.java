/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads and replaces small text files as a whole.
 *
 * <p>Has no state; one thread at a time for one path.
 */
final class SmallFile {

    private static final int MAX_BYTES = 1 << 20;
    private static final String NEW = ".new";

    private SmallFile() {}

    static String read(Disk disk, Path file) throws IOException {
        try (DiskFile open = disk.openReadOnly(file)) {
            return read(open, file, MAX_BYTES);
        }
    }

    static String read(DiskFile open, Path file) throws IOException {
        return read(open, file, MAX_BYTES);
    }

    static String read(DiskFile open, Path file, int maxBytes) throws IOException {
        long size = open.size();
        if (size > maxBytes) {
            throw new IOException(file + " has " + size + " bytes: not one of ours");
        }
        byte[] bytes = new byte[(int) size];
        int length = open.readFully(ByteBuffer.wrap(bytes), 0);
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** After this the file has the new content, durably; after a crash in it, the old or the new. */
    static void replace(Disk disk, Path file, String content) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + NEW);
        try (DiskFile open = disk.open(written, true)) {
            open.truncate(0);
            open.writeFully(StandardCharsets.UTF_8.encode(content), 0);
            open.sync();
        }
        disk.rename(written, file);
        disk.syncDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    /** Writes over the file in place, which takes no room on a full disk if it was as long before. */
    static void overwrite(DiskFile open, String content) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
        int length = bytes.remaining();
        open.writeFully(bytes, 0);
        if (open.size() > length) {
            open.truncate(length);
        }
    }
}
