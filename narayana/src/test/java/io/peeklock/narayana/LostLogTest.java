/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That a transaction manager says so which finds branches of its own, and no log: a store knows which one it had, and a database
 * does not.
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class LostLogTest {

    static {
        // Before any logger is made; this class has a JVM of its own.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    }

    @TempDir
    Path directory;

    @Test
    void isWarnedOfAtTheStart() throws Exception {
        Path data = directory.resolve("data");
        RecoveryCrashTest.kill(directory.resolve("log"), data, "log.write.before");
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (Bus bus = new Bus(RecoveryCrashTest.store(data))) {
            Path another = directory.resolve("another log");
            assertThatIllegalStateException()
                    .isThrownBy(() -> RecoveryCrashTest.setUp(another, data, bus, new Database(data)))
                    .withMessageContaining("the store knows the log ")
                    .withMessageContaining("of the node id n1")
                    .withMessageContaining("acceptingNewLog()");
            assertThat(log.toString(StandardCharsets.UTF_8).lines())
                    .filteredOn(line -> line.contains("has 1 prepared branches of the node id n1, whose log in"))
                    .singleElement()
                    .asString()
                    .contains(RecoveryCrashTest.databaseName(data));
            assertThat(log.toString(StandardCharsets.UTF_8).lines())
                    .filteredOn(line -> line.contains("the store knows the log "))
                    .singleElement()
                    .asString()
                    .contains(bus.factory().toString());
            assertThat(bus.inDoubt()).isOne();
        } finally {
            System.setErr(err);
        }
    }
}
