/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a store is opened. {@code StoreOptions.builder()...build()} checks everything once.
 *
 * <p>Immutable.
 *
 * @param partitions number of partitions, 1 to 256, fixed when the store is created; 0 means as stored, and 16 when the
 *     store is created (rule P1)
 * @param fileSizeBytes size of one journal file in bytes, 256 KiB to 1 GiB, default 10 MiB; may differ from open to open
 * @param markIntervalMs at most this many milliseconds of acknowledged records cannot be told from a crash when they are
 *     missing after an unclean stop, 1 to 60,000, default 250
 * @param partitionDirectories partitions that lie elsewhere than in the store's directory, such as on other disks (rule
 *     P14); each its own directory. Remembered by the store, so that giving it once is enough
 * @param holder who opens the store, told to whoever finds it locked; one line, no secrets
 */
public record StoreOptions(
        int partitions, int fileSizeBytes, int markIntervalMs, Map<Integer, Path> partitionDirectories, String holder) {

    public static final int DEFAULT_PARTITIONS = 16;
    public static final int MAX_PARTITIONS = 256;
    public static final int MIN_FILE_SIZE_BYTES = 256 * 1024;
    public static final int MAX_FILE_SIZE_BYTES = 1024 * 1024 * 1024;
    private static final int MAX_HOLDER_CHARS = 500;

    public StoreOptions {
        requireBetween("partitions", partitions, 0, MAX_PARTITIONS, "(0: as stored)");
        requireBetween("fileSizeBytes", fileSizeBytes, MIN_FILE_SIZE_BYTES, MAX_FILE_SIZE_BYTES, "bytes");
        requireBetween("markIntervalMs", markIntervalMs, 1, 60_000, "milliseconds");
        Map<Integer, Path> directories = new TreeMap<>();
        partitionDirectories.forEach((index, path) -> directories.put(index, checked(index, path)));
        if (new HashSet<>(directories.values()).size() < directories.size()) {
            throw new IllegalArgumentException("partition.N.directory: two partitions share a directory in "
                    + directories + "; give each its own");
        }
        partitionDirectories = Map.copyOf(directories);
        holder = holder.codePoints()
                .limit(MAX_HOLDER_CHARS)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
    }

    private static Path checked(int index, Path path) {
        requireBetween("partition.N.directory: partition", index, 0, MAX_PARTITIONS - 1, "");
        Path absolute = path.toAbsolutePath().normalize();
        if (absolute.toString().chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "partition." + index + ".directory: the path has a control character in it");
        }
        return absolute;
    }

    private static void requireBetween(String name, int value, int min, int max, String unit) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    (name + " is " + value + ", must be " + min + " to " + max + " " + unit).strip());
        }
    }

    /** All defaults. */
    public static StoreOptions defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Collects options.
     *
     * <p>Not thread safe.
     */
    public static final class Builder {
        private int partitions;
        private int fileSizeBytes = 10 * 1024 * 1024;
        private int markIntervalMs = 250;
        private final Map<Integer, Path> partitionDirectories = new TreeMap<>();
        private String holder = "";

        private Builder() {}

        public Builder partitions(int number) {
            partitions = number;
            return this;
        }

        public Builder fileSizeBytes(int bytes) {
            fileSizeBytes = bytes;
            return this;
        }

        public Builder markIntervalMs(int milliseconds) {
            markIntervalMs = milliseconds;
            return this;
        }

        public Builder partitionDirectory(int partition, Path directory) {
            partitionDirectories.put(partition, directory);
            return this;
        }

        public Builder partitionDirectories(Map<Integer, Path> directories) {
            partitionDirectories.putAll(directories);
            return this;
        }

        public Builder holder(String description) {
            holder = description;
            return this;
        }

        /**
         * The options, checked.
         *
         * @throws IllegalArgumentException naming the option, its value and what it may be
         */
        public StoreOptions build() {
            return new StoreOptions(partitions, fileSizeBytes, markIntervalMs, partitionDirectories, holder);
        }
    }
}
