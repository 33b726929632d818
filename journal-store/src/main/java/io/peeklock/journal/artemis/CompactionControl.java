/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The note that a compaction is complete but for its renames: which files it has replaced, by which.
 *
 * <p>Immutable.
 *
 * <p>It takes the place of Artemis's own control file, which has no checksum. It appears under its name whole or not at all:
 *
 * <pre>
 *   "PLKCTRL" 01 (8) | count 4 | per old file: name as modified UTF-8 | count 4 | per new file: name | CRC32C 4
 * </pre>
 *
 * @param oldFiles names of the files that were replaced
 * @param newFiles names of the files that replace them, ending in {@code .cmp} until they are renamed
 */
record CompactionControl(List<String> oldFiles, List<String> newFiles) {

    private static final long MAGIC = 0x504C4B4354524C01L;
    private static final String COMPACTED = ".cmp";

    CompactionControl {
        oldFiles = List.copyOf(oldFiles);
        newFiles = List.copyOf(newFiles);
    }

    void write(Disk disk, Path directory) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(MAGIC);
        for (List<String> names : List.of(oldFiles, newFiles)) {
            out.writeInt(names.size());
            for (String name : names) {
                out.writeUTF(name);
            }
        }
        out.writeInt(crcOf(bytes.toByteArray(), bytes.size()));
        Path temporary = directory.resolve(JournalFiles.CONTROL + ".new");
        disk.delete(temporary);
        try (DiskFile file = disk.open(temporary, true)) {
            file.writeFully(ByteBuffer.wrap(bytes.toByteArray()), 0);
            file.sync();
        }
        disk.rename(temporary, directory.resolve(JournalFiles.CONTROL));
        disk.syncDirectory(directory);
    }

    /** Whether there is a note, whole or damaged. */
    static boolean exists(Disk disk, Path directory) {
        return disk.exists(directory.resolve(JournalFiles.CONTROL));
    }

    /** The note, or null if there is none or it is damaged. */
    static @Nullable CompactionControl read(Disk disk, Path directory) throws IOException {
        if (!exists(disk, directory)) {
            return null;
        }
        byte[] bytes;
        try (DiskFile file = disk.openReadOnly(directory.resolve(JournalFiles.CONTROL))) {
            bytes = new byte[(int) file.size()];
            file.readFully(ByteBuffer.wrap(bytes), 0);
        }
        int end = bytes.length - Integer.BYTES;
        if (end < Long.BYTES || ByteBuffer.wrap(bytes).getInt(end) != crcOf(bytes, end)) {
            return null;
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (in.readLong() != MAGIC) {
            return null;
        }
        return new CompactionControl(readNames(in), readNames(in));
    }

    private static List<String> readNames(DataInputStream in) throws IOException {
        List<String> names = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            names.add(in.readUTF());
        }
        return names;
    }

    /** Whether every file that it made is there, renamed or not; if not, the files that were replaced must stay. */
    boolean isComplete(Disk disk, Path directory) {
        return newFiles.stream()
                .allMatch(name ->
                        disk.exists(directory.resolve(name)) || disk.exists(directory.resolve(finalName(name))));
    }

    /** Does what is left of the compaction; may be done again after a crash in the middle. */
    void complete(Disk disk, Path directory) throws IOException {
        for (String name : oldFiles) {
            disk.delete(directory.resolve(name));
        }
        for (String name : newFiles) {
            if (disk.exists(directory.resolve(name))) {
                disk.rename(directory.resolve(name), directory.resolve(finalName(name)));
            }
        }
        disk.syncDirectory(directory);
        disk.delete(directory.resolve(JournalFiles.CONTROL));
        disk.syncDirectory(directory);
    }

    static String finalName(String name) {
        return name.endsWith(COMPACTED) ? name.substring(0, name.length() - COMPACTED.length()) : name;
    }

    private static int crcOf(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
