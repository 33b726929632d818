/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XASession;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an XA session does in a branch of a global transaction, and outside of any. */
class XASessionTest extends XABranches {

    /** One of an unpartitioned queue; the same on a partitioned one in the class below. */
    @Nested
    class InABranch extends BranchCases {}

    @Nested
    class InABranchOnPartitionedQueues extends BranchCases {
        @Override
        boolean isPartitioned() {
            return true;
        }
    }

    @SuppressWarnings("ClassCanBeStatic") // what is nested inherits it
    abstract static class BranchCases extends XABranches {

        @Test
        @Tag("X1")
        @Tag("X5")
        void sendsAndReceivesAreTheBranchs() throws Exception {
            put(ORDERS, "a");
            Xid xid = begin();
            assertThat(receive(ORDERS)).isEqualTo("a");
            send(OUT, "x");
            assertThat(broker.drain(OUT)).isEmpty();
            assertThat(broker.locked(ORDERS)).containsExactly("a");
            commit(xid);
            assertThat(broker.drain(OUT)).containsExactly("x");
            assertThat(broker.drain(ORDERS)).isEmpty();
        }

        @Test
        @Tag("X1")
        void aRollbackSendsNothingAndDeliversAgainCounted() throws Exception {
            put(ORDERS, "a");
            Xid xid = begin();
            assertThat(receive(ORDERS)).isEqualTo("a");
            send(OUT, "x");
            rollback(xid);
            assertThat(broker.drain(OUT)).isEmpty();
            try (MessageConsumer consumer = session.createConsumer(queue(ORDERS))) {
                assertThat(deliveryCount(take(consumer))).isEqualTo(2);
            }
        }

        @Test
        @Tag("N5")
        @Tag("X1")
        void schedulesAndSettlementsAreStagedToo() throws Exception {
            put(ORDERS, "a");
            BusSession bus = (BusSession) session;
            Xid xid = begin();
            try (MessageConsumer consumer = session.createConsumer(queue(ORDERS))) {
                PeekLocked.of(take(consumer)).deadLetter("bad", null);
            }
            TextMessage later = session.createTextMessage("later");
            later.setStringProperty("JMS_SB_PartitionKey", "orders of today");
            long number = bus.schedule(queue(ORDERS), later, Instant.now().plus(Duration.ofDays(1)));
            assertThat(bus.peek(queue(ORDERS), number, 1)).isEmpty();
            assertThat(broker.drain(ORDERS + "/$deadletterqueue")).isEmpty();
            commit(xid);
            assertThat(bus.peek(queue(ORDERS), number, 1)).hasSize(1);
            assertThat(broker.drain(ORDERS + "/$deadletterqueue")).containsExactly("a");
        }

        @Test
        void isTransactedAndEndedByTheTransactionManagerAlone() throws Exception {
            put(ORDERS, "a");
            Xid xid = begin();
            assertThat(session.getTransacted()).isTrue();
            assertThat(session.getAcknowledgeMode()).isEqualTo(Session.SESSION_TRANSACTED);
            MessageConsumer consumer = session.createConsumer(queue(ORDERS));
            Message message = take(consumer);
            message.acknowledge();
            assertThatThrownBy(session::commit).isInstanceOf(TransactionInProgressException.class);
            assertThatThrownBy(session::rollback).isInstanceOf(TransactionInProgressException.class);
            assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
            assertThat(broker.locked(ORDERS)).containsExactly("a");
            commit(xid);
            assertThat(broker.locked(ORDERS)).isEmpty();
        }

        @Test
        void oneBranchFollowsTheOtherInASession() throws Exception {
            put(ORDERS, "a", "b", "c");
            try (MessageConsumer consumer = session.createConsumer(queue(ORDERS))) {
                for (int i = 0; i < 3; i++) {
                    Xid xid = begin();
                    send(OUT, TestBroker.text(take(consumer)));
                    commit(xid);
                }
            }
            assertThat(broker.drain(OUT)).containsExactlyInAnyOrder("a", "b", "c");
        }

        @Test
        void whatWasSuspendedGoesOnWhereItWasLeft() throws Exception {
            put(ORDERS, "a");
            Xid first = begin();
            assertThat(receive(ORDERS)).isEqualTo("a");
            send(OUT, "x");
            resource.end(first, XAResource.TMSUSPEND);
            Xid second = begin();
            send(OUT, "y");
            commit(second);
            assertThat(broker.drain(OUT)).containsExactly("y");
            assertThat(broker.locked(ORDERS)).containsExactly("a");
            resource.start(first, XAResource.TMRESUME);
            send(OUT, "z");
            commit(first);
            assertThat(broker.drain(OUT)).containsExactly("x", "z");
        }

        @Test
        void twoSessionsAreOneBranchWhenTheSecondJoins() throws Exception {
            put(ORDERS, "a");
            XASession other = connection.createXASession();
            Xid xid = begin();
            assertThat(resource.isSameRM(other.getXAResource())).isTrue();
            other.getXAResource().start(xid, XAResource.TMJOIN);
            try (MessageConsumer consumer = other.createConsumer(queue(ORDERS))) {
                assertThat(TestBroker.text(take(consumer))).isEqualTo("a");
            }
            send(OUT, "x");
            other.getXAResource().end(xid, XAResource.TMSUCCESS);
            rollback(xid);
            assertThat(broker.drain(ORDERS)).containsExactly("a");
            assertThat(broker.drain(OUT)).isEmpty();
        }

