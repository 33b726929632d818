/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.namespace.OldStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store tool's commands as documents give them, one after the other, on a store of format 1.
 *
 * <p>Not thread safe.
 */
@Timeout(120)
final class StoreToolCommandsIT {
    private static final Pattern COMMAND =
            Pattern.compile("(?m)^java -cp \"\\$CP\" (io\\.peeklock\\.journal\\.inspect\\.StoreTool [^#\\n]+)");

    @TempDir
    Path root;

    @BeforeEach
    void unpackTheStoreAndBackItUp() throws Exception {
        OldStore.unpack(root.resolve("var/lib/bus"));
        run("io.peeklock.journal.inspect.StoreTool backup /var/lib/bus /backups/monday");
    }

    @Test
    void ofTheReadmeVerifyAndRestore() throws Exception {
        assertThat(runAll("README.md")).hasSize(2);
        assertThat(property("bus-restored", "id")).isNotEqualTo(property("bus", "id"));
    }

    @Test
    void ofOperationsBackUpVerifyRestoreAndUpgrade() throws Exception {
        String id = property("bus", "id");
        assertThat(runAll("docs/operations.md")).hasSize(5);
        assertThat(property("bus-restored", "id")).isNotEqualTo(id);
        assertThat(property("bus", "id")).isEqualTo(id);
        assertThat(property("bus", "format")).isEqualTo("3");
        assertThat(property("bus-as-it-was", "id")).isEqualTo(id);
        assertThat(property("bus-as-it-was", "format")).isEqualTo("1");
    }

    private String property(String store, String name) throws IOException {
        Properties properties = new Properties();
        try (InputStream file = Files.newInputStream(root.resolve("var/lib/" + store + "/store.properties"))) {
            properties.load(file);
        }
        return properties.getProperty(name);
    }

    /** Runs the commands of a document and gives them. */
    private List<String> runAll(String document) throws Exception {
        List<String> commands = new ArrayList<>();
        Matcher found = COMMAND.matcher(Files.readString(Repository.root().resolve(document)));
        while (found.find()) {
            commands.add(found.group(1).strip());
        }
        for (String command : commands) {
            run(command);
        }
        return commands;
    }

    /** Absolute paths are taken for such under the test's directory. */
    private void run(String command) throws Exception {
        List<String> arguments = new ArrayList<>();
        arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        arguments.add("-cp");
        arguments.add(System.getProperty("java.class.path"));
        for (String argument : command.split(" +", -1)) {
            arguments.add(argument.startsWith("/") ? root + argument : argument);
        }
        Path output = root.resolve("output");
        Process process = new ProcessBuilder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command).isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", command, Files.readString(output))
                    .isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
