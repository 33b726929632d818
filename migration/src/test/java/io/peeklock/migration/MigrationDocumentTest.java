/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Holds docs/migration.md to the programs that the other tests run: its differences are all the differences of the files,
 * and what it shows of Java and JSON stands in them.
 *
 * <p>Has no state.
 */
final class MigrationDocumentTest {

    private static final Path SOURCES = Path.of("src/main/java/io/peeklock/migration");
    private static final Pattern DIFF = Pattern.compile("```diff\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({"azure,Orders", "artemis,Orders", "activemq,Orders", "spring,ShopConfiguration"})
    void showsEveryLineThatChanges(String kind, String program) throws IOException {
        List<String> before = lines(SOURCES.resolve(kind + "/before/" + program + ".java"), kind);
        List<String> after = lines(SOURCES.resolve(kind + "/after/" + program + ".java"), kind);
        String expected = String.join("\n", LineDiff.of(before, after)) + "\n";
        assertThat(blocks(DIFF)).as("a block ```diff with%n%s", expected).contains(expected);
    }

    @Test
    void showsNothingElse() throws IOException {
        assertThat(blocks(DIFF)).hasSize(4);
    }

    @Test
    void showsJavaThatIsRun() throws IOException {
        List<String> sources = sources();
        assertThat(blocks(JAVA))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(sources)
                        .anyMatch(source ->
                                source.contains(block.replaceAll("\\s+", " ").strip())));
    }

    @Test
    void showsFilesThatAreRead() throws IOException {
        List<String> files = new ArrayList<>();
        for (String kind : List.of("azure", "artemis")) {
            files.add(Files.readString(Path.of("src/main/config", kind, "Config.json")));
        }
        assertThat(blocks(JSON)).containsExactlyInAnyOrderElementsOf(files);
    }

    /** Without the header and with one name for the package, in which before and after always differ. */
    private static List<String> lines(Path file, String kind) throws IOException {
        return Files.readString(file)
                .replaceFirst("(?s)^.*?package [^;]+;", "package io.peeklock.migration." + kind + ";")
                .lines()
                .toList();
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(MigrationDocumentTest::oneLine)
                    .collect(Collectors.toList());
        }
    }

    private static String oneLine(Path file) {
        try {
            return Files.readString(file).replaceAll("\\s+", " ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> blocks(Pattern kind) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = kind.matcher(Files.readString(Path.of("../docs/migration.md")));
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }
}
