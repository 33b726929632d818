/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole job, with real processes and a real kill, on small files.
 *
 * <p>Not thread safe.
 */
final class LinesJobIT {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    @Tag("L2")
    @Tag("L12")
    @Tag("L13")
    @Tag("P5")
    void losesNoLineAndCompletesNoneTwice() throws IOException {
        Path file = directory.resolve("orders.csv");
        Files.writeString(
                file,
                IntStream.range(0, 400)
                        .mapToObj(i -> "customer-" + i % 23 + ";order " + i + " \u00e4\uD83D\uDE00\n")
                        .collect(Collectors.joining()));
        int status = run(file.toString(), "--separator", ";", "--partitions", "4", "--refuse", "2");
        assertThat(text()).contains("is killed").contains("All is well").contains("sent 400 lines");
        assertThat(status).isZero();
        assertThat(rowOfAll()).startsWith("all 400 ").endsWith(" 2");
    }

    @Test
    void takesAFileOfOneLine() throws IOException {
        Path file = Files.writeString(directory.resolve("one"), "\n");
        int status = run(file.toString(), "--partitions", "1", "--refuse", "0");
        assertThat(text()).contains("All is well");
        assertThat(status).isZero();
    }

    @Test
    void leavesTheStoreOfTheUser() throws IOException {
        Path file = Files.writeString(directory.resolve("few"), "a\nb\nc\n");
        Path store = directory.resolve("a store");
        assertThat(run(file.toString(), "--partitions", "2", "--store", store.toString()))
                .as(this::text)
                .isZero();
        assertThat(store).isNotEmptyDirectory();
    }

    /** The cells of the table's last row, with one blank between them. */
    private String rowOfAll() {
        return text().lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .filter(line -> line.startsWith("all "))
                .findFirst()
                .orElse("no such row");
    }

    private int run(String... args) {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return LinesJob.run(stream, stream, args);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
