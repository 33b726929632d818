/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the program of docs/transactions.md as it stands, in a process and a directory of its own: a JVM has one transaction
 * manager.
 *
 * <p>Not thread safe.
 */
@Timeout(120)
final class TransactionsProgramTest {

    private static final Pattern PROGRAM =
            Pattern.compile("```java\n(import [^`]*class Orders .*?)```", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    @Tag("X5")
    void putsItsOrderIntoTheTable() throws Exception {
        Matcher found = PROGRAM.matcher(Files.readString(Repository.root().resolve("docs/transactions.md")));
        assertThat(found.find()).isTrue();
        Files.writeString(directory.resolve("Orders.java"), found.group(1));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "Orders.java")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            int status = process.waitFor();
            assertThat(status).as(Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
        try (Connection table = DriverManager.getConnection("jdbc:h2:" + directory.resolve("target/orders-db"));
                Statement select = table.createStatement();
                ResultSet orders = select.executeQuery("select text from orders")) {
            assertThat(orders.next()).isTrue();
            assertThat(orders.getString(1)).isEqualTo("one espresso");
            assertThat(orders.next()).isFalse();
        }
    }
}
