/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What a store knows of itself: identity, number of partitions, masking key, and which journals there are and where.
 *
 * <p>Immutable. On disk it is {@code store.properties} and, because nothing can be read without the key, the same once
 * more in {@code store.properties.copy}.
 */
public final class StoreHeader {

    /** The format that this version writes, and the newest that it reads; older ones are upgraded, see {@link StoreUpgrade}. */
    public static final int FORMAT = 3;

    static final String FILE = "store.properties";
    static final String COPY = "store.properties.copy";
    static final int KEY_BYTES = 32;
    private static final String DEFINITIONS = "definitions";
    private static final String DIRECTORY_PREFIX = "partition.";

    private final int format;
    private final UUID id;
    private final Instant created;
    private final int partitions;
    private final byte[] key;
    private final Set<Integer> journals;
    private final Map<Integer, Path> directories;

    /**
     * A header with what was odd about its files.
     *
     * @param header the header
     * @param problems sentences for a person; empty if both files are well
     * @param firstIsGood whether {@code store.properties} itself is; if not, this is the copy
     */
    public record Reading(StoreHeader header, List<String> problems, boolean firstIsGood) {}

    StoreHeader(
            int format,
            UUID id,
            Instant created,
            int partitions,
            byte[] key,
            Set<Integer> journals,
            Map<Integer, Path> directories) {
        this.format = format;
        this.id = id;
        this.created = created;
        this.partitions = partitions;
        this.key = key.clone();
        this.journals = Collections.unmodifiableSet(new TreeSet<>(journals));
        this.directories = Collections.unmodifiableMap(new TreeMap<>(directories));
    }

    /** The store's format, 1 to {@link #FORMAT}. */
    public int format() {
        return format;
    }

    public UUID id() {
        return id;
    }

    public Instant created() {
        return created;
    }

    public int partitions() {
        return partitions;
    }

    /** The random key that record bodies are masked with. A copy. */
    public byte[] maskingKey() {
        return key.clone();
    }

    /** Journals that were created: {@link JournalStore#DEFINITIONS} and partitions, in order. */
    public Set<Integer> journals() {
        return journals;
    }

    /** Partitions that lie elsewhere than in the store's directory. */
    public Map<Integer, Path> partitionDirectories() {
        return directories;
    }

    /** Where a journal lies, in a store in this directory. */
    public Path directoryOf(int journal, Path store) {
        Path elsewhere = directories.get(journal);
        return elsewhere == null ? store.resolve(nameOf(journal)) : elsewhere;
    }

    /** {@code definitions}, {@code partition-00} and so on. */
    public static String nameOf(int journal) {
        return journal == JournalStore.DEFINITIONS
                ? DEFINITIONS
                : String.format(Locale.ROOT, "partition-%02d", journal);
    }

    static boolean isJournalName(String name) {
        return name.equals(DEFINITIONS) || name.matches("partition-\\d{2,3}");
    }

    StoreHeader withJournal(int journal) {
        Set<Integer> more = new TreeSet<>(journals);
        more.add(journal);
        return withJournals(more);
    }

    /** The same store with these journals alone. */
    public StoreHeader withJournals(Set<Integer> those) {
        return new StoreHeader(format, id, created, partitions, key, those, directories);
    }

    StoreHeader withDirectories(Map<Integer, Path> others) {
        return new StoreHeader(format, id, created, partitions, key, journals, others);
    }

    StoreHeader withFormat(int other) {
        return new StoreHeader(other, id, created, partitions, key, journals, directories);
    }

    /** The same under another identity. */
    public StoreHeader withId(UUID other) {
        return new StoreHeader(format, other, created, partitions, key, journals, directories);
    }

    /**
     * Reads the header of the store in this directory; needs no lock and changes nothing.
     *
     * @return empty if neither of the two files is there
     * @throws JournalException CORRUPT if neither is good, NEWER_FORMAT, ACCESS_DENIED or IO
     */
    public static Optional<Reading> read(Disk disk, Path store) throws JournalException {
        List<String> problems = new ArrayList<>();
        Optional<StoreHeader> first = read(disk, store.resolve(FILE), problems);
        Optional<StoreHeader> copy = read(disk, store.resolve(COPY), problems);
        Optional<StoreHeader> best = first.or(() -> copy);
        if (best.isPresent()) {
            return Optional.of(new Reading(best.get(), List.copyOf(problems), first.isPresent()));
        }
        if (disk.exists(store.resolve(FILE)) || disk.exists(store.resolve(COPY))) {
            throw new JournalException(
                    Reason.CORRUPT,
                    "the header of the store " + store + " cannot be read (" + String.join("; ", problems)
                            + "); put " + FILE + " back from a backup of this store: its key is needed to read the"
                            + " journals");
        }
        return Optional.empty();
    }

