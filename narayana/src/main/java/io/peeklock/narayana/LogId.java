/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The random id of a log, in a file of its directory: it moves with the log, and another log has another one.
 *
 * <p>Has no state; to be used by who holds the directory's lock.
 */
final class LogId {

    static final String FILE = "peeklock-narayana.id";

    private LogId() {}

    /**
     * The id of the log in a directory; one that has none gets one, which is durable then.
     *
     * @throws IllegalStateException if it cannot be read or written
     */
    static UUID of(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            if (Files.exists(file)) {
                return UUID.fromString(Files.readString(file).strip());
            }
            UUID id = UUID.randomUUID();
            write(directory, file, id);
            return id;
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "the id of the log in " + file
                            + " cannot be read: bring the file back from a backup. If there is none,"
                            + " delete it, and start once with acceptingNewLog()",
                    e);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the id of the log in " + file + " can neither be read nor written (" + e + ")", e);
        }
    }

    /** Before a store hears of it: it is there whole, or not at all. */
    private static void write(Path directory, Path file, UUID id) throws IOException {
        Path written = directory.resolve(FILE + ".new");
        try (FileChannel channel = FileChannel.open(
                written, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer text = StandardCharsets.US_ASCII.encode(id + "\n");
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        if (File.separatorChar == '/') {
            // Windows opens no directories, and keeps their order by itself.
            try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }
}
