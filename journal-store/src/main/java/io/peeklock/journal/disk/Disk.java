/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import java.io.IOException;
import java.nio.file.Path;
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

    /** Size in bytes of an existing file. */
    long size(Path file) throws IOException;

    /** Names of the plain files directly in a directory, sorted; empty if there is no such directory. */
    List<String> list(Path directory) throws IOException;

    /** Creates a directory and its missing parents, accessible by the owner alone. */
    void createDirectories(Path directory) throws IOException;

    /** Renames atomically, replacing the target. Durable only after {@link #syncDirectory}. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes if it is there. Durable only after {@link #syncDirectory}. */
    void delete(Path file) throws IOException;

    /** Makes creations, renames and deletions in the directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /** Bytes that can still be written on the device of this directory. */
    long usableBytes(Path directory) throws IOException;
}
