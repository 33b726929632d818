/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.DIRECTORY;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.artemis.JournalFolder.Found;
import io.peeklock.journal.artemis.JournalFolder.Region;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes a journal write over its files, and says what is in them. Bytes are looked at here as they are, without the rules of
 * the journal.
 *
 * <p>Owned by the test's thread.
 */
final class ReusedFiles {

    private static final int BODY_BYTES = 3000;
    private static final int LITTLE = 12_000;

    private final JournalFixture fixture;
    private long lastId;

    ReusedFiles(JournalFixture fixture, long lastId) {
        this.fixture = fixture;
        this.lastId = lastId;
    }

    /** Each record is removed again; what was let go by then is a spare file or gone. */
    void fill(int records) throws JournalException, InterruptedException {
        for (int i = 0; i < records; i++) {
            long id = put();
            fixture.commit(new Batch().remove(id));
            fixture.journal.awaitReclaim();
        }
    }

    /** Puts a record that stays; returns its id. */
    long put() throws JournalException {
        lastId++;
        fixture.commit(new Batch().put(lastId, 1, RecordBody.of(new byte[BODY_BYTES])));
        return lastId;
    }

    /** Goes on until the file in use has few own records, with those of a former use behind. */
    void fillUntilThereAreRemains() throws Exception {
        fill(100);
        Path inUse = inUse(fixture.disk);
        while (formerIds(fixture.faulty(), inUse).isEmpty()
                || end(fixture.disk, inUse) > LITTLE
                || spares(fixture.disk).isEmpty()) {
            fill(1);
            inUse = inUse(fixture.disk);
        }
    }

    /** Gives what a former use has left an id that is one bit away from the file's own. */
    static void bringIdsTogether(FaultyDisk disk, Path file) {
        int own = idInHeader(disk, file);
        byte[] near = ByteBuffer.allocate(Integer.BYTES).putInt(own & own - 1).array();
        ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(file));
        for (int at : placesOfRecords(bytes)) {
            if (bytes.getInt(at + 1) != own) {
                disk.overwrite(file, at + 1, near);
            }
        }
    }

    static List<String> spares(Disk disk) throws IOException {
        return disk.list(DIRECTORY).stream().filter(JournalFiles::isSpare).toList();
    }

    /** Places of all records, in order. */
    static List<Region> records(Disk disk) throws JournalException, IOException {
        List<Region> found = new ArrayList<>();
        new JournalFolder(disk, DIRECTORY).read(new JournalFolder.Sink() {
            @Override
            public void record(Found record) {
                found.add(record.region());
            }

            @Override
            public void garbage(Region region) {}

            @Override
            public void unreadable(String file, String why) {}

            @Override
            public void damagedHeader(String file, long fileId) {}
        });
        return found;
    }

    static List<Region> records(Disk disk, Path file) throws JournalException, IOException {
        return records(disk).stream()
                .filter(record -> file.endsWith(record.file()))
                .toList();
    }

    /** The file with the newest record. */
    static Path inUse(Disk disk) throws JournalException, IOException {
        List<Region> all = records(disk);
        return DIRECTORY.resolve(all.get(all.size() - 1).file());
    }

    static Region last(Disk disk, Path file) throws JournalException, IOException {
        List<Region> records = records(disk, file);
        return records.get(records.size() - 1);
    }

    private static int end(Disk disk, Path file) throws JournalException, IOException {
        Region last = last(disk, file);
        return last.position() + last.length();
    }

    static int idInHeader(FaultyDisk disk, Path file) {
        return ByteBuffer.wrap(disk.bytes(file)).getInt(12);
    }

    /** File ids of all that looks like a record in a file, but the one in its header. */
    static Set<Integer> formerIds(FaultyDisk disk, Path file) {
        ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(file));
        Set<Integer> ids = new TreeSet<>();
        placesOfRecords(bytes).forEach(at -> ids.add(bytes.getInt(at + 1)));
        ids.remove(bytes.getInt(12));
        return ids;
    }

    private static List<Integer> placesOfRecords(ByteBuffer bytes) {
        List<Integer> places = new ArrayList<>();
        for (int at = RecordScanner.FILE_HEADER_BYTES; at < bytes.limit() - RecordScanner.RECORD_OVERHEAD_BYTES; at++) {
            byte type = bytes.get(at);
            if (type == RecordScanner.ADD || type == RecordScanner.UPDATE) {
                long length = RecordScanner.RECORD_OVERHEAD_BYTES + (long) bytes.getInt(at + 14);
                if (length >= RecordScanner.RECORD_OVERHEAD_BYTES
                        && at + length <= bytes.limit()
                        && bytes.getInt((int) (at + length - Integer.BYTES)) == length) {
                    places.add(at);
                }
            }
        }
        return places;
    }
}
