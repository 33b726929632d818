/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.report.Results;
import io.peeklock.benchmarks.subject.Contestant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The figures of a run in a file, a line for each as it comes, so that a run that was ended can go on.
 *
 * <p>The first line says under what conditions they were measured: figures of other code or another machine are never mixed. A
 * line that was cut off is measured again.
 *
 * <p>Not thread safe.
 */
final class KeptFigures {

    private static final String SEPARATOR = "\t";
    private static final int PARTS = 4;

    private final Path file;

    private KeptFigures(Path file) {
        this.file = file;
    }

    /**
     * Reads what is there, or begins the file.
     *
     * @param conditions what must be the same for all figures of the file, one line
     * @param results gets the figures that are there
     * @throws IllegalArgumentException if the file's figures were measured under other conditions
     */
    static KeptFigures open(Path file, String conditions, Results results) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(file, conditions + "\n");
            return new KeptFigures(file);
        }
        String text = Files.readString(file);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        List<String> lines = whole.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(conditions)) {
            throw new IllegalArgumentException(file + " has figures of another run:\n  "
                    + (lines.isEmpty() ? "(nothing)" : lines.get(0)) + "\nThis one is:\n  " + conditions
                    + "\nName another file, or delete this one");
        }
        lines.stream().skip(1).forEach(line -> read(file, line, results));
        if (whole.length() < text.length()) {
            Files.writeString(file, whole);
        }
        return new KeptFigures(file);
    }

    private static void read(Path file, String line, Results results) {
        String[] parts = line.split(SEPARATOR, -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException(file + " has a line that is none of figures: " + line);
        }
        results.add(
                parts[0],
                Contestant.named(parts[1]),
                Integer.parseInt(parts[2]),
                ChildResult.parse(parts[3])
                        .orElseThrow(
                                () -> new IllegalArgumentException(file + " has a line without figures: " + line)));
    }

    /** Appends one. */
    void add(String id, Contestant contestant, int round, ChildResult figures) throws IOException {
        Files.writeString(
                file,
                String.join(
                        SEPARATOR,
                        id,
                        contestant.label(),
                        Integer.toString(round),
                        ChildResult.format(figures.fields()) + "\n"),
                StandardCharsets.UTF_8,
                StandardOpenOption.APPEND);
    }
}
