/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import jakarta.jms.JMSException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a transaction manager's recovery is answered of a store that is open, closed meanwhile, or cannot be opened. */
@Tag("X5")
class RecoveryResourceTest extends XABranches {

    private static final int WHOLE = XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN;

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger openings = new AtomicInteger();
    private @Nullable JMSException refusal;
    private @Nullable PeeklockXAConnection last;
    private RecoveryResource recovery;

    @BeforeEach
    void create() {
        recovery = new RecoveryResource("the bus", this::connect, nanos::get);
    }

    @AfterEach
    void closeRecovery() {
        recovery.close();
    }

    private PeeklockXAConnection connect() throws JMSException {
        openings.incrementAndGet();
        if (refusal != null) {
            throw refusal;
        }
        PeeklockXAConnection made = (PeeklockXAConnection) factory.createXAConnection();
        last = made;
        return made;
    }

    private Xid prepared() throws JMSException, XAException {
        Xid xid = begin();
        send(OUT, "x");
        resource.end(xid, XAResource.TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        return xid;
    }

    private static void isAnswered(int code, ThrowingCallable call) {
        assertThatExceptionOfType(XAException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.errorCode).isEqualTo(code));
    }

    @Nested
    class OfAnOpenStore {

        @Test
        void listsAndCommitsAndRollsBack() throws Exception {
            Xid first = prepared();
            Xid second = prepared();
            assertThat(recovery.recover(WHOLE)).hasSize(2);
            recovery.commit(first, false);
            recovery.rollback(second);
            assertThat(recovery.recover(WHOLE)).isEmpty();
            assertThat(broker.drain(OUT)).containsExactly("x");
            assertThat(openings).hasValue(1);
        }

        @Test
        void rollsBackWhatAClosedConnectionHasNotEnded() throws Exception {
            Xid xid = begin();
            send(OUT, "x");
            connection.close();
            isAnswered(XAException.XAER_PROTO, () -> recovery.rollback(xid));
            recovery.endAll(xid);
            recovery.rollback(xid);
            isAnswered(XAException.XAER_NOTA, () -> recovery.rollback(xid));
            assertThat(broker.drain(OUT)).isEmpty();
        }

        @Test
        void forgetsWhatAnAdministratorHasEnded() throws Exception {
            Xid xid = prepared();
            broker.namespace()
                    .commitPrepared(
                            broker.namespace().preparedBranches().join().get(0).xid())
                    .join();
            isAnswered(XAException.XA_HEURCOM, () -> recovery.commit(xid, false));
            recovery.forget(xid);
            isAnswered(XAException.XAER_NOTA, () -> recovery.forget(xid));
        }

        @Test
        void givesEachScanTheWholeList() throws Exception {
            prepared();
            assertThat(recovery.recover(XAResource.TMSTARTRSCAN)).hasSize(1);
            assertThat(recovery.recover(WHOLE)).hasSize(1);
            assertThat(recovery.recover(XAResource.TMNOFLAGS)).isEmpty();
            assertThat(recovery.recover(XAResource.TMENDRSCAN)).isEmpty();
            isAnswered(XAException.XAER_INVAL, () -> recovery.recover(XAResource.TMJOIN));
        }

        @Test
        void takesNoWork() {
            isAnswered(XAException.XAER_PROTO, () -> recovery.start(newXid(), XAResource.TMNOFLAGS));
            isAnswered(XAException.XAER_PROTO, () -> recovery.end(newXid(), XAResource.TMSUCCESS));
            isAnswered(XAException.XAER_PROTO, () -> recovery.prepare(newXid()));
            assertThat(recovery.setTransactionTimeout(5)).isFalse();
            assertThat(recovery.getTransactionTimeout()).isZero();
        }

        @Test
        void isOneWithAllThatAreOfTheStore() throws Exception {
            try (RecoveryResource other = factory.createRecoveryResource()) {
                assertThat(recovery.isSameRM(recovery)).isTrue();
                assertThat(recovery.isSameRM(other)).isFalse();
                recovery.recover(WHOLE);
                assertThat(recovery.isSameRM(other)).isFalse();
                assertThat(recovery.isSameRM(resource)).isTrue();
                other.recover(WHOLE);
                assertThat(recovery.isSameRM(other)).isTrue();
            }
            try (PeeklockXAConnectionFactory elsewhere = new PeeklockXAConnectionFactory("peeklock:mem:elsewhere");
                    RecoveryResource other = elsewhere.createRecoveryResource()) {
                other.recover(WHOLE);
                assertThat(recovery.isSameRM(other)).isFalse();
            }
        }

