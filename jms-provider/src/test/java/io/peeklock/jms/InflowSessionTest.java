/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One message at a time, in the branch that a container begins around its endpoint, or in none (Jakarta Connectors 2.1, 13). */
class InflowSessionTest extends XABranches {

    private static final String LETTERS = ORDERS + "/$deadletterqueue";
    private static final long HOUR_MS = 3_600_000;

    private final AtomicInteger over = new AtomicInteger();
    private Inflow inflow;
    private InflowSession flow;

    @BeforeEach
    void openInflow() throws JMSException {
        inflow = open(ORDERS, null, 1);
        flow = inflow.session(0);
        // What its branches are begun by.
        resource = flow.getXAResource();
    }

    private Inflow open(String queue, @Nullable String selector, int sessions) throws JMSException {
        return ((InflowConnection) connection).openInflow(queue(queue), selector, null, false, false, sessions);
    }

    /** The next message. */
    private Message next() throws JMSException, InterruptedException {
        return next(flow);
    }

    private static Message next(InflowSession of) throws JMSException, InterruptedException {
        while (true) {
            CountDownLatch arrived = new CountDownLatch(1);
            if (!of.ask(arrived::countDown)) {
                assertThat(arrived.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS))
                        .isTrue();
            }
            Message message = of.take();
            if (message != null) {
                return message;
            }
        }
    }

    private void finish(boolean failed, long delayMs, int maxDeliveries) {
        int before = over.get();
        flow.finish(failed, "in OrderBean: no such drink", delayMs, maxDeliveries, over::incrementAndGet);
        Awaitility.await().untilAsserted(() -> assertThat(over).hasValue(before + 1));
    }

    private String stateOf(String queue) throws JMSException {
        List<String> states = new ArrayList<>();
        for (Message message : ((BusSession) session).peek(queue(queue), 0, 10)) {
            states.add(message.getStringProperty("JMS_SB_State"));
        }
        return String.join(",", states);
    }

    @Test
    @Tag("L6")
    void workThatBeginsAfterTheCloseIsRolledBackAsItsMessageIsGivenBack() throws Exception {
        broker.send(ORDERS, "a");
        next();
        inflow.close();
        Xid xid = begin();
        resource.end(xid, XAResource.TMSUCCESS);
        assertThatThrownBy(() -> resource.commit(xid, true))
                .isInstanceOfSatisfying(
                        XAException.class,
                        refusal ->
                                assertThat(refusal.errorCode).isBetween(XAException.XA_RBBASE, XAException.XA_RBEND));
        finish(false, 0, 5);
        assertThat(stateOf(ORDERS)).isEqualTo("Active");
    }

    @Test
    @Tag("D2")
    void aDeadLetterDoesNotBecomeOneAgain() throws Exception {
        broker.send(ORDERS, "a");
        next();
        assertThat(flow.deadLetter("TooOften", "no such drink")).isTrue();
        InflowSession letters = open(LETTERS, null, 1).session(0);
        next(letters);
        assertThat(letters.deadLetter("TooOften", "no such drink")).isFalse();
        letters.finish(false, "", 0, 5, over::incrementAndGet);
        Awaitility.await().untilAsserted(() -> assertThat(over).hasValue(1));
        assertThat(stateOf(LETTERS)).isEmpty();
    }

    @Nested
    class InABranch {

        private Xid xid;

        @BeforeEach
        void deliver() throws Exception {
            broker.send(ORDERS, "a");
            next();
            assertThat(stateOf(ORDERS)).isEqualTo("Locked");
            xid = begin();
        }

        @Test
        @Tag("X1")
        void theCommitCompletesIt() throws Exception {
            commit(xid);
            finish(false, 0, 5);
            assertThat(stateOf(ORDERS)).isEmpty();
        }

        @Test
        @Tag("X1")
        void itStaysLockedAfterARollbackUntilItIsFinished() throws Exception {
            rollback(xid);
            assertThat(stateOf(ORDERS)).isEqualTo("Locked");
            finish(false, HOUR_MS, 5);
            assertThat(stateOf(ORDERS)).isEqualTo("Scheduled");
        }

        @Test
        @Tag("X2")
        void itStaysLockedWhenTheBranchIsEndedElsewhereWhileTheEndpointIsAtWork() throws Exception {
            rollbackElsewhere(xid);
            assertThat(stateOf(ORDERS)).isEqualTo("Locked");
            finish(false, 0, 5);
            Message again = next();
            assertThat(TestBroker.deliveryCount(again)).isEqualTo(2);
            // The next branch is begun as if nothing had been.
            commit(begin());
            finish(false, 0, 5);
            assertThat(stateOf(ORDERS)).isEmpty();
        }

        @Test
        @Tag("L12")
        void theLastFailureIsADeadLetterThatSaysWhy() throws Exception {
            rollback(xid);
            finish(true, HOUR_MS, 1);
            Message letter = TestBroker.take(broker.session(1).createConsumer(queue(LETTERS)));
            assertThat(letter.getStringProperty("DeadLetterReason")).isEqualTo("MaxDeliveryCountExceeded");
            assertThat(letter.getStringProperty("DeadLetterErrorDescription")).endsWith("in OrderBean: no such drink");
            assertThat(TestBroker.deliveryCount(letter)).as("one has failed").isEqualTo(2);
        }

        @Test
        void preparedWorkThatIsRolledBackIsKeptBackByTheBus() throws Exception {
            flow.ifRolledBack("prepared, and rolled back", HOUR_MS, 5);
            resource.end(xid, XAResource.TMSUCCESS);
            assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
            resource.rollback(xid);
            assertThat(stateOf(ORDERS)).isEqualTo("Scheduled");
            finish(false, 0, 5);
        }

        @Test
        void orAvailableByItself() throws Exception {
            resource.end(xid, XAResource.TMSUCCESS);
            assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
            resource.rollback(xid);
            finish(true, HOUR_MS, 5);
            assertThat(TestBroker.deliveryCount(next())).isEqualTo(2);
        }

        @Test
        void itIsNotOverBeforeABranchInDoubtIs() throws Exception {
            resource.end(xid, XAResource.TMSUCCESS);
            assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
            flow.finish(false, "", 0, 5, over::incrementAndGet);
            assertThat(over).hasValue(0);
            resource.commit(xid, false);
            assertThat(over).hasValue(1);
        }

        @Test
        void itIsUnlockedWhenItsBranchIsRolledBackAfterTheClose() throws Exception {
            inflow.close();
            assertThat(stateOf(ORDERS)).isEqualTo("Locked");
            rollback(xid);
            Awaitility.await().untilAsserted(() -> assertThat(stateOf(ORDERS)).isEqualTo("Active"));
        }

        @Test
        void theEndpointSettlesItInTheBranch() throws Exception {
            commit(xid);
            finish(false, 0, 5);
            broker.send(ORDERS, "b");
            PeekLocked lock = PeekLocked.of(next());
            Xid second = begin();
            lock.defer();
            assertThat(stateOf(ORDERS)).isEqualTo("Locked");
            commit(second);
            finish(false, 0, 5);
            assertThat(stateOf(ORDERS)).isEqualTo("Deferred");
        }
    }

    @Nested
    class InNoBranch {

        @BeforeEach
        void send() throws JMSException {
            broker.send(ORDERS, "a");
        }

        @Test
        void itIsCompletedWhenTheEndpointHasReturned() throws Exception {
            next();
            finish(false, 0, 5);
            assertThat(stateOf(ORDERS)).isEmpty();
        }

        @Test
        void itIsKeptBackWhenTheEndpointHasFailed() throws Exception {
            next();
            finish(true, HOUR_MS, 5);
            assertThat(stateOf(ORDERS)).isEqualTo("Scheduled");
        }

        @Test
        void whatTheEndpointHasSettledIsLeftAlone() throws Exception {
            PeekLocked.of(next()).defer();
            finish(true, 0, 1);
            assertThat(stateOf(ORDERS)).isEqualTo("Deferred");
        }

        @Test
        @Tag("L10")
        void whatNoEndpointHadGoesBackUncounted() throws Exception {
            next();
            flow.release();
            assertThat(TestBroker.deliveryCount(next())).isEqualTo(1);
        }

        @Test
        void whatWasAskedForIsTakenBack() throws Exception {
            next();
            finish(false, 0, 5);
            assertThat(flow.ask(over::incrementAndGet)).isFalse();
            flow.recall();
            broker.send(ORDERS, "b");
            assertThat(flow.take()).isNull();
            assertThat(broker.drain(ORDERS)).containsExactly("b");
        }

        @Test
        void whatIsAskedForTwiceIsNotLost() throws Exception {
            next();
            finish(false, 0, 5);
            assertThat(flow.ask(over::incrementAndGet)).isFalse();
            CountDownLatch arrived = new CountDownLatch(1);
            assertThat(flow.ask(arrived::countDown)).isFalse();
            broker.send(ORDERS, "b");
            assertThat(arrived.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
            Message message = flow.take();
            assertThat(message.getBody(String.class)).isEqualTo("b");
        }

        @Test
        void aCloseGivesItBack() throws Exception {
            next();
            inflow.close();
            assertThat(broker.drain(ORDERS)).containsExactly("a");
        }
    }

    @Nested
    class Sessions {

        @Test
        @Tag("G5")
        void aFailedMessageStaysFirstInItsSessionWhileItWaits() throws Exception {
            broker.namespace()
                    .createQueue(QueueDescription.builder("trips")
                            .sessionRequired(true)
                            .build())
                    .join();
            for (String text : new String[] {"1", "2"}) {
                Message message = session.createTextMessage(text);
                message.setStringProperty("JMSXGroupID", "tram");
                session.createProducer(queue("trips")).send(message);
            }
            try (Inflow trips = open("trips", null, 2)) {
                flow = trips.session(0);
                assertThat(TestBroker.text(next())).isEqualTo("1");
                flow.finish(true, "", HOUR_MS, 5, over::incrementAndGet);
                InflowSession other = trips.session(1);
                assertThat(other.ask(() -> {})).as("the session is not free").isFalse();
                assertThat(over).hasValue(0);
                assertThat(stateOf("trips")).isEqualTo("Locked,Active");
                other.recall();
            }
            Awaitility.await().untilAsserted(() -> assertThat(stateOf("trips")).isEqualTo("Active,Active"));
            assertThat(over).hasValue(1);
        }

        @Test
        void eachSessionOfAQueueReceivesForItself() throws Exception {
            broker.send(ORDERS, "a", "b");
            try (Inflow two = open(ORDERS, null, 2)) {
                assertThat(TestBroker.text(next(two.session(0)))).isEqualTo("a");
                assertThat(TestBroker.text(next(two.session(1)))).isEqualTo("b");
            }
        }

        @Test
        void anUnsharedSubscriptionGivesEachMessageToOneOfThem() throws Exception {
            try (Inflow two =
                    ((InflowConnection) connection).openInflow(broker.topic("news"), null, null, false, false, 2)) {
                broker.publish(broker.topic("news"), "a", "b");
                assertThat(TestBroker.text(next(two.session(0)))).isEqualTo("a");
                assertThat(TestBroker.text(next(two.session(1)))).isEqualTo("b");
                assertThat(broker.subscriptions(broker.topic("news"))).hasSize(1);
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(broker.subscriptions(broker.topic("news")))
                            .isEmpty());
        }
    }

    @Test
    void aMessageOfASelectorComes() throws Exception {
        try (Inflow some = open(OUT, "kind = 'x'", 1)) {
            Message message = session.createTextMessage("x");
            message.setStringProperty("kind", "x");
            broker.send(OUT, "other");
            session.createProducer(queue(OUT)).send(message);
            assertThat(TestBroker.text(next(some.session(0)))).isEqualTo("x");
        }
    }

    @Test
    void whatIsWrongIsSaidWhenItIsOpened() {
        InflowConnection inflows = (InflowConnection) connection;
        assertThatThrownBy(() -> inflows.openInflow(queue(ORDERS), "1 +", null, false, false, 1))
                .isInstanceOf(jakarta.jms.InvalidSelectorException.class);
        assertThatThrownBy(() -> inflows.openInflow(queue(ORDERS), null, null, false, false, 0))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> inflows.openInflow(broker.topic("t"), null, "name", false, false, 1))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("neither durable nor shared");
        assertThatThrownBy(() -> inflows.openInflow(broker.topic("t"), null, "name", true, false, 1))
                .hasMessageContaining("client identifier");
    }

    @Test
    void aDeletedQueueIsToldByTake() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        assertThat(flow.ask(arrived::countDown)).isFalse();
        broker.namespace().deleteQueue(ORDERS).join();
        assertThat(arrived.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
        assertThatThrownBy(() -> flow.take()).isInstanceOf(JMSException.class);
    }

    @Test
    void isSameRmWithOtherSessionsOfTheStore() throws XAException {
        assertThat(resource.isSameRM(session.getXAResource())).isTrue();
    }
}
