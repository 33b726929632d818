/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.PeekLocked;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.ra.inbound.TestBeans.Kind;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A message and the work of the bean that gets it are one transaction of the server (Jakarta Connectors 2.1, 13.5.6). */
class TransactedBeanTest extends InboundFixture {

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TRANSACTED", "TRANSACTED_BY_THE_CALL"})
    @Tag("X1")
    void aCommitCompletesTheMessage(Kind kind) throws Exception {
        TestBeans beans = activate(kind, spec(), seeing());
        send(ORDERS, "a", "b");
        soon().untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder("a", "b"));
        awaitStates(ORDERS);
        soon().untilAsserted(() -> assertThat(beans.released).hasValue(beans.created.get()));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TRANSACTED", "TRANSACTED_BY_THE_CALL", "COMMITTED_THOUGH_FAILED"})
    @Tag("L6")
    void aFailureRollsBackAndTheMessageComesAgainWithItsCount(Kind kind) throws Exception {
        activate(kind, spec(), message -> {
            seen.add(text(message) + deliveryCount(message));
            if (deliveryCount(message) < 3) {
                throw new IllegalArgumentException("no such drink");
            }
        });
        send(ORDERS, "a");
        awaitSeen("a1", "a2", "a3");
        awaitStates(ORDERS);
    }

    /** An exception that cannot say what it is, with its classes gone perhaps, ends no delivery half done. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TRANSACTED", "NOT_TRANSACTED"})
    @Tag("L6")
    void aFailureThatCannotBeDescribedIsOne(Kind kind) throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setMaxRedeliveries("0");
        activate(kind, spec, message -> {
            seen.add(text(message));
            throw new SpeechlessException();
        });
        send(ORDERS, "a");
        assertThat(take(LETTERS).getStringProperty("DeadLetterErrorDescription"))
                .contains("OrderBean", "SpeechlessException");
        assertThat(seen).containsExactly("a");
    }

    private static final class SpeechlessException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new NoClassDefFoundError("the application is half undeployed");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("half undeployed");
        }
    }

    @Test
    void aBeanIsKeptUntilItFails() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setMaxSessions("1");
        spec.setRedeliveryDelay(HOUR);
        CountDownLatch sent = new CountDownLatch(1);
        TestBeans beans = activate(Kind.TRANSACTED, spec, message -> {
            assertThat(sent.await(30, TimeUnit.SECONDS)).isTrue();
            seen.add(text(message));
            if (text(message).equals("b")) {
                throw new IllegalArgumentException("no such drink");
            }
        });
        send(ORDERS, "a", "b", "c");
        sent.countDown();
        awaitSeen("a", "b", "c");
        // Of a turn that takes its time, another one more.
        soon().untilAsserted(() -> assertThat(beans.released.get()).isGreaterThanOrEqualTo(2));
        assertThat(beans.created).hasValue(beans.released.get());
    }

    /** The thread is the server's, and others' deliveries would be in the transaction that is left on it. */
    @Test
    @Tag("L6")
    void aTransactionThatTheServerLeavesOnItsThreadIsEnded() throws Exception {
        TestBeans beans = activate(Kind.TRANSACTED, spec(), message -> {
            seen.add(text(message) + deliveryCount(message));
            if (deliveryCount(message) < 2) {
                throw new IllegalArgumentException("the application is being undeployed");
            }
        });
        beans.failedEnds.set(2);
        send(ORDERS, "a");
        awaitSeen("a1", "a2");
        awaitStates(ORDERS);
        assertThat(beans.failedEnds).hasValue(0);
    }

    /** The bean has gone on without the session bean that was refused. */
    @Test
    @Tag("X1")
    void whatIsEndedAtTheSecondTimeHasNotFailed() throws Exception {
        TestBeans beans = activate(Kind.TRANSACTED, spec(), seeing());
        beans.failedEnds.set(1);
        send(ORDERS, "a");
        awaitStates(ORDERS);
        send(ORDERS, "b");
        awaitStates(ORDERS);
        assertThat(seen).containsExactly("a", "b");
    }

