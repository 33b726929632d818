/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions of the bus in branches of global transactions: which one feeds a branch, and how long a branch keeps one. */
@Tag("G3")
@Tag("X5")
class XAGroupsTest extends XAGroups {

    XAGroupsTest(boolean partitioned, String profile) {
        super(partitioned, profile);
    }

    @Test
    void aClosedConsumersSessionStaysWithTheBranchThatIsCommitted() throws Exception {
        Xid xid = takeAndClose();
        send(OUT, "x");
        assertIsHeld();
        commit(xid);
        assertIsFree();
        assertThat(broker.drain(OUT)).containsExactly("x");
    }

    @Test
    @Tag("L6")
    void aRollbackCountsWhatAClosedConsumerHasReceived() throws Exception {
        Xid xid = takeAndClose();
        session.close();
        assertIsHeld();
        rollback(xid);
        Awaitility.await().ignoreExceptions().untilAsserted(() -> {
            try (Session other = broker.session(Session.CLIENT_ACKNOWLEDGE);
                    SessionConsumer held = accept(other)) {
                Message again = take(held);
                PeekLocked.of(again).release();
                assertThat(deliveryCount(again)).isEqualTo(2);
            }
        });
    }

    @Test
    void aPreparedBranchKeepsTheSessionOfAClosedConnection() throws Exception {
        Xid xid = takeAndClose();
        send(OUT, "x");
        connection.close();
        resource.end(xid, XAResource.TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        assertIsHeld();
        resource.commit(xid, false);
        assertIsFree();
        assertThat(broker.drain(OUT)).containsExactly("x");
    }

    @Test
    @Tag("G6")
    void aStateIsSetThoughItsConsumerIsClosed() throws Exception {
        Xid xid = begin();
        try (SessionConsumer held = accept(session)) {
            held.setSessionState("set".getBytes(StandardCharsets.UTF_8));
        }
        assertIsHeld();
        commit(xid);
        assertIsFree("a");
        try (Session other = broker.session(Session.SESSION_TRANSACTED);
                SessionConsumer held = accept(other)) {
            assertThat(held.getSessionState()).hasValue("set".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aBranchThatDoesNotNeedTheSessionDoesNotKeepIt() throws Exception {
        Xid first = takeAndClose();
        resource.end(first, XAResource.TMSUCCESS);
        Xid second = begin();
        send(OUT, "x");
        resource.commit(first, true);
        assertIsFree();
        commit(second);
        assertThat(broker.drain(OUT)).containsExactly("x");
    }

    @Test
    @Tag("P10")
    @Tag("P11")
    void aBranchIsFedFromItsOwnSession() throws Exception {
        for (int i = 0; i < 20; i++) {
            putInto("another " + i, "of another");
        }
        if (partitioned) {
            // The one that has been free longest is another now.
            try (SessionConsumer held = accept(session)) {
                assertThat(text(take(held))).isEqualTo("a");
            }
            putInto(KEY, "a");
        }
        Xid xid = begin();
        send(OUT, "x");
        try (MessageConsumer consumer = session.createConsumer(queue(GROUPS))) {
            assertThat(text(take(consumer))).isEqualTo("a");
        }
        commit(xid);
    }
}
