/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.artemis.JournalFolder.Region;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Keeps what must not be served, for a person to look at; nothing in it is ever deleted.
 *
 * <p>Owned by the loading thread.
 */
final class Quarantine {

    private static final int CHUNK_BYTES = 1 << 17;

    private final Disk disk;
    private final Path directory;
    private final Path folder;

    Quarantine(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
        this.folder = directory.resolve(JournalFiles.QUARANTINE);
    }

    /** Copies a part of a file, durably; returns where the copy lies. */
    String copy(Region region, long recordId) throws IOException {
        String name = region.file() + "-at-" + region.position() + (recordId > 0 ? "-record-" + recordId : "") + ".bin";
        ByteBuffer bytes = ByteBuffer.allocate(region.length());
        try (DiskFile source = disk.openReadOnly(directory.resolve(region.file()))) {
            for (int at = 0; at < region.length(); at += CHUNK_BYTES) {
                int part = Math.min(CHUNK_BYTES, region.length() - at);
                source.readFully(bytes.slice(at, part), region.position() + (long) at);
            }
        }
        return write(name, bytes);
    }

    /**
     * Writes bytes under a name, or one like it that is free, durably; returns where they lie. What is there already is not
     * written again: the next load finds the same.
     */
    String write(String name, ByteBuffer bytes) throws IOException {
        Path target = folder.resolve(name);
        for (int i = 1; disk.exists(target); i++) {
            if (holds(target, bytes)) {
                return relative(target);
            }
            target = folder.resolve(name + "." + i);
        }
        disk.createDirectoriesDurably(folder);
        try (DiskFile copy = disk.open(target, true)) {
            copy.writeFully(bytes, 0);
            copy.sync();
        }
        disk.syncDirectory(folder);
        return relative(target);
    }

    private boolean holds(Path path, ByteBuffer bytes) throws IOException {
        try (DiskFile file = disk.openReadOnly(path)) {
            if (file.size() != bytes.remaining()) {
                return false;
            }
            ByteBuffer there = ByteBuffer.allocate(bytes.remaining());
            file.readFully(there, 0);
            return there.flip().equals(bytes);
        }
    }

    /** Moves a whole file, durably; returns where it lies. */
    String move(String name) throws IOException {
        Path target = free(name);
        disk.rename(directory.resolve(name), target);
        disk.syncDirectory(folder);
        disk.syncDirectory(directory);
        return relative(target);
    }

    private Path free(String name) throws IOException {
        disk.createDirectoriesDurably(folder);
        Path target = folder.resolve(name);
        for (int i = 1; disk.exists(target); i++) {
            target = folder.resolve(name + "." + i);
        }
        return target;
    }

    private static String relative(Path target) {
        return JournalFiles.QUARANTINE + "/" + target.getFileName();
    }
}
