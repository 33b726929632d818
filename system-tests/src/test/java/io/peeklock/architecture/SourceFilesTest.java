/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the source files of all modules, tests too, to what class files do not show.
 *
 * <p>Not thread safe.
 */
final class SourceFilesTest {

    private static final int MAX_LINES = 400;

    /** Units of time may be imported by their names; a method of its own that is called so has no class before it. */
    private static final Pattern SLEEP =
            Pattern.compile("\\b(Thread|[A-Z]+)\\.sleep\\(|import static java\\..*\\.sleep;");

    /** It asks Spring's containers, which tell nobody when they have stopped or started listening. */
    private static final String POLLS_FOR_WANT_OF_AN_EVENT = "NamespaceReset.java";

    private static List<SourceFile> files = List.of();

    @BeforeAll
    static void readSourceFilesOfAllModules() throws IOException {
        Path root = Repository.root();
        files = Repository.javaFiles().stream()
                .map(file -> SourceFile.read(root, file))
                .toList();
    }

    @Test
    void areFound() {
        assertThat(files).extracting(SourceFile::name).contains(SourceFilesTest.class.getSimpleName() + ".java");
    }

    @Test
    void haveAtMost400Lines() {
        assertThat(files).filteredOn(file -> file.lines().size() > MAX_LINES).isEmpty();
    }

    @Test
    void doNotSleep() {
        assertThat(files)
                .filteredOn(file -> !file.name().equals(POLLS_FOR_WANT_OF_AN_EVENT))
                .filteredOn(file -> file.lines().stream()
                        .anyMatch(line -> SLEEP.matcher(line).find()))
                .isEmpty();
    }

    private record SourceFile(Path path, List<String> lines) {

        static SourceFile read(Path root, Path file) {
            try {
                return new SourceFile(root.relativize(file), Files.readAllLines(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String name() {
            return path.getFileName().toString();
        }

        @Override
        public String toString() {
            return path + " (" + lines.size() + " lines)";
        }
    }
}
