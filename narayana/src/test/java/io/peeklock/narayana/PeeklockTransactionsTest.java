/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.arjuna.ats.jta.common.jtaPropertyManager;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Narayana as {@link PeeklockTransactions} sets it up, over two resources on files. All tests share one object store, since a JVM
 * has one.
 *
 * <p>Not thread safe.
 */
final class PeeklockTransactionsTest {

    @TempDir
    static Path directory;

    @TempDir
    Path data;

    private static PeeklockTransactions transactions;

    private FileStore left;
    private FileStore right;

    @BeforeAll
    static void start() {
        // As an application's own file of properties may have it.
        jtaPropertyManager.getJTAEnvironmentBean().setXaResourceOrphanFilterClassNames(List.of());
        transactions = setUp().start();
    }

    @AfterAll
    static void close() {
        transactions.close();
    }

    @BeforeEach
    void open() {
        left = new FileStore(data.resolve("left"));
        right = new FileStore(data.resolve("right"));
    }

    static PeeklockTransactions.Builder setUp() {
        return PeeklockTransactions.narayana(directory.resolve("tx"))
                .node("n1")
                .recoveryPeriod(Duration.ofHours(1))
                .recoveryBackOff(Duration.ofSeconds(1))
                .orphanSafety(Duration.ofMillis(1))
                .recovering(new FileStoreSource("shared", new FileStore(directory.resolve("shared"))));
    }

    private static TransactionManager manager() {
        return transactions.transactionManager();
    }

    private static FileStoreResource enlisted(FileStore store) throws Exception {
        return enlisted(store, call -> {});
    }

    private static FileStoreResource enlisted(FileStore store, Consumer<String> calls) throws Exception {
        FileStoreResource resource = new FileStoreResource(store);
        manager().getTransaction().enlistResource(NamedResource.of("file", new ObservedResource(resource, calls)));
        return resource;
    }

    @Nested
    class Transactions {

        @Test
        void ofTwoResourcesHaveBothEffectsAndLeaveNothingInTheLog() throws Exception {
            manager().begin();
            enlisted(left).write("out");
            enlisted(right).write("in");
            manager().commit();
            assertThat(left.words()).containsExactly("out");
            assertThat(right.words()).containsExactly("in");
            assertThat(transactions.logEntries()).isZero();
        }

        @Test
        void thatAreRolledBackHaveNone() throws Exception {
            transactions.userTransaction().begin();
            enlisted(left).write("out");
            enlisted(right).write("in");
            transactions.userTransaction().rollback();
            assertThat(left.words()).isEmpty();
            assertThat(right.words()).isEmpty();
        }

        @Test
        void thatTakeTooLongAreRolledBackByAnotherThread() throws Exception {
            List<String> calls = new CopyOnWriteArrayList<>();
            CountDownLatch rolledBack = new CountDownLatch(1);
            manager().setTransactionTimeout(1);
            try {
                manager().begin();
                enlisted(left, call -> {
                            calls.add(call + " on " + Thread.currentThread().getName());
                            if (call.equals("rollback.after")) {
                                rolledBack.countDown();
                            }
                        })
                        .write("out");
                assertThat(rolledBack.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(calls).anyMatch(call -> call.startsWith("rollback.before on Transaction Reaper"));
                assertThatExceptionOfType(RollbackException.class).isThrownBy(manager()::commit);
            } finally {
                manager().setTransactionTimeout(0);
            }
            assertThat(left.words()).isEmpty();
        }

        @Test
        void areNotLoggedForOneResource() throws Exception {
            List<String> calls = new CopyOnWriteArrayList<>();
            manager().begin();
            enlisted(left, calls::add).write("out");
            manager().commit();
            assertThat(calls).containsExactly("start", "end", "commit1.before", "commit1.after");
        }

        @Test
        void showTheirSynchronizationRegistry() throws Exception {
            manager().begin();
            assertThat(transactions.synchronizationRegistry().getTransactionStatus())
                    .isEqualTo(Status.STATUS_ACTIVE);
            manager().rollback();
        }
    }

    @Nested
    class ASecondSetUp {

        @Test
        void isRefusedWhileOneIsOpen() {
            assertThatIllegalStateException()
                    .isThrownBy(setUp()::start)
                    .withMessageContaining("running in this JVM already")
                    .withMessageContaining("node=n1");
        }

        @Test
        void isRefusedWithOtherSettingsEvenLater() throws Exception {
            transactions.close();
            try {
                assertThatIllegalStateException()
                        .isThrownBy(setUp().node("n2")::start)
                        .withMessageContaining("reads its settings once")
                        .withMessageContaining("node=n1")
                        .withMessageContaining("node=n2");
            } finally {
                transactions = setUp().start();
            }
        }

