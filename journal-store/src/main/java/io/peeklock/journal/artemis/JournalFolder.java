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

        /** Asked of a whole record of an older file behind the last own one: whether a former use of the file has left it. */
        default boolean isOfFormerUse(Found found) {
            return false;
        }

        /** What is behind the records of a file; from {@code formerFrom} on it is of a former use. */
        default void remains(Region region, int formerFrom) {}

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

    private record Source(String name, long fileId, boolean damagedHeader) {
        /** Compacted files have an older id than their name says, and were never written over. */
        boolean mayBeWrittenOver() {
            return fileId == JournalFiles.number(name);
        }
    }

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
        // A file that is written over has nothing of its former use where its first record will be.
        boolean mayBeUnused = source.mayBeWrittenOver() && SpareFiles.isWiped(buffer);
        RecordScanner.scan(buffer, source.fileId(), new RecordScanner.Sink() {
            private boolean hasRecords;

            @Override
            public void record(int position, int length, byte type, long id, byte userType, ByteBuffer body)
                    throws JournalException {
                hasRecords = true;
                sink.record(new Found(new Region(source.name(), position, length), type, id, userType, body));
            }

            @Override
            public void garbage(int from, int to) throws JournalException {
                sink.garbage(new Region(source.name(), from, to - from));
            }

            @Override
            public boolean isOfFormerUse(int position, int length, long id, ByteBuffer body) {
                Region region = new Region(source.name(), position, length);
                return source.mayBeWrittenOver()
                        && (hasRecords || mayBeUnused)
                        && sink.isOfFormerUse(new Found(region, RecordScanner.ADD, id, (byte) 0, body));
            }

            @Override
            public void remains(int from, int formerFrom, int to) {
                sink.remains(new Region(source.name(), from, to - from), formerFrom);
            }
        });
    }

    /**
     * Finds out the file id, of which there are three witnesses: the header, the first record and the number in the name.
     * The number is right but for a compacted file, whose id is lower. Only a file whose id is its number may have records
     * of another id too, lower ones of a former use: most records alone prove nothing.
     */
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
        long number = JournalFiles.number(name);
        boolean agree = RecordScanner.recordFileId(fileId) == first;
        if (known && (fileId == number && (empty || agree) || fileId < number && agree && !empty)) {
            return new Source(name, fileId, false);
        }
        readFile(name);
        if (isIdOf(number, possible ? fileId : 0, first, empty)) {
            return new Source(name, number, !known || fileId != number);
        }
        int byHeader = possible ? RecordScanner.count(buffer, fileId) : 0;
        int byRecord = RecordScanner.count(buffer, first);
        if (Math.max(byHeader, byRecord) == 0) {
            if (known) {
                return new Source(name, fileId, false);
            }
            throw new IOException("neither a header nor a record can be read");
        }
        return byRecord > byHeader ? new Source(name, first, true) : new Source(name, fileId, !known);
    }

    /** Whether a file's id is the number in its name, against its header or its first record. The file has been read. */
    private boolean isIdOf(long number, long byHeader, int byRecord, boolean empty) throws JournalException {
        if (number <= 0 || number > Integer.MAX_VALUE) {
            return false;
        }
        int records = RecordScanner.count(buffer, number);
        if (records == 0) {
            // Without own records; nothing of a former use is where the first one will be.
            return empty
                    && byHeader > 0
                    && byHeader < number
                    && SpareFiles.isWiped(buffer)
                    && RecordScanner.count(buffer, byHeader) > 0;
        }
        if (byHeader == number || byHeader > number || byHeader == 0 || empty) {
            return true;
        }
        // Of a compacted file a damaged first record may have its number, and goes before others.
        int next = RecordScanner.endOfRecord(buffer, RecordScanner.FILE_HEADER_BYTES, number);
        return byRecord == number && (records > 1 || RecordScanner.endOfRecord(buffer, next, byHeader) == next);
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
