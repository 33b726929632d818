/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directories of one run: the store, and apart from it the side logs and the copy of the input.
 *
 * <p>Not thread safe.
 */
final class Workspace implements AutoCloseable {

    /** What the journals of a partition take when little was written to them. */
    private static final long FIRST_BYTES_PER_PARTITION = 1L << 20;

    /** Two journal files of 10 MB beyond those that hold lines, and some more when files are compacted. */
    private static final long MOST_BYTES_PER_PARTITION = 24L << 20;

    /** The bus keeps so much of the disk free. */
    private static final long KEPT_FREE_BYTES = 32L << 20;

    /** Headers, properties and records of a message, and its lines in the side logs. */
    private static final long BYTES_PER_LINE = 2_048;

    private final Path temporary;
    private final Path store;
    private boolean keep;

    private Workspace(Path temporary, Path store, boolean keep) {
        this.temporary = temporary;
        this.store = store;
        this.keep = keep;
    }

    /** Creates the directories, temporary ones unless the user named one for the store. */
    static Workspace create(@Nullable Path userStore, boolean keep) throws IOException, BadInputException {
        if (userStore != null) {
            checkEmpty(userStore);
        }
        Path temporary = Files.createTempDirectory("peeklock-lines-");
        Files.createDirectory(temporary.resolve("side-logs"));
        return new Workspace(temporary, userStore == null ? temporary.resolve("store") : userStore, keep);
    }

    Path store() {
        return store;
    }

    Path sideLogs() {
        return temporary.resolve("side-logs");
    }

    Path inputCopy() {
        return temporary.resolve("input.txt");
    }

    Path temporary() {
        return temporary;
    }

    /** Refuses before anything is sent when the disk cannot hold the store. */
    void checkRoomFor(Input input, int partitions) throws IOException, BadInputException {
        long lines = 3 * input.bytes() + input.lines() * BYTES_PER_LINE;
        long ahead =
                Math.min(partitions * MOST_BYTES_PER_PARTITION, partitions * FIRST_BYTES_PER_PARTITION + 2 * lines);
        long needed = lines + ahead + KEPT_FREE_BYTES;
        Path existing = store.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        long usable = Files.getFileStore(existing).getUsableSpace();
        if (usable < needed) {
            throw new BadInputException("Not enough disk: " + existing + " has " + (usable >> 20)
                    + " MB left, the store of this input may need " + (needed >> 20)
                    + " MB; name another place with --store, or take fewer --partitions");
        }
    }

    /** Leaves everything where it is: there is something to look into. */
    void keep() {
        keep = true;
    }

    boolean kept() {
        return keep;
    }

    /** Deletes what is temporary, unless it is kept; a store in a directory of the user's stays. */
    @Override
    public void close() throws IOException {
        if (keep || !Files.exists(temporary)) {
            return;
        }
        try (Stream<Path> files = Files.walk(temporary)) {
            files.sorted(Comparator.reverseOrder()).forEach(Workspace::delete);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void checkEmpty(Path directory) throws IOException, BadInputException {
        if (!Files.exists(directory)) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            throw new BadInputException("--store " + directory + " is a file; name a new or empty directory");
        }
        try (Stream<Path> files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw new BadInputException("--store " + directory
                        + " is not empty; name a new or empty directory, nothing in it is touched");
            }
        }
    }
}