        @Test
        void worksWithTheSameSettings() throws Exception {
            transactions.close();
            transactions = setUp().start();
            new Transactions().ofTwoResourcesHaveBothEffectsAndLeaveNothingInTheLog();
            assertThat(transactions.check().problems()).isEmpty();
        }
    }

    @Nested
    class Closing {

        @Test
        void leavesNoThreadThatKeepsTheProcessAlive() throws Exception {
            assertThat(threads()).contains("Periodic Recovery");
            transactions.close();
            try {
                assertThat(threads()).doesNotContain("Periodic Recovery").noneMatch(name -> name.contains("Reaper"));
            } finally {
                transactions = setUp().start();
            }
        }

        @Test
        void rollsBackWhatIsActiveAndBeginsNoMore() throws Exception {
            manager().begin();
            enlisted(left).write("out");
            enlisted(right).write("in");
            transactions.close();
            try {
                assertThatExceptionOfType(Exception.class).isThrownBy(manager()::commit);
                assertThat(left.words()).isEmpty();
                assertThat(right.words()).isEmpty();
                assertThatExceptionOfType(Exception.class).isThrownBy(() -> {
                    manager().begin();
                    enlisted(left);
                });
            } finally {
                manager().suspend();
                transactions = setUp().start();
            }
        }

        @Test
        void givesTheObjectStoreFree() throws Exception {
            Path tx = directory.resolve("tx");
            assertThatIllegalStateException()
                    .isThrownBy(() -> ObjectStoreDirectory.open(tx))
                    .withMessageContaining(tx.toRealPath().toString())
                    .withMessageContaining("another transaction manager");
            transactions.close();
            try (ObjectStoreDirectory free = ObjectStoreDirectory.open(tx)) {
                assertThat(free.path()).isEqualTo(tx.toRealPath());
            } finally {
                transactions = setUp().start();
            }
        }

        @Test
        @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
        void withinAScanWaitsForItsEnd() throws Exception {
            transactions.close();
            transactions = setUp().start();
            // Its first pass is over; the second comes a second later.
            assertThat(transactions.check().isLive()).isTrue();
            transactions.close();
            assertThat(threads()).doesNotContain("Periodic Recovery");
            transactions = setUp().start();
            new Recovery().rollsBackWhatIsPreparedAndNotInTheLog();
        }

        @Test
        void isSaidToWhoeverAsksLater() {
            PeeklockTransactions closed = transactions;
            transactions.close();
            transactions = setUp().start();
            assertThatIllegalStateException()
                    .isThrownBy(closed::recoverNow)
                    .withMessage("This transaction manager is closed. Start it again, with the same settings");
            assertThatIllegalStateException().isThrownBy(closed::logEntries).withMessageContaining("is closed");
            assertThat(closed.check().problems())
                    .containsExactly("This transaction manager is closed. Start it again, with the same settings.");
        }

        @Test
        void isIdempotent() {
            transactions.close();
            transactions.close();
            transactions = setUp().start();
        }

        private static List<String> threads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .toList();
        }
    }

    @Nested
    class Recovery {

        @Test
        void isLiveRightAfterTheStart() {
            assertThat(transactions.check().problems()).isEmpty();
            assertThat(transactions.check().notes())
                    .contains("The node id is n1.", "Recovered: the files shared.", "Entries in the log: 0.");
        }

        @Test
        void rollsBackWhatIsPreparedAndNotInTheLog() throws Exception {
            FileStore shared = new FileStore(directory.resolve("shared"));
            manager().begin();
            FileStoreResource lost = enlisted(shared);
            manager().rollback();
            // What a process leaves that is killed between prepare and the log.
            lost.write("lost");
            lost.prepare(lost.branch());
            assertThat(shared.inDoubt()).isOne();
            await().pollDelay(Duration.ZERO).until(() -> {
                transactions.recoverNow();
                return shared.inDoubt() == 0;
            });
            assertThat(shared.words()).isEmpty();
        }

        @Test
        @EnabledOnOs(OS.LINUX)
        void opensNoPort() throws Exception {
            List<String> sockets = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
                for (Path file : files) {
                    try {
                        sockets.add(Files.readSymbolicLink(file).toString());
                    } catch (NoSuchFileException e) {
                        // Closed meanwhile.
                    }
                }
            }
            for (String kind : List.of("tcp", "tcp6")) {
                // Columns: number, local, remote, state (0A listens), queues, timer, retransmits, user, timeout, inode.
                assertThat(Files.readAllLines(Path.of("/proc/self/net", kind)))
                        .map(line -> line.strip().split("\\s+"))
                        .filteredOn(columns -> columns.length > 9 && columns[3].equals("0A"))
                        .extracting(columns -> "socket:[" + columns[9] + "]")
                        .doesNotContainAnyElementsOf(sockets);
            }
        }
    }
}
