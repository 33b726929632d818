/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory of Narayana's object store, held by a lock so that no two transaction managers work in it.
 *
 * <p>Owned by the set-up; opened and closed by one thread at a time.
 */
final class ObjectStoreDirectory implements AutoCloseable {

    private static final String LOCK_FILE = "peeklock-narayana.lock";

    private final FileChannel channel;
    private final Path path;
    private final boolean isNew;

    private ObjectStoreDirectory(FileChannel channel, Path path, boolean isNew) {
        this.channel = channel;
        this.path = path;
        this.isNew = isNew;
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
            boolean isNew = isEmpty(path);
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
            ObjectStoreDirectory opened = new ObjectStoreDirectory(channel, path, isNew);
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

    /** Whether there was nothing in it: no transaction manager has logged here. */
    boolean isNew() {
        return isNew;
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

    private static boolean isEmpty(Path path) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            return !files.iterator().hasNext();
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock goes with the process.
        }
    }
}
