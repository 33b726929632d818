/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupProgress.Phase;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Copies and reads files with checksums, in parts, and tells how far it is.
 *
 * <p>Owned by one thread.
 */
final class CheckedCopy {

    private static final int CHUNK_BYTES = 128 * 1024;

    private final Disk disk;
    private final Phase phase;
    private final long total;
    private final Consumer<BackupProgress> progress;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    private long done;

    /**
     * A copier.
     *
     * @param total bytes of all that will be copied or read
     */
    CheckedCopy(Disk disk, Phase phase, long total, Consumer<BackupProgress> progress) {
        this.disk = disk;
        this.phase = phase;
        this.total = total;
        this.progress = progress;
    }

    /** Copies the first bytes of a file into a new one, durably but for its name; returns their checksum. */
    int copy(Path source, long bytes, Path target) throws IOException {
        try (DiskFile in = disk.openReadOnly(source);
                DiskFile out = disk.open(target, true)) {
            out.truncate(0);
            int checksum = read(in, source, bytes, (part, at) -> out.writeFully(part, at));
            out.sync();
            return checksum;
        }
    }

    /** The checksum of the first bytes of a file. */
    int checksum(Path source, long bytes) throws IOException {
        try (DiskFile in = disk.openReadOnly(source)) {
            return read(in, source, bytes, (part, at) -> {});
        }
    }

    private interface Part {
        void at(ByteBuffer bytes, long position) throws IOException;
    }

    private int read(DiskFile in, Path source, long bytes, Part part) throws IOException {
        CRC32C crc = new CRC32C();
        for (long at = 0; at < bytes; at += CHUNK_BYTES) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, bytes - at));
            if (in.readFully(chunk, at) < chunk.limit()) {
                throw new EOFException(source + " has fewer than " + bytes + " bytes");
            }
            chunk.flip();
            crc.update(chunk.duplicate());
            part.at(chunk, at);
            done += chunk.limit();
            progress.accept(new BackupProgress(phase, done, total));
        }
        return (int) crc.getValue();
    }
}
