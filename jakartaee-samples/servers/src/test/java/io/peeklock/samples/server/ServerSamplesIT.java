/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs all samples by their command, in one start of the server that the build has chosen, and compares what they tell with
 * their READMEs.
 *
 * <p>Not thread safe.
 */
final class ServerSamplesIT {

    private static final long PATIENCE_MINUTES = 8;
    private static final Pattern TOLD = Pattern.compile("```\n(.*?)```", Pattern.DOTALL);
    private static final String AND_SO_ON = "...";

    private static final Map<String, List<String>> STORIES = new LinkedHashMap<>();

    @BeforeAll
    static void runAll() throws IOException, InterruptedException {
        Path build = Path.of(System.getProperty("peeklock.samples.build"));
        Path output = build.resolve("samples.txt");
        ProcessBuilder command = new ProcessBuilder(
                Path.of("run.sh").toAbsolutePath().toString(), "all", System.getProperty("peeklock.samples.server"));
        command.environment().put("BUILD", build.toString());
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = command.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
            String said = Files.readString(output);
            assertThat(ended).as(said).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            read(said);
        } finally {
            // It stops the server.
            process.destroy();
        }
    }

    private static void read(String said) {
        List<String> story = new ArrayList<>();
        for (String line : said.lines().toList()) {
            if (line.startsWith("== ")) {
                story = new ArrayList<>();
                STORIES.put(line.substring(3), story);
            } else {
                story.add(line);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"peek-lock", "xa-transfer", "deferral", "sessions", "partition-keys", "dead-letters"})
    @Tag("L12")
    @Tag("D2")
    @Tag("F2")
    @Tag("X1")
    @Tag("P11")
    void tellsWhatItsReadmeSays(String sample) throws IOException {
        Matcher readme =
                TOLD.matcher(Files.readString(Path.of(sample, "README.md")).replaceFirst("(?s).*?```sh.*?```", ""));
        assertThat(readme.find()).isTrue();
        List<String> story = STORIES.get(sample);
        List<String> expected = readme.group(1).lines().toList();
        int skip = expected.indexOf(AND_SO_ON);
        if (skip < 0) {
            assertThat(story).isEqualTo(expected);
        } else {
            assertThat(story).startsWith(expected.subList(0, skip).toArray(String[]::new));
            assertThat(story)
                    .endsWith(expected.subList(skip + 1, expected.size()).toArray(String[]::new));
        }
    }

    @Test
    @Tag("G3")
    @Tag("G5")
    void followsEachTramInOrder() {
        assertThat(STORIES.get("sessions"))
                .containsExactly(List.of("tram 1", "tram 2", "tram 3").stream()
                        .flatMap(tram -> List.of("station", "market", "depot is blocked", "depot", "harbour").stream()
                                .map(stop -> tram + ": " + stop))
                        .toArray(String[]::new));
    }
}