        @Test
        void opensItAnewWhenItWasClosedMeanwhile() throws Exception {
            Xid xid = prepared();
            recovery.recover(WHOLE);
            assertThat(last).isNotNull();
            last.close();
            recovery.commit(xid, false);
            assertThat(openings).hasValue(2);
        }
    }

    @Nested
    class OfAStoreThatCannotBeOpened {

        @BeforeEach
        void refuse() {
            refusal = new JMSException("held by process 1", "StoreLocked");
        }

        @Test
        void answersThatItIsToBeAskedAgain() {
            isAnswered(XAException.XAER_RMFAIL, () -> recovery.recover(WHOLE));
            assertThatExceptionOfType(XAException.class)
                    .isThrownBy(() -> recovery.commit(newXid(), false))
                    .withMessageContaining("held by process 1");
            isAnswered(XAException.XAER_RMFAIL, () -> recovery.rollback(newXid()));
            isAnswered(XAException.XAER_RMFAIL, () -> recovery.forget(newXid()));
        }

        @Test
        void triesItOnceASecondHoweverOftenItIsAsked() {
            isAnswered(XAException.XAER_RMFAIL, () -> recovery.recover(WHOLE));
            isAnswered(XAException.XAER_RMFAIL, () -> recovery.recover(WHOLE));
            assertThat(openings).hasValue(1);
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            isAnswered(XAException.XAER_RMFAIL, () -> recovery.recover(WHOLE));
            assertThat(openings).hasValue(2);
        }

        @Test
        void isThereOnceItCanBe() throws Exception {
            prepared();
            isAnswered(XAException.XAER_RMFAIL, () -> recovery.recover(WHOLE));
            refusal = null;
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(recovery.recover(WHOLE)).hasSize(1);
        }

        @Test
        void becauseAnotherOwnerHasIt() throws Exception {
            Path store = directory.resolve("bus");
            OpenedNamespace owner = LocalNamespace.open(
                    ArtemisJournalStore.open(
                            store, StoreOptions.builder().partitions(1).build()),
                    NamespaceConfig.defaults());
            try (PeeklockXAConnectionFactory files = new PeeklockXAConnectionFactory("peeklock:file:" + store);
                    RecoveryResource held = new RecoveryResource(
                            "held", () -> (PeeklockXAConnection) files.createXAConnection(), nanos::get)) {
                isAnswered(XAException.XAER_RMFAIL, () -> held.recover(WHOLE));
                owner.close();
                nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                assertThat(held.recover(WHOLE)).isEmpty();
            } finally {
                owner.close();
            }
        }
    }

    @Nested
    class Closed {

        @Test
        void opensNothing() {
            recovery.close();
            isAnswered(XAException.XAER_RMFAIL, () -> recovery.recover(WHOLE));
            assertThat(openings).hasValue(0);
        }

        @Test
        void givesTheStoreFree() throws Exception {
            recovery.recover(WHOLE);
            recovery.close();
            recovery.close();
            assertThat(last).isNotNull();
            assertThatExceptionOfType(JMSException.class).isThrownBy(last::createXASession);
        }
    }

    @Test
    void ofAStoreThatIsBeingOpenedDoesNotKeepAnInterruptedThread() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        RecoveryResource slow = new RecoveryResource(
                "slow",
                () -> {
                    opening.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    return connect();
                },
                nanos::get);
        FutureTask<Xid[]> first = new FutureTask<>(() -> slow.recover(WHOLE));
        new Thread(first).start();
        opening.await();
        Thread.currentThread().interrupt();
        isAnswered(XAException.XAER_RMFAIL, () -> slow.recover(WHOLE));
        assertThat(Thread.interrupted()).isTrue();
        goOn.countDown();
        assertThat(first.get()).isEmpty();
        slow.close();
    }
}
