/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of a transaction whose process ended after its decision when another process with the same node id, and a log of
 * its own, has the store before it comes back (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class OneNodeIdTest {

    @TempDir
    static Path objectStore;

    @TempDir
    Path directory;

    private Path data() throws Exception {
        return Files.createDirectories(directory.resolve("data"));
    }

    /** Of a log that is not new. */
    private String another(boolean accepting) throws Exception {
        Path log = Files.createDirectories(directory.resolve("another log/ShadowNoFileLockStore"))
                .getParent();
        Process process = JavaChild.start(AnotherManager.class, log, data(), accepting);
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isZero();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theOtherIsRefusedAndTheFirstOneCommits() throws Exception {
        RecoveryCrashTest.kill(objectStore, data(), "log.write.after");
        assertThat(another(false))
                .startsWith("1 1\nRefused: the store knows the log " + LogId.of(objectStore) + " of the node id n1");
        Database database = new Database(data());
        try (Bus bus = new Bus(RecoveryCrashTest.store(data()));
                PeeklockTransactions transactions = RecoveryCrashTest.setUp(objectStore, data(), bus, database)) {
            await().atMost(Duration.ofMinutes(1)).pollDelay(Duration.ZERO).until(() -> {
                transactions.recoverNow();
                return transactions.logEntries() == 0 && bus.inDoubt() == 0 && database.inDoubt() == 0;
            });
            assertThat(transactions.check().isLive()).isTrue();
            assertThat(database.words()).containsExactly("one");
            assertThat(bus.count("shipments")).isOne();
            assertThat(bus.count("orders")).isZero();
        }
    }

    /** People have given the first one up, or its log was lost. */
    @Test
    void theOtherRollsBackOncePeopleHaveDecidedSo() throws Exception {
        RecoveryCrashTest.kill(objectStore, data(), "log.write.before");
        assertThat(another(true)).startsWith("0 0\nRecovery is live");
        // From now on the first one is the stranger, until its log is taken for the right one again.
        Database database = new Database(data());
        try (Bus bus = new Bus(RecoveryCrashTest.store(data()))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> RecoveryCrashTest.setUp(objectStore, data(), bus, database))
                    .withMessageContaining("the store knows the log");
            UUID known = bus.namespace().transactionLogs().get("n1");
            assertThat(known).isNotNull().isNotEqualTo(LogId.of(objectStore));
            bus.namespace().forgetTransactionLog("n1").join();
            try (PeeklockTransactions transactions = RecoveryCrashTest.setUp(objectStore, data(), bus, database)) {
                assertThat(transactions.check().isLive()).isTrue();
                assertThat(bus.namespace().transactionLogs()).containsEntry("n1", LogId.of(objectStore));
            }
        }
    }
}