        @Test
        void aMessageOfABranchIsSettledInThatBranchAlone() throws Exception {
            put(ORDERS, "a");
            Xid xid = begin();
            MessageConsumer consumer = session.createConsumer(queue(ORDERS));
            PeekLocked message = PeekLocked.of(take(consumer));
            resource.end(xid, XAResource.TMSUSPEND);
            assertThatThrownBy(message::complete)
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("MessageLockLost"));
            Xid second = begin();
            assertThatThrownBy(message::complete).isInstanceOf(JMSException.class);
            rollback(second);
            assertThat(broker.locked(ORDERS)).containsExactly("a");
            resource.start(xid, XAResource.TMRESUME);
            message.defer();
            commit(xid);
            assertThat(broker.drain(ORDERS)).isEmpty();
            assertThat(((BusSession) session).peek(queue(ORDERS), 0, 10)).hasSize(1);
        }
    }

    @Nested
    class OutsideOfAny {

        @Test
        void acknowledgesByItselfAndSendsAtOnce() throws Exception {
            put(ORDERS, "a");
            assertThat(session.getTransacted()).isFalse();
            assertThat(session.getAcknowledgeMode()).isEqualTo(Session.AUTO_ACKNOWLEDGE);
            assertThat(receive(ORDERS)).isEqualTo("a");
            assertThat(receive(ORDERS)).isNull();
            assertThat(broker.locked(ORDERS)).isEmpty();
            send(OUT, "x");
            assertThat(broker.drain(OUT)).containsExactly("x");
            assertThatThrownBy(session::commit).isInstanceOf(TransactionInProgressException.class);
            assertThatThrownBy(session::rollback).isInstanceOf(TransactionInProgressException.class);
            session.recover();
        }

        @Test
        void isThereAgainAfterABranch() throws Exception {
            put(ORDERS, "a", "b");
            Xid xid = begin();
            assertThat(receive(ORDERS)).isEqualTo("a");
            resource.end(xid, XAResource.TMSUCCESS);
            assertThat(session.getTransacted()).isFalse();
            assertThat(receive(ORDERS)).isEqualTo("b");
            send(OUT, "x");
            resource.rollback(xid);
            assertThat(broker.drain(OUT)).containsExactly("x");
            assertThat(broker.drain(ORDERS)).containsExactly("a");
        }

        @Test
        void aListenersMessageStaysOutsideOfABranchThatItBegins() throws Exception {
            CompletableFuture<Xid> began = new CompletableFuture<>();
            session.createConsumer(queue(ORDERS)).setMessageListener(message -> {
                try {
                    Xid xid = begin();
                    send(OUT, "x");
                    resource.end(xid, XAResource.TMSUCCESS);
                    began.complete(xid);
                } catch (XAException | JMSException e) {
                    began.completeExceptionally(e);
                }
            });
            put(ORDERS, "a");
            resource.rollback(began.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS));
            Awaitility.await().until(() -> broker.locked(ORDERS).isEmpty());
            assertThat(broker.drain(OUT)).isEmpty();
            assertThat(broker.drain(ORDERS)).isEmpty();
        }

        @Test
        void isAQueueAndATopicSessionToo() throws Exception {
            assertThat(session.getSession()).isSameAs(session).isInstanceOf(QueueSession.class);
            assertThat(session.getXAResource()).isSameAs(resource);
            try (XAJMSContext context = factory.createXAContext()) {
                assertThat(context.getXAResource()).isSameAs(context.getXAResource());
                assertThat(context.getTransacted()).isFalse();
                Xid xid = newXid();
                context.getXAResource().start(xid, XAResource.TMNOFLAGS);
                assertThat(context.getTransacted()).isTrue();
                context.getContext().createProducer().send(queue(OUT), "x");
                assertThat(broker.drain(OUT)).isEmpty();
                context.getXAResource().end(xid, XAResource.TMSUCCESS);
                context.getXAResource().commit(xid, true);
                assertThat(broker.drain(OUT)).containsExactly("x");
            }
        }
    }

    @Nested
    class EndedOnAnotherThread {

        @Test
        @Tag("X2")
        void aReceiveThatWaitsEnds() throws Exception {
            Xid xid = begin();
            MessageConsumer consumer = session.createConsumer(queue(ORDERS));
            CountDownLatch waits = new CountDownLatch(1);
            CompletableFuture<Message> received = CompletableFuture.supplyAsync(() -> {
                waits.countDown();
                return PeeklockContext.find(consumer::receive);
            });
            waits.await();
            rollbackElsewhere(xid);
            assertThatThrownBy(() -> received.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .rootCause()
                    .hasMessageContaining("ended");
            put(ORDERS, "a");
            assertThat(broker.drain(ORDERS)).containsExactly("a");
        }

        @Test
        void theNextSendIsNotMadeOutsideOfIt() throws Exception {
            Xid xid = begin();
            send(OUT, "x");
            rollbackElsewhere(xid);
            assertThatThrownBy(() -> send(OUT, "y")).isInstanceOf(TransactionRolledBackException.class);
            assertThat(broker.drain(OUT)).isEmpty();
            Xid next = begin();
            send(OUT, "z");
            commit(next);
            assertThat(broker.drain(OUT)).containsExactly("z");
        }

        @Test
        void theNextReceiveIsNotMadeOutsideOfIt() throws Exception {
            put(ORDERS, "a");
            Xid xid = begin();
            rollbackElsewhere(xid);
            assertThatThrownBy(() -> receive(ORDERS)).isInstanceOf(TransactionRolledBackException.class);
            assertThat(broker.drain(ORDERS)).containsExactly("a");
        }

        @Test
        void aRollbackOnItsOwnThreadNeedsNoTelling() throws Exception {
            rollback(begin());
            send(OUT, "x");
            assertThat(broker.drain(OUT)).containsExactly("x");
        }
    }
}
