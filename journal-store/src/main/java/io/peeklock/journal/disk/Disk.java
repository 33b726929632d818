/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Everything the store does to a file system, so that tests can make each of it fail, lose or lie.
 *
 * <p>Thread safe. The real one is {@code FileSystemDisk}.
 */
public interface Disk {

    /** Opens for reading and writing; creates it, readable by the owner alone, when {@code create} is set. */
    DiskFile open(Path file, boolean create) throws IOException;

    /** Opens an existing file for reading only; never changes anything. */
    DiskFile openReadOnly(Path file) throws IOException;

    boolean exists(Path file);

    boolean isDirectory(Path path);

    /** Size in bytes of an existing file. */
    long size(Path file) throws IOException;

    /** Names of the plain files directly in a directory, sorted; empty if there is no such directory. */
    List<String> list(Path directory) throws IOException;

    /** Names of the directories directly in a directory, sorted; empty if there is no such directory. */
    List<String> listDirectories(Path directory) throws IOException;

    /**
     * Creates a directory and its missing parents, accessible by the owner alone. Durable only after {@link
     * #syncDirectory} of each parent, see {@link #createDirectoriesDurably}.
     */
    void createDirectories(Path directory) throws IOException;

    /** Renames atomically, replacing the target. Durable only after {@link #syncDirectory}. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes if it is there. Durable only after {@link #syncDirectory}. */
    void delete(Path file) throws IOException;

    /** Makes creations, renames and deletions in the directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /**
     * A text that is equal for two paths of this JVM if and only if they lead to the same existing directory, whatever
     * class loader asks.
     */
    String identity(Path directory) throws IOException;

    /** Where a path leads when links are followed, as far as it exists; absolute. */
    default Path realPath(Path path) throws IOException {
        return path.toAbsolutePath().normalize();
    }

    /** Who besides the owner can get at an existing file or directory. */
    Access access(Path path) throws IOException;

    /** Takes every right on an existing file or directory from everybody but its owner. */
    void restrictToOwner(Path path) throws IOException;

    /** Bytes that can still be written on the device of this directory. */
    long usableBytes(Path directory) throws IOException;

    /**
     * What kind of file system this directory, or the nearest of its parents that is there, lies on, as the operating system
     * calls it: {@code ext4}, {@code nfs4}; {@code UNC} for a path of another machine on Windows; empty if nobody knows.
     */
    String fileSystemType(Path directory) throws IOException;

    /** Creates a directory and its missing parents, and makes each of them durable in the one above it. */
    default void createDirectoriesDurably(Path directory) throws IOException {
        Deque<Path> parentsOfNew = new ArrayDeque<>();
        Path at = directory.toAbsolutePath();
        for (Path parent = at.getParent(); parent != null && !exists(at); parent = parent.getParent()) {
            parentsOfNew.addFirst(parent);
            at = parent;
        }
        createDirectories(directory);
        for (Path parent : parentsOfNew) {
            syncDirectory(parent);
        }
    }

    /** Who besides the owner can get at a file or directory. */
    enum Access {
        /** Nobody. */
        OWNER_ONLY,
        /** Its group, or everybody, but everybody cannot write. */
        SOME_OTHERS,
        /** Everybody can write. */
        ANYBODY_WRITES,
        /** The file system does not tell. */
        UNKNOWN
    }
}
