/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What belongs to a backup: the header of the store and every file with its size and checksum. Written last, so that a backup
 * without it is none.
 *
 * <p>Immutable. On disk it is {@code backup.manifest}, sealed text as a store's header:
 *
 * <pre>
 * backup=1                 format of the manifest
 * at=                      the instant whose state it is, UTC
 * clean=true               whether the store was closed, or is as if it had been
 * store.&lt;key&gt;=             the lines of store.properties, without directories of partitions
 * file.&lt;n&gt;=&lt;bytes&gt; &lt;CRC32C&gt; &lt;journal&gt;/&lt;name&gt;
 * crc32c=
 * </pre>
 *
 * @param header of the store, with the journals that are in the backup
 * @param at the instant whose state it is
 * @param clean whether a load may take the journals for closed ones
 * @param files in the order in which they were copied
 */
public record BackupManifest(StoreHeader header, Instant at, boolean clean, List<Entry> files) {

    public static final String FILE = "backup.manifest";

    static final String UNFINISHED = FILE + ".new";

    /** The newest format of a manifest that this version reads, and the one that it writes. */
    static final int FORMAT = 1;

    private static final int MAX_BYTES = 256 << 20;
    private static final String STORE = "store.";
    private static final String FILES = "file.";
    // Nothing that leads out of the directory.
    private static final String NAME = "(definitions|partition-\\d{2,3})/[A-Za-z0-9_-][A-Za-z0-9._-]*";

    /**
     * A file.
     *
     * @param name the journal's directory, a slash, and its name
     * @param bytes its size
     * @param checksum CRC32C of all its bytes
     */
    public record Entry(String name, long bytes, int checksum) {

        public Entry {
            if (!canBeOf(name)) {
                throw new IllegalArgumentException("it names a file that no store has");
            }
        }

        /** Whether a store may have a file of this name: so that none is written which would not be read. */
        static boolean canBeOf(String name) {
            return name.matches(NAME);
        }

        /** The name of its journal's directory. */
        public String journal() {
            return name.substring(0, name.indexOf('/'));
        }

        /** Its name in that directory. */
        public String fileName() {
            return name.substring(name.indexOf('/') + 1);
        }
    }

    public BackupManifest {
        files = List.copyOf(files);
    }

    /** Bytes of all files. */
    public long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum();
    }

    /** The files of a journal. */
    public List<Entry> filesOf(int journal) {
        return files.stream()
                .filter(file -> file.journal().equals(StoreHeader.nameOf(journal)))
                .toList();
    }

    void write(Disk disk, Path directory) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("backup", Integer.toString(FORMAT));
        values.put("at", at.toString());
        values.put("clean", Boolean.toString(clean));
        header.withDirectories(Map.of()).values().forEach((key, value) -> values.put(STORE + key, value));
        int number = 0;
        for (Entry file : files) {
            values.put(
                    FILES + number++,
                    String.format(Locale.ROOT, "%d %08x %s", file.bytes(), file.checksum(), file.name()));
        }
        SmallFile.replace(
                disk,
                directory.resolve(FILE),
                SealedText.seal("A backup of a store. Do not edit, do not lose.", values));
    }

    /**
     * Reads the manifest of the backup in this directory.
     *
     * @throws JournalException REFUSED if it is no backup, or one that was cut short; CORRUPT if the manifest is damaged;
     *     NEWER_FORMAT; ACCESS_DENIED or IO
     */
    public static BackupManifest read(Disk disk, Path directory) throws JournalException {
        Path file = directory.resolve(FILE);
        if (!disk.isDirectory(directory)) {
            throw new JournalException(
                    Reason.REFUSED, "there is no directory " + directory + ": name that of a backup");
        }
        if (!disk.exists(file)) {
            throw new JournalException(
                    Reason.REFUSED,
                    directory + " is not a backup, or one that was cut short: it has no " + FILE
                            + ", which is written last");
        }
        try (DiskFile open = disk.openReadOnly(file)) {
            Optional<Map<String, String>> values = SealedText.open(SmallFile.read(open, file, MAX_BYTES));
            if (values.isEmpty()) {
                throw damaged(file, "its checksum does not match");
            }
            return decode(file, values.get());
        } catch (IOException e) {
            throw DiskErrors.because("cannot read " + file, e);
        }
    }

    private static BackupManifest decode(Path file, Map<String, String> values) throws JournalException {
        String format = values.getOrDefault("backup", "");
        if (format.matches("[1-9][0-9]{0,8}") && Integer.parseInt(format) > FORMAT) {
            throw new JournalException(
                    Reason.NEWER_FORMAT,
                    file + " has format " + format + ", and this version reads formats up to " + FORMAT);
        }
        Map<String, String> ofStore = new LinkedHashMap<>();
        List<Entry> files = new ArrayList<>();
        try {
            for (Map.Entry<String, String> value : values.entrySet()) {
                if (value.getKey().startsWith(STORE)) {
                    ofStore.put(value.getKey().substring(STORE.length()), value.getValue());
                } else if (value.getKey().startsWith(FILES)) {
                    files.add(entry(value.getValue()));
                }
            }
            StoreHeader.requireKnownFormat(file, ofStore);
            StoreHeader header = StoreHeader.decode(ofStore)
                    .orElseThrow(() -> new IllegalArgumentException("the store's header cannot be read"));
            return new BackupManifest(
                    header,
                    Instant.parse(values.getOrDefault("at", "")),
                    Boolean.parseBoolean(values.get("clean")),
                    files);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw damaged(file, String.valueOf(e.getMessage()));
        }
    }

    private static Entry entry(String text) {
        String[] parts = text.split(" ", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a file's line cannot be read");
        }
        return new Entry(parts[2], Long.parseLong(parts[0]), Integer.parseUnsignedInt(parts[1], 16));
    }

    private static JournalException damaged(Path file, String why) {
        return new JournalException(
                Reason.CORRUPT, file + " is damaged (" + why + "): this backup cannot be used; take another");
    }
}