    private static Optional<StoreHeader> read(Disk disk, Path file, List<String> problems) throws JournalException {
        if (!disk.exists(file)) {
            problems.add(file.getFileName() + " is missing");
            return Optional.empty();
        }
        try {
            Optional<Map<String, String>> values = SealedText.open(SmallFile.read(disk, file));
            if (values.isPresent()) {
                requireKnownFormat(file, values.get());
            }
            Optional<StoreHeader> header = values.flatMap(StoreHeader::decode);
            if (header.isEmpty()) {
                problems.add(file.getFileName() + " is damaged");
            }
            return header;
        } catch (IOException e) {
            JournalException failure = DiskErrors.because("cannot read " + file, e);
            if (failure.reason() == Reason.ACCESS_DENIED) {
                throw failure;
            }
            problems.add(file.getFileName() + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Every format is sealed text with a format line: a flipped bit does not make a store newer. */
    static void requireKnownFormat(Path file, Map<String, String> values) throws JournalException {
        String format = values.getOrDefault("format", "");
        if (format.matches("[1-9][0-9]{0,8}") && Integer.parseInt(format) > FORMAT) {
            throw new JournalException(
                    Reason.NEWER_FORMAT,
                    "the store " + file.getParent() + " has format " + format
                            + ", and this version reads formats up to " + FORMAT
                            + "; open it with the version that wrote it or a newer one. There is no way back to an older"
                            + " format but the copy that was made before an upgrade");
        }
    }

    /** The copy first: if a crash comes between, it is the newer one and nothing is lost with the other. */
    void write(Disk disk, Path store) throws IOException {
        String text = encode();
        SmallFile.replace(disk, store.resolve(COPY), text);
        SmallFile.replace(disk, store.resolve(FILE), text);
    }

    String encode() {
        return SealedText.seal("Identity and key of this store. Do not edit, do not lose.", values());
    }

    /** What {@link #decode} reads. */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("format", Integer.toString(format));
        values.put("id", id.toString());
        values.put("created", created.toString());
        values.put("partitions", Integer.toString(partitions));
        values.put("key", HexFormat.of().formatHex(key));
        values.put(
                "journals",
                String.join(",", journals.stream().map(String::valueOf).toList()));
        directories.forEach((index, path) -> values.put(DIRECTORY_PREFIX + index, path.toString()));
        return values;
    }

    /** The header, or empty if the values are no such thing. */
    static Optional<StoreHeader> decode(Map<String, String> values) {
        try {
            Set<Integer> journals = new TreeSet<>();
            for (String journal : require(values, "journals").split(",", -1)) {
                if (!journal.isEmpty()) {
                    journals.add(Integer.valueOf(journal));
                }
            }
            Map<Integer, Path> directories = new TreeMap<>();
            values.forEach((name, value) -> {
                if (name.startsWith(DIRECTORY_PREFIX)) {
                    directories.put(Integer.valueOf(name.substring(DIRECTORY_PREFIX.length())), Path.of(value));
                }
            });
            byte[] key = HexFormat.of().parseHex(require(values, "key"));
            int partitions = Integer.parseInt(require(values, "partitions"));
            int format = Integer.parseInt(require(values, "format"));
            if (format < 1
                    || format > FORMAT
                    || key.length != KEY_BYTES
                    || partitions < 1
                    || partitions > StoreOptions.MAX_PARTITIONS) {
                return Optional.empty();
            }
            return Optional.of(new StoreHeader(
                    format,
                    UUID.fromString(require(values, "id")),
                    Instant.parse(require(values, "created")),
                    partitions,
                    key,
                    journals,
                    directories));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String require(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    @Override
    public String toString() {
        return "store " + id + " of " + partitions + " partitions, created " + created;
    }
}