    @Test
    void aFailedMessageIsKeptBack() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setRedeliveryDelay(HOUR);
        activate(Kind.TRANSACTED, spec, message -> {
            seen.add(text(message));
            throw new IllegalArgumentException("no such drink");
        });
        send(ORDERS, "a");
        awaitStates(ORDERS, "Scheduled");
        assertThat(seen).containsExactly("a");
    }

    @Test
    @Tag("X5")
    void itIsKeptBackTooWhenAnotherResourceCannotPrepare() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setRedeliveryDelay(HOUR);
        activate(Kind.TRANSACTED, spec, message -> {
            seen.add(text(message));
            TestTransactions.manager().getTransaction().enlistResource(new OtherResource(() -> {
                throw new XAException(XAException.XA_RBROLLBACK);
            }));
        });
        send(ORDERS, "a");
        awaitStates(ORDERS, "Scheduled");
        assertThat(seen).containsExactly("a");
    }

    @Test
    void itIsLockedUntilTheDeliveryHasEnded() throws Exception {
        CountDownLatch rolledBack = new CountDownLatch(1);
        CountDownLatch looked = new CountDownLatch(1);
        activate(Kind.TRANSACTED, spec(), message -> {
            if (deliveryCount(message) > 1) {
                return;
            }
            TestTransactions.manager().rollback();
            rolledBack.countDown();
            assertThat(looked.await(30, TimeUnit.SECONDS)).isTrue();
            // What the container is to end.
            TestTransactions.manager().begin();
            throw new IllegalArgumentException("no such drink");
        });
        send(ORDERS, "a");
        assertThat(rolledBack.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(statesOf(ORDERS)).containsExactly("Locked");
        looked.countDown();
        awaitStates(ORDERS);
    }

    @Test
    @Tag("L12")
    @Tag("D2")
    void aPoisonMessageEndsAsADeadLetterThatSaysWhichBeanAndWhy() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setMaxRedeliveries("2");
        activate(Kind.TRANSACTED, spec, message -> {
            seen.add(text(message));
            throw new IllegalArgumentException("no such drink");
        });
        send(ORDERS, "a");
        Message letter = take(LETTERS);
        assertThat(seen).containsExactly("a", "a", "a");
        assertThat(deliveryCount(letter))
                .as("three have failed, this is one more")
                .isEqualTo(4);
        assertThat(letter.getStringProperty("DeadLetterReason")).isEqualTo("MaxDeliveryCountExceeded");
        assertThat(letter.getStringProperty("DeadLetterErrorDescription"))
                .contains(
                        "delivered 3 times",
                        "the limit is 3",
                        TestBeans.OrderBean.class.getName(),
                        "java.lang.IllegalArgumentException: no such drink");
        assertThat(statesOf(ORDERS)).isEmpty();
    }

    @Test
    @Tag("L12")
    void theLimitOfTheQueueCountsIfItIsSmaller() throws Exception {
        namespace()
                .createQueue(
                        QueueDescription.builder(ORDERS).maxDeliveryCount(2).build())
                .join();
        activate(Kind.TRANSACTED, spec(), message -> {
            seen.add(text(message));
            TestTransactions.manager().setRollbackOnly();
        });
        send(ORDERS, "a");
        Message letter = take(LETTERS);
        assertThat(seen).containsExactly("a", "a");
        assertThat(letter.getStringProperty("DeadLetterErrorDescription")).contains("was rolled back");
    }

    @Test
    @Tag("L12")
    void whatHasFailedTooOftenElsewhereIsDeadLetteredWithoutABean() throws Exception {
        send(ORDERS, "a");
        try (var other = connection.createSession(jakarta.jms.Session.CLIENT_ACKNOWLEDGE);
                var consumer = other.createConsumer(session.createQueue(ORDERS))) {
            PeekLocked.of(consumer.receive(30_000)).abandon();
            PeekLocked.of(consumer.receive(30_000)).abandon();
        }
        PeeklockActivationSpec spec = spec();
        spec.setMaxRedeliveries("1");
        activate(Kind.TRANSACTED, spec, seeing());
        assertThat(deliveryCount(take(LETTERS))).isEqualTo(3);
        assertThat(seen).isEmpty();
    }

    @Test
    @Tag("X1")
    void whatTheBeanSendsIsOfTheSameTransaction() throws Exception {
        try (PeeklockXAConnectionFactory xa = new PeeklockXAConnectionFactory(url);
                XAConnection outbound = xa.createXAConnection()) {
            XASession out = outbound.createXASession();
            PeeklockActivationSpec spec = spec();
            spec.setMaxSessions("1");
            activate(Kind.TRANSACTED, spec, message -> {
                TestTransactions.manager().getTransaction().enlistResource(out.getXAResource());
                try (MessageProducer producer = out.createProducer(out.createQueue("out"))) {
                    producer.send(out.createTextMessage(text(message) + deliveryCount(message)));
                }
                if (deliveryCount(message) == 1) {
                    throw new IllegalArgumentException("no such drink");
                }
            });
            send(ORDERS, "a");
            assertThat(text(take("out"))).isEqualTo("a2");
            awaitStates(ORDERS);
            assertThat(statesOf("out")).isEmpty();
        }
    }

    @Test
    @Tag("X2")
    void aTransactionWhoseTimeIsOverIsRolledBackAndItsMessageComesAgain() throws Exception {
        AtomicInteger deliveries = new AtomicInteger();
        CountDownLatch rolledBack = new CountDownLatch(1);
        TestBeans beans = activate(Kind.TRANSACTED, spec(), message -> {
            if (deliveries.incrementAndGet() == 1) {
                var transaction = TestTransactions.manager().getTransaction();
                soon().until(() -> transaction.getStatus() != jakarta.transaction.Status.STATUS_ACTIVE);
                assertThat(statesOf(ORDERS)).as("while the bean is at work").containsExactly("Locked");
                rolledBack.countDown();
            } else {
                seen.add(text(message) + deliveryCount(message));
            }
        });
        beans.timeoutSeconds = 1;
        send(ORDERS, "a");
        assertThat(rolledBack.await(60, TimeUnit.SECONDS)).isTrue();
        awaitSeen("a2");
        awaitStates(ORDERS);
    }

    @Test
    @Tag("X1")
    void theBeanSettlesItsMessageInTheTransaction() throws Exception {
        activate(Kind.TRANSACTED, spec(), message -> PeekLocked.of(message).defer());
        send(ORDERS, "a");
        awaitStates(ORDERS, "Deferred");
    }

    @Test
    void nothingIsBegunWhileNothingComes() throws Exception {
        TestBeans beans = activate(Kind.TRANSACTED, spec(), seeing());
        send(ORDERS, "a");
        awaitSeen("a");
        soon().untilAsserted(() -> assertThat(server.atWork).hasValue(0));
        assertThat(beans.released).hasValue(beans.created.get());
    }
}
