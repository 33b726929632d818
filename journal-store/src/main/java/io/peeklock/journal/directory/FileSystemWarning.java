/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what can go wrong where a directory lies on another machine, or behind another program, whose locks and syncs may
 * promise less than a local disk's.
 *
 * <p>Has no state; any thread.
 */
final class FileSystemWarning {

    private static final Logger LOG = LoggerFactory.getLogger(FileSystemWarning.class);
    // As Linux and macOS call them.
    private static final Set<String> OF_OTHER_MACHINES = Set.of(
            "nfs",
            "nfs3",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "afpfs",
            "afs",
            "webdav",
            "davfs",
            "ncpfs",
            "ceph",
            "glusterfs",
            "lustre",
            "beegfs",
            "gpfs",
            "orangefs",
            "pvfs2",
            "gfs2",
            "ocfs2",
            "unc");
    private static final Set<String> OF_HOSTS = Set.of("9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs");

    private FileSystemWarning() {}

    /** What to know of the file system of a directory, empty if it is a local one or nobody knows. */
    static Optional<String> of(Disk disk, Path directory) {
        try {
            return of(directory, disk.fileSystemType(directory));
        } catch (IOException e) {
            LOG.debug("Cannot tell the file system of {}", directory, e);
            return Optional.empty();
        }
    }

    static Optional<String> of(Path directory, String type) {
        String name = type.toLowerCase(Locale.ROOT);
        if (OF_OTHER_MACHINES.contains(name)) {
            return Optional.of(text(directory, type, "is on another machine"));
        }
        if (OF_HOSTS.contains(name)) {
            return Optional.of(text(directory, type, "belongs to the host of this machine"));
        }
        // A disk of Windows's, on Linux, is a local one.
        boolean behindAProgram = name.contains("fuse") && !name.equals("fuseblk");
        return behindAProgram ? Optional.of(text(directory, type, "is served by a program (FUSE)")) : Optional.empty();
    }

    private static String text(Path directory, String type, String what) {
        return "the directory " + directory + " lies on a file system of type " + type + ", which " + what
                + ": its locks may not keep a second process out, and what it calls written may be lost when it fails;"
                + " put the store on a local disk, or make sure of both";
    }
}
