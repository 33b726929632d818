/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Reads the side logs of all consumers and processes.
 *
 * <p>Has no state; any thread.
 */
final class SideLogReader {

    private SideLogReader() {}

    /** Hands over every entry of every log in the directory, log by log. */
    static void read(Path directory, Consumer<SideLogEntry> entries) throws IOException {
        List<Path> logs;
        try (Stream<Path> files = Files.list(directory)) {
            logs = files.filter(file -> file.toString().endsWith(SideLog.SUFFIX))
                    .sorted()
                    .toList();
        }
        for (Path log : logs) {
            readLog(log, entries);
        }
    }

    private static void readLog(Path log, Consumer<SideLogEntry> entries) throws IOException {
        boolean endsWithLineFeed = endsWithLineFeed(log);
        try (BufferedReader reader = Files.newBufferedReader(log, StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            while (line != null) {
                String next = reader.readLine();
                // A process that was killed may leave half an entry, always the last one: it never counted.
                if (next != null || endsWithLineFeed) {
                    entries.accept(parse(log, line));
                }
                line = next;
            }
        }
    }

    private static SideLogEntry parse(Path log, String line) throws IOException {
        return SideLogEntry.parse(line)
                .orElseThrow(() -> new IOException("The side log " + log.getFileName() + " is damaged: " + line));
    }

    private static boolean endsWithLineFeed(Path log) throws IOException {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            if (file.length() == 0) {
                return false;
            }
            file.seek(file.length() - 1);
            return file.read() == '\n';
        }
    }
}
