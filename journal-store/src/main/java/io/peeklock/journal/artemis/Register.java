/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a journal's bookkeeping a second time, in a file beside the others: the newest checkpoint, and which records each
 * batch since then put, replaced and removed. With it a load can name what is lost with a part of a file, whatever that was.
 *
 * <p>Thread safe: one thread adds, one writes.
 *
 * <p>Only what is durable in the journal is written, with each mark and before it. Two files take turns, one a checkpoint, so
 * that one of them is always whole. A whole journal does not need them: if there is no room for them they are left out, and
 * nothing fails. {@link RegisterFile} has the layout.
 */
final class Register {

    private static final Logger LOG = LoggerFactory.getLogger(Register.class);

    private final Disk disk;
    private final Path directory;
    private final UUID storeId;
    private final int index;

    // The first is the one that the file is about; the others begin with checkpoints that are not durable yet.
    private final Deque<Section> sections = new ArrayDeque<>();

    // Of the thread that writes.
    private @Nullable DiskFile file;
    private int slot;

    /** A checkpoint and the batches after it. */
    private static final class Section {
        private final long first;
        private final int parts;
        // Null once it is written.
        private @Nullable List<RecordBody> checkpoint;
        private final ByteSink batches = new ByteSink();
        // Where batches end: last sequence, bytes.
        private long[] ends = new long[32];
        private int count;
        private long lastId;
        private long writtenSequence;
        private long writtenBytes;
        private boolean abandoned;

        Section(long first, int parts, @Nullable List<RecordBody> checkpoint) {
            this.first = first;
            this.parts = parts;
            this.checkpoint = checkpoint;
            this.writtenSequence = end();
        }

        long end() {
            return first + parts - 1;
        }

        void add(long firstOfBatch, List<Batch.Entry> entries, int heads) {
            if (abandoned) {
                return;
            }
            batches.number(heads).number(entries.size());
            for (Batch.Entry entry : entries) {
                BatchHead.writeOperation(batches, entry.id() - lastId, entry.operation());
                lastId = entry.id();
            }
            if (count * 2 == ends.length) {
                ends = Arrays.copyOf(ends, ends.length * 2);
            }
            ends[count * 2] = firstOfBatch + entries.size() + heads - 1;
            ends[count * 2 + 1] = batches.size();
            count++;
        }

        /** Takes out the batches up to a sequence; null if there are none. */
        @Nullable
        RecordBody take(long upTo) {
            int taken = 0;
            while (taken < count && ends[taken * 2] <= upTo) {
                taken++;
            }
            if (taken == 0) {
                return null;
            }
            int bytes = (int) ends[taken * 2 - 1];
            writtenSequence = ends[taken * 2 - 2];
            final RecordBody content = batches.part(0, bytes);
            batches.discard(bytes);
            count -= taken;
            for (int i = 0; i < count; i++) {
                ends[i * 2] = ends[(i + taken) * 2];
                ends[i * 2 + 1] = ends[(i + taken) * 2 + 1] - bytes;
            }
            return content;
        }

        void abandon() {
            abandoned = true;
            checkpoint = null;
            batches.clear();
            count = 0;
        }
    }

    Register(Disk disk, Path directory, UUID storeId, int index) {
        this.disk = disk;
        this.directory = directory;
        this.storeId = storeId;
        this.index = index;
    }

    /** Whether there is any file of it. */
    boolean exists() {
        return disk.exists(path(0)) || disk.exists(path(1));
    }

    /** Makes both files, empty, so that nothing appears in the directory later. The caller syncs it. */
    void create() throws IOException {
        for (int which = 0; which < 2; which++) {
            disk.open(path(which), true).close();
        }
    }

    private Path path(int which) {
        return directory.resolve(RegisterFile.PREFIX + which);
    }

    /** The files that hold, the newest last. */
    List<RegisterFile> read() throws JournalException {
        List<RegisterFile> files = RegisterFile.readAll(disk, directory, storeId, index);
        if (!files.isEmpty()) {
            // The next one takes the place of the older.
            slot = files.get(files.size() - 1).slot();
        }
        return files;
    }

    /** Goes on in a file that was read and reaches to where the journal stands. */
    synchronized void resume(RegisterFile from) {
        Section section =
                new Section(from.checkpoint().first(), from.checkpoint().parts(), null);
        section.writtenSequence = from.end();
        section.writtenBytes = from.bytes();
        section.lastId = from.lastId();
        sections.clear();
        sections.add(section);
        slot = from.slot();
    }

    // Called by the appending thread.

    synchronized void checkpoint(long first, List<RecordBody> parts) {
        sections.addLast(new Section(first, parts.size(), List.copyOf(parts)));
    }

    /** Notes a batch; {@code heads} is the number of its heads, 0 if it is a record without one. */
    synchronized void batch(long first, List<Batch.Entry> entries, int heads) {
        Section last = sections.peekLast();
        if (last != null) {
            last.add(first, entries, heads);
        }
    }

    // Called by the thread that writes marks.

    /** Writes what is durable up to a sequence; whether the file now says all up to there. Never fails. */
    boolean write(long durable) {
        Section section;
        List<RecordBody> checkpoint;
        RecordBody batches;
        long firstSequence;
        synchronized (this) {
            dropOlderThan(durable);
            section = sections.peekFirst();
            if (section == null || section.abandoned || section.end() > durable) {
                return false;
            }
            checkpoint = section.checkpoint;
            section.checkpoint = null;
            firstSequence = section.writtenSequence + 1;
            batches = section.take(durable);
        }
        try {
            if (checkpoint != null) {
                begin(section, checkpoint);
            }
            if (batches != null) {
                DiskFile out = open(section);
                section.writtenBytes +=
                        RegisterFile.writeBatches(out, section.writtenBytes, section.first, firstSequence, batches);
            }
            if (file != null && (checkpoint != null || batches != null)) {
                file.sync();
            }
            return section.writtenSequence == durable;
        } catch (IOException e) {
            abandon(section, e);
            return false;
        }
    }

    private void dropOlderThan(long durable) {
        while (sections.size() > 1) {
            Section first = sections.removeFirst();
            if (sections.getFirst().end() > durable) {
                sections.addFirst(first);
                return;
            }
        }
    }

    private void begin(Section section, List<RecordBody> checkpoint) throws IOException {
        close();
        slot = 1 - slot;
        boolean isNew = !disk.exists(path(slot));
        DiskFile out = disk.open(path(slot), true);
        file = out;
        out.truncate(0);
        section.writtenBytes = RegisterFile.begin(out, storeId, index, section.first, checkpoint);
        if (isNew) {
            disk.syncDirectory(directory);
        }
    }

    private DiskFile open(Section section) throws IOException {
        DiskFile out = file;
        if (out == null) {
            out = disk.open(path(slot), true);
            file = out;
            // Whatever a crash left behind the part that holds.
            out.truncate(section.writtenBytes);
        }
        return out;
    }

    /** The journal is whole without it; the next checkpoint begins a new one. */
    private void abandon(Section section, IOException cause) {
        LOG.warn("the register in {} is left out until the next checkpoint: {}", directory, cause.getMessage());
        synchronized (this) {
            section.abandon();
        }
        try {
            if (file != null) {
                file.truncate(section.writtenBytes);
            }
            close();
        } catch (IOException e) {
            LOG.debug("cannot cut the register in {}", directory, e);
        }
    }

    void close() throws IOException {
        DiskFile closing = file;
        file = null;
        if (closing != null) {
            closing.close();
        }
    }
}
