/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.DIRECTORY;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.disk.DiskFile;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Damages one thing in a journal's directory, as disks and people do.
 *
 * <p>Owned by the test's thread.
 */
final class RandomDamage {

    private static final int MOST_RANDOM_BYTES = 300;
    private static final int SECTOR = 512;

    private final FaultyDisk disk;
    private final Random random;
    private final List<Map<Path, byte[]>> olderCopies;

    /**
     * One that damages a disk.
     *
     * @param olderCopies contents that the files had earlier
     */
    RandomDamage(FaultyDisk disk, Random random, List<Map<Path, byte[]>> olderCopies) {
        this.disk = disk;
        this.random = random;
        this.olderCopies = olderCopies;
    }

    /** All files of the journal as they are now. */
    static Map<Path, byte[]> copyOf(FaultyDisk disk) throws IOException {
        Map<Path, byte[]> copy = new TreeMap<>();
        for (String name : disk.list(DIRECTORY)) {
            try {
                copy.put(DIRECTORY.resolve(name), disk.bytes(DIRECTORY.resolve(name)));
            } catch (IllegalArgumentException e) {
                // Reclaimed meanwhile.
            }
        }
        return copy;
    }

    /** Does something; says what. */
    String strike() throws JournalException, IOException {
        Map<String, List<ReadRecord>> records = new TreeMap<>();
        JournalReader.read(
                DIRECTORY,
                disk,
                JournalFixture.KEY,
                JournalFixture.STORE,
                0,
                record -> records.computeIfAbsent(record.file(), file -> new ArrayList<>())
                        .add(record));
        if (records.isEmpty()) {
            return "nothing";
        }
        List<String> files = List.copyOf(records.keySet());
        String name = files.get(random.nextInt(files.size()));
        List<ReadRecord> inFile = records.get(name);
        ReadRecord record = inFile.get(random.nextInt(inFile.size()));
        ReadRecord last = inFile.get(inFile.size() - 1);
        return switch (random.nextInt(4)) {
            case 0 -> flip(name, record);
            case 1 -> overwrite(DIRECTORY.resolve(name), record, last.position() + last.length());
            case 2 -> exchange(DIRECTORY.resolve(name), files);
            default -> bookkeeping();
        };
    }

    private String flip(String name, ReadRecord record) {
        int from = random.nextInt(4) == 0 ? 0 : record.position();
        int position = from + random.nextInt(from == 0 ? RecordScanner.FILE_HEADER_BYTES : record.length());
        int bit = random.nextInt(8);
        disk.flipBit(DIRECTORY.resolve(name), position, bit);
        return "bit " + bit + " at " + position + " of " + name + " flipped";
    }

    private String overwrite(Path file, ReadRecord record, int end) {
        int position = random.nextInt(end);
        switch (random.nextInt(5)) {
            case 0 -> {
                int sector = position / SECTOR * SECTOR;
                int length = Math.min(SECTOR << random.nextInt(4), end - sector);
                disk.zero(file, sector, length);
                return file + " zeroed from " + sector + ", " + length + " bytes";
            }
            case 1 -> {
                disk.zero(file, record.position(), record.length());
                return file + " without the record at " + record.position();
            }
            case 2 -> {
                byte[] bytes = new byte[1 + random.nextInt(MOST_RANDOM_BYTES)];
                random.nextBytes(bytes);
                disk.overwrite(file, position, bytes);
                return file + " overwritten from " + position;
            }
            case 3 -> {
                disk.cut(file, position);
                return file + " cut to " + position;
            }
            default -> {
                disk.lose(file);
                return file + " lost";
            }
        }
    }

    private String exchange(Path file, List<String> files) throws IOException {
        Path other = DIRECTORY.resolve(files.get(random.nextInt(files.size())));
        switch (random.nextInt(3)) {
            case 0 -> {
                byte[] bytes = disk.bytes(file);
                put(file, disk.bytes(other));
                put(other, bytes);
                return file + " and " + other + " exchanged";
            }
            case 1 -> {
                Path copy = DIRECTORY.resolve("peeklock-" + (1 + random.nextInt(60)) + ".pjf");
                put(copy, disk.bytes(file));
                return file + " copied to " + copy;
            }
            default -> {
                Map<Path, byte[]> copies =
                        olderCopies.isEmpty() ? Map.of() : olderCopies.get(random.nextInt(olderCopies.size()));
                if (copies.isEmpty()) {
                    return "nothing";
                }
                Path older = List.copyOf(copies.keySet()).get(random.nextInt(copies.size()));
                put(older, copies.get(older));
                return older + " replaced by an older copy";
            }
        }
    }

    private String bookkeeping() throws IOException {
        List<String> names = disk.list(DIRECTORY).stream()
                .filter(name -> name.equals(MarkFile.NAME) || name.startsWith(RegisterFile.PREFIX))
                .toList();
        Path file = DIRECTORY.resolve(names.get(random.nextInt(names.size())));
        int size = (int) disk.size(file);
        switch (random.nextInt(3)) {
            case 0 -> {
                disk.lose(file);
                return file + " lost";
            }
            case 1 -> {
                disk.cut(file, random.nextInt(size + 1));
                return file + " cut to " + disk.size(file);
            }
            default -> {
                int position = random.nextInt(Math.max(1, size));
                if (position < size) {
                    disk.flipBit(file, position, random.nextInt(8));
                }
                return "a bit at " + position + " of " + file + " flipped";
            }
        }
    }

    private void put(Path file, byte[] bytes) throws IOException {
        try (DiskFile out = disk.open(file, true)) {
            out.truncate(0);
            out.writeFully(ByteBuffer.wrap(bytes), 0);
            out.sync();
        }
        disk.syncDirectory(DIRECTORY);
    }
}
