/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is text, and what is refused.
 *
 * <p>Not thread safe.
 */
final class InputTest {

    @TempDir
    Path directory;

    private Path copy;

    @BeforeEach
    void nameTheCopy() {
        copy = directory.resolve("copy");
    }

    @Nested
    final class Copy {

        @Test
        void keepsEveryLineEmptyOnesToo() throws Exception {
            assertThat(lines("a\n\nb\n")).containsExactly("a", "", "b");
        }

        @Test
        void takesALastLineWithoutEnd() throws Exception {
            assertThat(lines("a\nb")).containsExactly("a", "b");
        }

        @Test
        void takesOffTheLineEndsOfWindows() throws Exception {
            assertThat(lines("a\r\nb\r\n")).containsExactly("a", "b");
        }

        @Test
        void countsLines() throws Exception {
            assertThat(copyOf("a\n\nb").lines()).isEqualTo(3);
        }

        @Test
        void takesCharactersOfAllPlanes() throws Exception {
            assertThat(lines("äöü \uD83D\uDE00\n")).containsExactly("äöü \uD83D\uDE00");
        }

        @Test
        void takesTheLongestLineThatFits() throws Exception {
            String longest = "x".repeat(Input.MAX_LINE_BYTES);
            assertThat(lines(longest + "\n")).containsExactly(longest);
        }

        @Test
        void refusesALongerOneByNumber() {
            assertThatThrownBy(() -> copyOf("a\n" + "x".repeat(Input.MAX_LINE_BYTES + 1)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("Line 2");
        }

        @Test
        void refusesAnEmptyInput() {
            assertThatThrownBy(() -> copyOf(""))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("empty");
        }

        @Test
        void refusesZeroBytes() {
            assertThatThrownBy(() -> copyOf("a\nb\0c\n"))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("Line 2")
                    .hasMessageContaining("binary");
        }

        @Test
        void refusesWhatIsNotUtf8() {
            byte[] latin1 = "a\n\u00e4\n".getBytes(StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> Input.copy(new ByteArrayInputStream(latin1), copy))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("Line 2")
                    .hasMessageContaining("UTF-8");
        }
    }

    @Nested
    final class Read {

        @Test
        void takesTheTextThatComesWithTheSample() throws Exception {
            Input input = Input.read(Arguments.parse(), copy);
            assertThat(input.lines()).isEqualTo(4_641);
            assertThat(input.bytes()).isEqualTo(Files.size(copy));
        }

        @Test
        void takesAFile() throws Exception {
            Path file = Files.writeString(directory.resolve("file"), "a\nb\n");
            assertThat(Input.read(Arguments.parse(file.toString()), copy).lines())
                    .isEqualTo(2);
        }

        @Test
        void refusesAMissingFile() {
            String missing = directory.resolve("missing").toString();
            assertThatThrownBy(() -> Input.read(Arguments.parse(missing), copy))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("No such file")
                    .hasMessageContaining(missing);
        }

        @Test
        void refusesADirectory() {
            assertThatThrownBy(() -> Input.read(Arguments.parse(directory.toString()), copy))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("directory");
        }
    }

    private Input copyOf(String text) throws IOException, BadInputException {
        return Input.copy(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), copy);
    }

    private List<String> lines(String text) throws IOException, BadInputException {
        List<String> lines = new ArrayList<>();
        try (LineReader reader = copyOf(text).open()) {
            for (String line = reader.next(); line != null; line = reader.next()) {
                lines.add(line);
            }
        }
        return lines;
    }
}
