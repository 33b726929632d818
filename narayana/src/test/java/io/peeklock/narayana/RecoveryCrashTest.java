/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What recovery makes of a transaction over files and a database whose process ended within it, and that nothing stays in the
 * log.
 *
 * <p>Not thread safe.
 */
final class RecoveryCrashTest {

    @TempDir
    static Path objectStore;

    @TempDir
    Path data;

    static PeeklockTransactions setUp(Path objectStore, Path data, FileStore files, Database database) {
        return PeeklockTransactions.narayana(objectStore)
                .node("n1")
                .recoveryPeriod(Duration.ofHours(1))
                .recoveryBackOff(Duration.ofSeconds(1))
                .orphanSafety(Duration.ofMillis(1))
                .recovering(new FileStoreSource(filesName(data), files))
                .recovering(databaseName(data), database.source())
                .start();
    }

    /** Of these data alone. */
    static String filesName(Path data) {
        return "files in " + data.getFileName();
    }

    static String databaseName(Path data) {
        return "database in " + data.getFileName();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"files.prepare.before", "files.prepare.after", "database.prepare.after", "log.write.before"})
    void beforeTheDecisionRollsBack(String point) throws Exception {
        assertThat(recovered(point)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log.write.after",
                "files.commit.before",
                "files.commit.after",
                "database.commit.before",
                "database.commit.after",
                "log.remove.before",
                "log.remove.after"
            })
    void afterTheDecisionCommits(String point) throws Exception {
        assertThat(recovered(point)).containsExactly("word");
    }

    /** The words of both, once nothing is in doubt. */
    private List<String> recovered(String point) throws Exception {
        kill(point);
        FileStore files = new FileStore(data);
        Database database = new Database(data);
        try (PeeklockTransactions transactions = setUp(objectStore, data, files, database)) {
            await().atMost(Duration.ofMinutes(1)).pollDelay(Duration.ZERO).until(() -> {
                transactions.recoverNow();
                return transactions.logEntries() == 0 && files.inDoubt() == 0 && database.inDoubt() == 0;
            });
        }
        assertThat(database.words()).isEqualTo(files.words());
        return files.words();
    }

    private void kill(String point) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-ea",
                        "-Dorg.jboss.logging.provider=slf4j",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledTransaction.class.getName(),
                        objectStore.toString(),
                        data.toString(),
                        point)
                .inheritIO()
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(KilledTransaction.STATUS);
        } finally {
            process.destroyForcibly();
        }
    }
}
