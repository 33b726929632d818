/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.PreparedBranch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What recovery makes of a transaction over two queues and a database whose process ended within it, and that nothing stays in
 * the log (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class RecoveryCrashTest {

    @TempDir
    static Path objectStore;

    @TempDir
    Path data;

    static PeeklockTransactions setUp(Path objectStore, Path data, Bus bus, Database database) {
        return builder(objectStore, data, bus, database).start();
    }

    static PeeklockTransactions.Builder builder(Path objectStore, Path data, Bus bus, Database database) {
        return PeeklockTransactions.narayana(objectStore)
                .node("n1")
                .recoveryPeriod(Duration.ofHours(1))
                .recoveryBackOff(Duration.ofSeconds(1))
                .orphanSafety(Duration.ofMillis(1))
                .recovering(bus.factory())
                .recovering(databaseName(data), database.source());
    }

    static Path store(Path data) {
        return data.resolve("bus");
    }

    /** Of these data alone. */
    static String databaseName(Path data) {
        return "database in " + data.getFileName();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bus.prepare.before", "bus.prepare.after", "database.prepare.after", "log.write.before"})
    void beforeTheDecisionRollsBack(String point) throws Exception {
        kill(point);
        recover((bus, database) -> {
            assertThat(database.words()).isEmpty();
            assertThat(bus.count("shipments")).isZero();
            assertThat(bus.count("orders")).isOne();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log.write.after",
                "bus.commit.before",
                "bus.commit.after",
                "database.commit.before",
                "database.commit.after",
                "log.remove.before",
                "log.remove.after"
            })
    void afterTheDecisionCommits(String point) throws Exception {
        kill(point);
        recover((bus, database) -> {
            assertThat(database.words()).containsExactly("one");
            assertThat(bus.count("shipments")).isOne();
            assertThat(bus.count("orders")).isZero();
        });
    }

    /** Decided to be committed, and not done: a branch of the bus that an administrator ends before recovery does. */
    @Nested
    class ByHand {

        private static final String PREPARED_AND_DECIDED = "bus.commit.before";

        @Test
        void committedItIsForgottenInTheEnd() throws Exception {
            kill(PREPARED_AND_DECIDED);
            try (Bus bus = new Bus(store(data))) {
                assertThat(bus.namespace().commitPrepared(branch(bus)).join()).isEqualTo(BranchOutcome.DONE);
            }
            recover((bus, database) -> {
                assertThat(database.words()).containsExactly("one");
                assertThat(bus.count("shipments")).isOne();
                assertThat(bus.count("orders")).isZero();
            });
        }

        /** Enlisted first and so asked first: Narayana then takes back the others. */
        @Test
        void rolledBackItTakesTheTransactionWithIt() throws Exception {
            kill(PREPARED_AND_DECIDED);
            try (Bus bus = new Bus(store(data))) {
                assertThat(bus.namespace().rollbackPrepared(branch(bus)).join()).isEqualTo(BranchOutcome.DONE);
            }
            recover((bus, database) -> {
                assertThat(database.words()).isEmpty();
                assertThat(bus.count("shipments")).isZero();
                assertThat(bus.count("orders")).isOne();
            });
        }

        private static BranchXid branch(Bus bus) {
            List<PreparedBranch> branches = bus.namespace().preparedBranches().join();
            assertThat(branches).hasSize(1);
            return branches.get(0).xid();
        }
    }

    private interface Looking {
        void look(Bus bus, Database database) throws Exception;
    }

    /** Until nothing is in doubt, and nothing in the log. */
    private void recover(Looking looking) throws Exception {
        Database database = new Database(data);
        try (Bus bus = new Bus(store(data));
                PeeklockTransactions transactions = setUp(objectStore, data, bus, database)) {
            await().atMost(Duration.ofMinutes(1)).pollDelay(Duration.ZERO).until(() -> {
                transactions.recoverNow();
                return transactions.logEntries() == 0 && bus.inDoubt() == 0 && database.inDoubt() == 0;
            });
            looking.look(bus, database);
        }
    }

    private void kill(String point) throws IOException, InterruptedException {
        kill(objectStore, data, point);
    }

    static void kill(Path objectStore, Path data, String... point) throws IOException, InterruptedException {
        List<Object> arguments = new ArrayList<>(List.of(objectStore, data));
        arguments.addAll(List.of(point));
        Process process = JavaChild.start(KilledTransaction.class, arguments.toArray());
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(KilledTransaction.STATUS);
        } finally {
            process.destroyForcibly();
        }
    }
}
