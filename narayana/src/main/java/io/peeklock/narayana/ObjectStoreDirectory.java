/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The directory of Narayana's object store, held by a lock so that no two transaction managers work in it.
 *
 * <p>Owned by the set-up; opened and closed by one thread at a time.
 *
 * <p>It has an id of its own, given once: with it a transaction manager is known again after a restart, and a second one that was
 * given the same node id by mistake is told from it.
 */
final class ObjectStoreDirectory implements AutoCloseable {

    private static final String LOCK_FILE = "peeklock-narayana.lock";
    private static final String ID_FILE = "peeklock-narayana.id";

    private final FileChannel channel;
    private final Path path;
    private final UUID id;

    private ObjectStoreDirectory(FileChannel channel, Path path, UUID id) {
        this.channel = channel;
        this.path = path;
        this.id = id;
    }

    /**
     * Creates it where it is not there, and takes it.
     *
     * @throws IllegalStateException if another process has it, or it cannot be written
     */
    static ObjectStoreDirectory open(Path directory) {
        FileChannel channel = null;
        boolean done = false;
        try {
            Files.createDirectories(directory);
            Path path = directory.toRealPath();
            channel = FileChannel.open(
                    path.resolve(LOCK_FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                throw new IllegalStateException(
                        "the object store " + path
                                + " is used by another transaction manager: give each process a directory and a node id of its own");
            }
            ObjectStoreDirectory opened = new ObjectStoreDirectory(channel, path, id(path));
            done = true;
            return opened;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the object store " + directory.toAbsolutePath()
                            + " cannot be written: name a directory on a local disk that this process may write (" + e
                            + ")",
                    e);
        } finally {
            if (!done && channel != null) {
                closeQuietly(channel);
            }
        }
    }

    Path path() {
        return path;
    }

    UUID id() {
        return id;
    }

    /** Another process may have it now. */
    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // Of another class loader of this JVM.
        }
    }

    private static UUID id(Path path) throws IOException {
        Path file = path.resolve(ID_FILE);
        if (Files.exists(file)) {
            String text = Files.readString(file, StandardCharsets.UTF_8).strip();
            try {
                return UUID.fromString(text);
            } catch (IllegalArgumentException e) {
                // A power cut at the first use: what was never finished is not missed.
            }
        }
        UUID id = UUID.randomUUID();
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            out.write(StandardCharsets.UTF_8.encode(id + "\n"));
            out.force(true);
        }
        return id;
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock goes with the process.
        }
    }
}
