/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.disk.FaultyDisk;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the inspector says to calls that are wrong.
 *
 * <p>Not thread safe.
 */
final class InspectorUsageTest {

    private static final Path STORE = Path.of("/var/bus").toAbsolutePath();

    @Test
    void isShown() {
        assertUsage("unknown option --all", "--all");
        assertUsage("needs a value", STORE.toString(), "--limit");
        assertUsage("--limit is to be a number, not x", "--limit", "x");
        assertUsage("partition is to be a number", "--partition", "one");
        assertUsage("exclude each other", "--records", "--summary");
        assertUsage("--hex shows bodies", "--hex");
        assertUsage("too many arguments", STORE.toString(), "1", "2");
    }

    private void assertUsage(String message, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = Stream.concat(
                        Arrays.stream(arguments),
                        arguments[arguments.length - 1].equals("--limit") || arguments.length == 3
                                ? Stream.of()
                                : Stream.of(STORE.toString()))
                .toList();
        int exitCode = new Inspector(
                        new FaultyDisk(),
                        new RecordNames(List.of()),
                        new PrintStream(new ByteArrayOutputStream()),
                        new PrintStream(err, true, UTF_8))
                .run(all);
        assertThat(exitCode).isEqualTo(Inspector.USAGE);
        assertThat(err.toString(UTF_8)).contains(message).contains("usage:");
    }
}
