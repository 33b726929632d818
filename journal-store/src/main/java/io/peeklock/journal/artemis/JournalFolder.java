/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads the files of a journal in order, whatever state they are in; changes nothing.
 *
 * <p>Owned by one thread.
 */
final class JournalFolder {

    /** Hears of what is in the files. */
    interface Sink {

        void record(Found found) throws JournalException;

        void garbage(Region region) throws JournalException;

        /** What a former use of a file has left behind its records. */
        default void remains(Region region) {}

        /** A file that cannot be read at all. */
        void unreadable(String file, String why) throws JournalException;

        /** A file whose header was damaged, and which file id its records have. */
        void damagedHeader(String file, long fileId) throws JournalException;
    }

    /** A part of a file. */
    record Region(String file, int position, int length) {
        @Override
        public String toString() {
            return file + " at " + position;
        }
    }

    /** A whole record of Artemis's. {@code body} is valid during the call only. */
    record Found(Region region, byte artemisType, long id, byte userType, ByteBuffer body) {}

    private record Source(String name, long fileId, boolean damagedHeader) {}

    private final Disk disk;
    private final Path directory;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    JournalFolder(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    void read(Sink sink) throws JournalException, IOException {
        List<Source> sources = new ArrayList<>();
        for (String name : JournalFiles.dataFiles(disk, directory)) {
            try {
                sources.add(identify(name));
            } catch (IOException e) {
                unreadable(name, e, sink);
            }
        }
        sources.sort(Comparator.comparingLong(Source::fileId));
        for (Source source : sources) {
            if (source.damagedHeader()) {
                sink.damagedHeader(source.name(), source.fileId());
            }
            try {
                readFile(source.name());
            } catch (IOException e) {
                unreadable(source.name(), e, sink);
                continue;
            }
            scan(source, sink);
        }
    }

    private static void unreadable(String name, IOException error, Sink sink) throws JournalException, IOException {
        if (DiskErrors.isOfTheProcess(error)) {
            throw error;
        }
        sink.unreadable(name, String.valueOf(error.getMessage()));
    }

    private void scan(Source source, Sink sink) throws JournalException {
        RecordScanner.scan(buffer, source.fileId(), new RecordScanner.Sink() {
            @Override
            public void record(int position, int length, byte type, long id, byte userType, ByteBuffer body)
                    throws JournalException {
                sink.record(new Found(new Region(source.name(), position, length), type, id, userType, body));
            }

            @Override
            public void garbage(int from, int to) throws JournalException {
                sink.garbage(new Region(source.name(), from, to - from));
            }

            @Override
            public void remains(int from, int to) {
                sink.remains(new Region(source.name(), from, to - from));
            }
        });
    }

    /** Reads the file id; if the header and the first record do not agree, the one that finds more records is right. */
    private Source identify(String name) throws JournalException, IOException {
        ByteBuffer start = ByteBuffer.allocate(RecordScanner.FILE_HEADER_BYTES + 5);
        try (DiskFile file = disk.openReadOnly(directory.resolve(name))) {
            if (file.readFully(start, 0) < RecordScanner.FILE_HEADER_BYTES) {
                throw new IOException("shorter than its header");
            }
        }
        long fileId = start.getLong(8);
        // Ids are given one by one: a larger one is a flipped bit, and the order of the files would be wrong with it.
        boolean possible = fileId > 0 && fileId <= Integer.MAX_VALUE;
        boolean known = start.getInt(0) == RecordScanner.FORMAT_VERSION && start.getInt(4) == 0 && possible;
        int first = start.getInt(RecordScanner.FILE_HEADER_BYTES + 1);
        boolean empty = start.get(RecordScanner.FILE_HEADER_BYTES) == 0;
        if (known && (empty || RecordScanner.recordFileId(fileId) == first)) {
            return new Source(name, fileId, false);
        }
        readFile(name);
        int byHeader = possible ? records(fileId) : 0;
        int byRecord = records(first);
        if (Math.max(byHeader, byRecord) == 0) {
            if (known) {
                return new Source(name, fileId, false);
            }
            throw new IOException("neither a header nor a record can be read");
        }
        return byRecord > byHeader ? new Source(name, first, true) : new Source(name, fileId, !known);
    }

    private int records(long fileId) throws JournalException {
        int[] count = {0};
        RecordScanner.scan(buffer, fileId, new RecordScanner.Sink() {
            @Override
            public void record(int position, int length, byte type, long id, byte userType, ByteBuffer body) {
                count[0]++;
            }

            @Override
            public void garbage(int from, int to) {}

            @Override
            public void remains(int from, int to) {}
        });
        return count[0];
    }

    private void readFile(String name) throws IOException {
        try (DiskFile file = disk.openReadOnly(directory.resolve(name))) {
            int size = (int) Math.min(Integer.MAX_VALUE - 16, file.size());
            if (buffer.capacity() < size) {
                buffer = ByteBuffer.allocate(size);
            }
            buffer.clear().limit(size);
            // In parts: a read into the heap goes through a direct buffer of the same size, which the thread keeps.
            for (int at = 0; at < size; at += 1 << 17) {
                file.readFully(buffer.slice(at, Math.min(1 << 17, size - at)), at);
            }
        }
    }
}
