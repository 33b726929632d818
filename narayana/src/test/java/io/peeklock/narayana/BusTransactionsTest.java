/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.arjuna.ats.internal.jta.resources.arjunacore.XAResourceRecord;
import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.PreparedBranch.State;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.XASession;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Narayana's transactions over the bus and a database, as far as no process ends in them (rule X5).
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class BusTransactionsTest {

    private static final String DATABASE = "orders-db";

    @TempDir
    static Path directory;

    private static Bus bus;
    private static Database database;
    private static PeeklockTransactions transactions;

    private String queue;
    private XASession session;

    @BeforeAll
    static void start() throws Exception {
        bus = new Bus(directory.resolve("bus"));
        database = new Database(directory);
        transactions = PeeklockTransactions.narayana(directory.resolve("tx"))
                .node("n1")
                .recoveryPeriod(Duration.ofHours(1))
                .recoveryBackOff(Duration.ofSeconds(1))
                .orphanSafety(Duration.ofMillis(1))
                .recovering(bus.factory())
                .recovering(DATABASE, database.source())
                .start();
    }

    @AfterAll
    static void close() throws Exception {
        transactions.close();
        bus.close();
    }

    @BeforeEach
    void open(TestInfo test) throws JMSException {
        queue = test.getTestMethod().orElseThrow().getName();
        session = bus.xaConnection().createXASession();
    }

    @AfterEach
    void leave() throws Exception {
        if (manager().getTransaction() != null) {
            manager().rollback();
        }
        session.close();
        assertThat(transactions.logEntries()).isZero();
        assertThat(bus.inDoubt()).isZero();
    }

    private static TransactionManager manager() {
        return transactions.transactionManager();
    }

    private static void enlist(XAResource resource) throws Exception {
        assertThat(manager().getTransaction().enlistResource(resource)).isTrue();
    }

    private static XAResource observed(XASession session, List<String> calls) {
        return NamedResource.of(
                bus.namespace().id().toString(), new ObservedResource(session.getXAResource(), calls::add));
    }

    private Message receive() throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            return consumer.receive(30_000);
        }
    }

    @Nested
    class WithADatabase {

        private XAConnection connection;

        @BeforeEach
        void connect() throws Exception {
            connection = database.source().getXAConnection();
        }

        @AfterEach
        void disconnect() throws Exception {
            connection.close();
        }

        @Test
        void committedBothHaveTheEffect() throws Exception {
            manager().begin();
            enlist(session.getXAResource());
            enlist(NamedResource.of(DATABASE, connection.getXAResource()));
            Bus.send(session, queue, "one");
            Database.write(connection, queue);
            assertThat(bus.count(queue)).isZero();
            manager().commit();
            assertThat(bus.count(queue)).isOne();
            assertThat(database.words()).contains(queue);
        }

        @Test
        void rolledBackNeitherHas() throws Exception {
            bus.send(queue, "one");
            manager().begin();
            enlist(session.getXAResource());
            enlist(NamedResource.of(DATABASE, connection.getXAResource()));
            assertThat(receive().getIntProperty("JMSXDeliveryCount")).isOne();
            Bus.send(session, queue, "two");
            Database.write(connection, queue);
            manager().rollback();
            assertThat(database.words()).doesNotContain(queue);
            assertThat(bus.count(queue)).isOne();
            assertThat(receive().getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        }

        @Test
        void theBusIsAskedOnceIfItHasNothingToCommit() throws Exception {
            List<String> calls = new CopyOnWriteArrayList<>();
            manager().begin();
            enlist(observed(session, calls));
            enlist(NamedResource.of(DATABASE, connection.getXAResource()));
            Database.write(connection, queue);
            manager().commit();
            assertThat(calls).containsExactly("start", "end", "prepare.before", "prepare.after");
            assertThat(database.words()).contains(queue);
        }
    }

    @Nested
    class Alone {

        @Test
        void itIsCommittedInOnePhase() throws Exception {
            List<String> calls = new CopyOnWriteArrayList<>();
            manager().begin();
            enlist(observed(session, calls));
            Bus.send(session, queue, "one");
            manager().commit();
            assertThat(calls).containsExactly("start", "end", "commit1.before", "commit1.after");
            assertThat(bus.count(queue)).isOne();
        }

        @Test
        void aTimeOutRollsItBackFromAnotherThread() throws Exception {
            bus.send(queue, "one");
            manager().setTransactionTimeout(1);
            try {
                manager().begin();
            } finally {
                manager().setTransactionTimeout(0);
            }
            enlist(session.getXAResource());
            assertThat(receive()).isNotNull();
            Bus.send(session, queue, "two");
            await().atMost(Duration.ofSeconds(30)).until(() -> bus.count(queue) == 1);
            // What the application would do next was meant for the transaction.
            assertThatExceptionOfType(TransactionRolledBackException.class)
                    .isThrownBy(() -> Bus.send(session, queue, "three"));
            assertThatExceptionOfType(RollbackException.class).isThrownBy(manager()::commit);
            assertThat(receive().getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        }

        @Test
        void itIsSuspendedAndResumed() throws Exception {
            manager().begin();
            enlist(session.getXAResource());
            Bus.send(session, queue, "one");
            Transaction first = manager().suspend();
            try (XASession other = bus.xaConnection().createXASession()) {
                manager().begin();
                enlist(other.getXAResource());
                Bus.send(other, queue, "two");
                manager().commit();
            }
            assertThat(bus.count(queue)).isOne();
            manager().resume(first);
            Bus.send(session, queue, "three");
            manager().commit();
            assertThat(bus.count(queue)).isEqualTo(3);
        }

        @Test
        void twoSessionsJoinAsOneBranch() throws Exception {
            List<String> calls = new CopyOnWriteArrayList<>();
            try (XASession other = bus.xaConnection().createXASession()) {
                manager().begin();
                enlist(observed(session, calls));
                enlist(observed(other, calls));
                Bus.send(session, queue, "one");
                Bus.send(other, queue, "two");
                manager().commit();
            }
            assertThat(calls).containsExactly("start", "start", "end", "end", "commit1.before", "commit1.after");
            assertThat(bus.count(queue)).isEqualTo(2);
        }

        @Test
        void delistedAsFailedItIsRolledBackAtTheCommit() throws Exception {
            manager().begin();
            enlist(session.getXAResource());
            Bus.send(session, queue, "one");
            manager().getTransaction().delistResource(session.getXAResource(), XAResource.TMFAIL);
            assertThatExceptionOfType(RollbackException.class).isThrownBy(manager()::commit);
            assertThat(bus.count(queue)).isZero();
        }
    }

    @Nested
    class APreparedBranchWithoutALogEntry {

        /** As a process leaves it that is killed before Narayana's log is written. */
        private BranchXid orphan() throws Exception {
            FileStoreResource taker = new FileStoreResource(new FileStore(directory.resolve("taker")));
            manager().begin();
            enlist(taker);
            manager().rollback();
            Xid xid = taker.branch();
            XAResource resource = session.getXAResource();
            resource.start(xid, XAResource.TMNOFLAGS);
            Bus.send(session, queue, "one");
            resource.end(xid, XAResource.TMSUCCESS);
            assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
            return bus.namespace().preparedBranches().join().get(0).xid();
        }

        private void recover() {
            await().atMost(Duration.ofMinutes(1)).pollDelay(Duration.ZERO).until(() -> {
                transactions.recoverNow();
                return bus.inDoubt() == 0;
            });
        }

        @Test
        void isRolledBackByRecovery() throws Exception {
            orphan();
            recover();
            assertThat(bus.count(queue)).isZero();
        }

        @Test
        void thatAnAdministratorHasCommittedIsForgottenByRecovery() throws Exception {
            BranchXid xid = orphan();
            assertThat(bus.namespace().commitPrepared(xid).join()).isEqualTo(BranchOutcome.DONE);
            assertThat(bus.namespace().preparedBranches().join())
                    .extracting(PreparedBranch::state)
                    .containsExactly(State.HEURISTICALLY_COMMITTED);
            recover();
            assertThat(bus.count(queue)).isOne();
        }

        @Test
        void thatAnAdministratorHasRolledBackIsForgottenByRecovery() throws Exception {
            BranchXid xid = orphan();
            assertThat(bus.namespace().rollbackPrepared(xid).join()).isEqualTo(BranchOutcome.DONE);
            assertThat(bus.namespace().preparedBranches().join())
                    .extracting(PreparedBranch::state)
                    .containsExactly(State.HEURISTICALLY_ROLLED_BACK);
            recover();
            assertThat(bus.count(queue)).isZero();
        }
    }

    @Test
    void entriesInTheLogHaveTheStoresId() {
        assertThat(new XAResourceRecord(null, session.getXAResource(), null, null).getJndiName())
                .isEqualTo(bus.namespace().id().toString());
    }

    @Test
    void recoveryIsLive() {
        await().untilAsserted(() -> assertThat(transactions.check().isLive())
                .as(transactions.check().toString())
                .isTrue());
        assertThat(transactions.check().notes())
                .contains("Recovered: " + bus.factory() + ".", "Recovered: the database " + DATABASE + ".");
    }
}
