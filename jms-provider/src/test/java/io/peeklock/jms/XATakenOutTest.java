/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.XASession;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction manager ends a session's work in a branch on a thread of its own: nothing happens outside of the branch then. */
@Tag("X5")
class XATakenOutTest extends XABranches {
    private static final int ROUNDS = 60;

    private Thread reaper(Xid xid, int flags, CountDownLatch go, Throwable[] thrown) {
        Thread reaper = new Thread(() -> thrown[0] = catchThrowable(() -> {
            go.await();
            resource.end(xid, flags);
            resource.rollback(xid);
        }));
        reaper.start();
        return reaper;
    }

    @ParameterizedTest
    @ValueSource(ints = {XAResource.TMSUCCESS, XAResource.TMFAIL})
    void theNextSendIsRefusedOnce(int flags) throws Exception {
        Xid xid = begin();
        send(OUT, "x");
        Throwable[] thrown = new Throwable[1];
        reaper(xid, flags, new CountDownLatch(0), thrown).join();
        assertThat(thrown[0]).isNull();
        assertThatThrownBy(() -> send(OUT, "y")).isInstanceOf(TransactionRolledBackException.class);
        assertThat(broker.drain(OUT)).isEmpty();
        send(OUT, "z");
        assertThat(broker.drain(OUT)).containsExactly("z");
    }

    /** Its application asked for the commit, and has heard what became of it: of threads of the manager it knows nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCommitOnThreadsOfTheManagerLeavesTheSessionFree(boolean onePhase) throws Exception {
        Xid xid = begin();
        send(OUT, "x");
        elsewhere(() -> {
            resource.end(xid, XAResource.TMSUCCESS);
            if (onePhase) {
                resource.commit(xid, true);
            } else {
                assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
            }
        });
        send(OUT, "y");
        assertThat(receive(OUT)).isEqualTo(onePhase ? "x" : "y");
        if (!onePhase) {
            elsewhere(() -> resource.commit(xid, false));
        }
        assertThat(broker.drain(OUT)).containsExactly(onePhase ? "y" : "x");
    }

    /** The vote is heard of, whatever it is. */
    @Test
    void aRefusedVoteOnThreadsOfTheManagerLeavesTheSessionFree() throws Exception {
        Xid xid = begin();
        send(OUT, "x");
        elsewhere(() -> {
            resource.end(xid, XAResource.TMFAIL);
            assertThatThrownBy(() -> resource.prepare(xid)).isInstanceOf(XAException.class);
        });
        send(OUT, "y");
        assertThat(broker.drain(OUT)).containsExactly("y");
    }

    /** With nothing done it is read-only, and over. */
    @Test
    void anEmptyBranchThatIsPreparedOnThreadsOfTheManagerLeavesTheSessionFree() throws Exception {
        Xid xid = begin();
        elsewhere(() -> {
            resource.end(xid, XAResource.TMSUCCESS);
            assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_RDONLY);
        });
        send(OUT, "y");
        assertThat(broker.drain(OUT)).containsExactly("y");
    }

    /** Until the answer is there, nobody knows that a commit was asked for. */
    @Test
    void nothingIsSentOutsideBetweenTheEndAndTheCommit() throws Exception {
        Xid xid = begin();
        elsewhere(() -> resource.end(xid, XAResource.TMSUCCESS));
        assertThatThrownBy(() -> send(OUT, "x")).isInstanceOf(TransactionRolledBackException.class);
        elsewhere(() -> resource.commit(xid, true));
        send(OUT, "y");
        assertThat(broker.drain(OUT)).containsExactly("y");
    }

    private static void elsewhere(ThrowingRunnable calls) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread manager = new Thread(() -> thrown[0] = catchThrowable(calls::run));
        manager.start();
        manager.join();
        assertThat(thrown[0]).isNull();
    }

    /** What a transaction manager does on a thread of its own. */
    private interface ThrowingRunnable {
        void run() throws Throwable;
    }

    /** The application sends until it hears of it. */
    @ParameterizedTest
    @ValueSource(ints = {XAResource.TMSUCCESS, XAResource.TMFAIL})
    void noSendSlipsOutWhileItIsTakenOut(int flags) throws Exception {
        MessageProducer producer = session.createProducer(queue(OUT));
        TextMessage message = session.createTextMessage("x");
        for (int round = 0; round < ROUNDS; round++) {
            Xid xid = begin();
            CountDownLatch go = new CountDownLatch(1);
            Throwable[] thrown = new Throwable[1];
            Thread reaper = reaper(xid, flags, go, thrown);
            JMSException heard = sendUntilRefused(producer, message, go);
            reaper.join();
            assertThat(thrown[0]).isNull();
            assertThat(heard).isNotNull();
        }
        assertThat(broker.drain(OUT)).isEmpty();
    }

    /** As pools do, whose sessions are closed when their transaction's time is over: what ended first is heard of. */
    @Test
    @Tag("L9")
    void aReceiveThatWaitsHearsOfItThoughTheSessionIsClosedNext() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            XASession pooled = connection.createXASession();
            XAResource of = pooled.getXAResource();
            MessageConsumer consumer = pooled.createConsumer(queue(ORDERS));
            Xid xid = newXid();
            FutureTask<Throwable> receives = new FutureTask<>(() -> {
                of.start(xid, XAResource.TMNOFLAGS);
                return catchThrowable(consumer::receive);
            });
            Thread application = new Thread(receives);
            application.start();
            await().pollInterval(Duration.ofMillis(1)).until(() -> application.getState() == Thread.State.WAITING);
            of.end(xid, XAResource.TMFAIL);
            of.rollback(xid);
            pooled.close();
            assertThat(receives.get()).isInstanceOf(TransactionRolledBackException.class);
        }
    }

    private static JMSException sendUntilRefused(MessageProducer producer, TextMessage message, CountDownLatch go) {
        try {
            for (int sent = 1; ; sent++) {
                producer.send(message);
                if (sent == 3) {
                    go.countDown();
                }
            }
        } catch (JMSException e) {
            return e;
        }
    }

    /** Its listener hears of the end after the session has begun another. */
    @Test
    void newsOfTheBranchBeforeDoesNotConcernTheNext() throws Exception {
        XaAcknowledgement acknowledgement = (XaAcknowledgement)
                ((PeeklockSession) session.getSession()).core().acknowledgement();
        Xid first = begin();
        var before = acknowledgement.transaction();
        rollback(first);
        Xid second = begin();
        Thread reaper = new Thread(() -> acknowledgement.dissociated(before, XAResource.TMFAIL));
        reaper.start();
        reaper.join();
        send(OUT, "y");
        commit(second);
        assertThat(broker.drain(OUT)).containsExactly("y");
    }

    /** As pools do, and managers that suspend: the application's thread has ended the work itself. */
    @ParameterizedTest
    @ValueSource(ints = {XAResource.TMSUCCESS, XAResource.TMSUSPEND})
    void whoHasLeftItWorksOutside(int flags) throws XAException, JMSException {
        Xid xid = begin();
        resource.end(xid, flags);
        send(OUT, "x");
        assertThat(broker.drain(OUT)).containsExactly("x");
        resource.rollback(xid);
    }
}
