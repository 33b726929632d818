/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TransactionRolledBackException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A listener of a consumer in an XA session, while branches of the session come and go on other threads. */
@Tag("X5")
class XAListenerTest extends XABranches {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final CountDownLatch atWork = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    @BeforeEach
    void hearOfFailures() throws JMSException {
        connection.setExceptionListener(failure -> heard.add(failure.getClass().getSimpleName()));
    }

    private void listen() throws JMSException {
        session.createConsumer(queue(ORDERS)).setMessageListener(this::hear);
    }

    private void hear(Message message) {
        try {
            heard.add(TestBroker.text(message) + TestBroker.deliveryCount(message));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private void hearSlowly(Message message) {
        hear(message);
        atWork.countDown();
        try {
            assertThat(goesOn.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void assertHears(String... what) {
        Awaitility.await().untilAsserted(() -> assertThat(heard).containsExactly(what));
    }

    @Nested
    class WhoseBranchIsEndedElsewhere {

        /** The message, uncounted, comes again: then the application has been told that it is outside. */
        @Test
        void hearsOfItBeforeItGetsAMessageOutside() throws Exception {
            listen();
            Xid xid = begin();
            rollbackElsewhere(xid);
            put(ORDERS, "a");
            assertHears(TransactionRolledBackException.class.getSimpleName(), "a1");
            Awaitility.await().until(() -> broker.locked(ORDERS).isEmpty());
            assertThat(broker.drain(ORDERS)).isEmpty();
        }

        @Test
        @Tag("L6")
        void hearsOfItBehindTheMessageThatItIsAtWorkOn() throws Exception {
            session.createConsumer(queue(ORDERS)).setMessageListener(XAListenerTest.this::hearSlowly);
            Xid xid = begin();
            put(ORDERS, "a", "b");
            assertThat(atWork.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
            rollbackElsewhere(xid);
            goesOn.countDown();
            assertHears("a1", TransactionRolledBackException.class.getSimpleName(), "a2", "b1");
        }

        @Test
        void goesOnInTheBranchThatIsBegunNext() throws Exception {
            listen();
            rollbackElsewhere(begin());
            Xid next = begin();
            put(ORDERS, "a");
            assertHears("a1");
            assertThat(broker.locked(ORDERS)).containsExactly("a");
            commit(next);
            assertThat(broker.drain(ORDERS)).isEmpty();
        }
    }

    @Test
    void whoseBranchIsCommittedElsewhereGoesOnOutside() throws Exception {
        listen();
        Xid xid = begin();
        put(ORDERS, "a");
        assertHears("a1");
        Thread manager = new Thread(() -> {
            try {
                commit(xid);
            } catch (XAException e) {
                throw new AssertionError(e);
            }
        });
        manager.start();
        manager.join();
        put(ORDERS, "b");
        assertHears("a1", "b1");
        assertThat(broker.drain(ORDERS)).isEmpty();
    }
}
