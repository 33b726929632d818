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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What ends before anything is sent.
 *
 * <p>Not thread safe.
 */
final class LinesJobTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpPrintsTheUsage() {
        assertThat(run("--help")).isZero();
        assertThat(text(out)).isEqualTo(Arguments.USAGE);
    }

    @Test
    void badArgumentsSayWhatIsWrong() {
        assertThat(run("--consumers", "none")).isEqualTo(LinesJob.BAD_INPUT);
        assertThat(text(err))
                .contains("--consumers takes a number from 2 to 64, not none")
                .contains("Nothing was sent");
    }

    @Test
    void aBadLineAnywhereSendsNothing() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[] {'a', '\n', 0, '\n'});
        assertThat(run(file.toString(), "--store", directory.resolve("store").toString()))
                .isEqualTo(LinesJob.BAD_INPUT);
        assertThat(text(err)).contains("Line 2").contains("Nothing was sent");
        assertThat(directory.resolve("store")).doesNotExist();
    }

    @Test
    void aStoreDirectoryWithSomethingInItIsLeftAlone() throws IOException {
        Path store = Files.createDirectory(directory.resolve("store"));
        Path precious = Files.writeString(store.resolve("precious"), "data");
        assertThat(run("--store", store.toString())).isEqualTo(LinesJob.BAD_INPUT);
        assertThat(text(err)).contains("not empty");
        assertThat(listed(store)).containsExactly(precious);
    }

    private int run(String... args) {
        return LinesJob.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }

    private static List<Path> listed(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
