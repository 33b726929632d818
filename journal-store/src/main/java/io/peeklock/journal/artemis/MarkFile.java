/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a journal's {@link Mark} in a file beside it, against which absence can be told.
 *
 * <p>Owned by one thread at a time.
 *
 * <p>Two slots, at 0 and 4096, are written in turn and synced, so that one of them always holds. A slot (big endian):
 *
 * <pre>
 *    0                8             16          32              36             40              48
 *   +----------------+-------------+-----------+---------------+--------------+---------------+------------------+
 *   | "PLKMARK" + 01 | generation  | store id  | journal index | key check    | sequence      | checkpoint end   |
 *   +----------------+-------------+-----------+---------------+--------------+---------------+------------------+
 *    56               64             68         72
 *   +----------------+--------------+----------+
 *   | max record id  | flags        | CRC32C   |
 *   +----------------+--------------+----------+
 * </pre>
 *
 * Flags: 1 = the journal was closed; 2 = the {@link Register} says all up to the sequence.
 */
final class MarkFile {

    static final String NAME = "journal.mark";

    private static final long MAGIC = 0x504C4B4D41524B00L;
    private static final int VERSION = 1;
    private static final int SLOT_BYTES = 72;
    private static final int SLOT_DISTANCE = 4096;
    private static final int CLEAN = 1;
    private static final int REGISTERED = 2;

    private final Disk disk;
    private final Path directory;
    private final Path path;
    private final UUID storeId;
    private final int index;
    private final int keyCheck;
    private final Register register;
    private boolean registered;
    private @Nullable DiskFile file;
    private long generation;

    MarkFile(Disk disk, Path directory, UUID storeId, int index, int keyCheck) {
        this.disk = disk;
        this.directory = directory;
        this.path = directory.resolve(NAME);
        this.storeId = storeId;
        this.index = index;
        this.keyCheck = keyCheck;
        this.register = new Register(disk, directory, storeId, index);
    }

    /** The mark of a copy of this journal in another directory, which may be another store's. */
    MarkFile ofCopy(Path otherDirectory, UUID otherStore) {
        return new MarkFile(disk, otherDirectory, otherStore, index, keyCheck);
    }

    /** Whether there is a mark or a register. */
    boolean exists() {
        return disk.exists(path) || register.exists();
    }

    /** The second copy of the bookkeeping, which is written with the marks. */
    Register register() {
        return register;
    }

    /** Whether the mark that was read says that the register goes as far. */
    boolean isRegistered() {
        return registered;
    }

    /**
     * The newest mark, or null if the file is missing or neither slot holds.
     *
     * @throws JournalException if the mark holds and says that the journal is of another store, index or key, or newer
     */
    @Nullable
    Mark read() throws JournalException {
        if (!disk.exists(path)) {
            return null;
        }
        ByteBuffer slot = newest(disk, path);
        if (slot == null) {
            return null;
        }
        generation = slot.getLong(8);
        return check(slot);
    }

    private static @Nullable ByteBuffer newest(Disk disk, Path path) throws JournalException {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_DISTANCE + SLOT_BYTES);
        try (DiskFile in = disk.openReadOnly(path)) {
            in.readFully(bytes, 0);
        } catch (IOException e) {
            if (DiskErrors.isOfTheProcess(e)) {
                throw DiskErrors.because("cannot read " + path, e);
            }
            return null;
        }
        ByteBuffer newest = null;
        for (int slot = 0; slot < 2; slot++) {
            ByteBuffer content = bytes.slice(slot * SLOT_DISTANCE, SLOT_BYTES);
            if (holds(content) && (newest == null || content.getLong(8) > newest.getLong(8))) {
                newest = content;
            }
        }
        return newest;
    }

    private static boolean holds(ByteBuffer slot) {
        return slot.getLong(0) >>> 8 == MAGIC >>> 8 && slot.getInt(SLOT_BYTES - 4) == crcOf(slot);
    }

    private Mark check(ByteBuffer slot) throws JournalException {
        if (slot.get(7) > VERSION) {
            throw new JournalException(
                    Reason.NEWER_FORMAT,
                    path + " was written by a newer version of this program (format " + slot.get(7) + ")");
        }
        UUID store = new UUID(slot.getLong(16), slot.getLong(24));
        if (!store.equals(storeId) || slot.getInt(32) != index) {
            throw new JournalException(
                    Reason.CORRUPT,
                    path + " belongs to journal " + slot.getInt(32) + " of store " + store + ", not to journal " + index
                            + " of store " + storeId + "; bring the directories back to where they were");
        }
        if (slot.getInt(36) != keyCheck) {
            throw new JournalException(
                    Reason.CORRUPT, path + " was written under another store key; bring back the store's key file");
        }
        int flags = slot.getInt(64);
        registered = (flags & REGISTERED) != 0;
        return new Mark(slot.getLong(40), slot.getLong(48), slot.getLong(56), (flags & CLEAN) != 0);
    }

    /** Writes a mark and makes it durable, after what the register has to say up to there. */
    void write(Mark mark) throws IOException {
        int flags = (mark.clean() ? CLEAN : 0) | (register.write(mark.sequence()) ? REGISTERED : 0);
        DiskFile out = file;
        if (out == null) {
            boolean isNew = !disk.exists(path);
            out = disk.open(path, true);
            file = out;
            if (isNew) {
                // Both slots exist from the start: a mark must never need room on a full disk.
                out.writeFully(ByteBuffer.allocate(SLOT_DISTANCE + SLOT_BYTES), 0);
                out.sync();
                register.create();
                disk.syncDirectory(directory);
            }
        }
        generation++;
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES)
                .putLong(MAGIC | VERSION)
                .putLong(generation)
                .putLong(storeId.getMostSignificantBits())
                .putLong(storeId.getLeastSignificantBits())
                .putInt(index)
                .putInt(keyCheck)
                .putLong(mark.sequence())
                .putLong(mark.checkpointEnd())
                .putLong(mark.maxRecordId())
                .putInt(flags);
        slot.putInt(crcOf(slot)).flip();
        out.writeFully(slot, generation % 2 * SLOT_DISTANCE);
        out.sync();
    }

    void close() throws IOException {
        register.close();
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private static int crcOf(ByteBuffer slot) {
        CRC32C crc = new CRC32C();
        crc.update(slot.duplicate().position(0).limit(SLOT_BYTES - 4));
        return (int) crc.getValue();
    }
}
