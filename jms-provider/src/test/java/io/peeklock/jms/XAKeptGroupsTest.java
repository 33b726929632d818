/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.BranchXid;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How long a branch keeps the session of a session consumer that was closed in it, whoever ends the branch.
 *
 * <p>Not thread safe.
 */
@Tag("G3")
@Tag("X5")
class XAKeptGroupsTest extends XAGroups {

    XAKeptGroupsTest(boolean partitioned, String profile) {
        super(partitioned, profile);
    }

    private Xid prepared() throws Exception {
        Xid xid = takeAndClose();
        resource.end(xid, XAResource.TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        return xid;
    }

    private BranchXid name() throws Exception {
        return broker.namespace().preparedBranches().join().get(0).xid();
    }

    @Test
    void aBranchThatAnAdministratorHasCommittedKeepsNoSession() throws Exception {
        prepared();
        broker.namespace().commitPrepared(name()).join();
        assertIsFree();
    }

    @Test
    void aBranchThatAnAdministratorHasRolledBackKeepsNoSession() throws Exception {
        prepared();
        broker.namespace().rollbackPrepared(name()).join();
        assertIsFree("a");
    }

    @Test
    void aPreparedBranchThatRecoveryEndsKeepsNoSession() throws Exception {
        Xid xid = prepared();
        connection.close();
        try (XAConnection other = factory.createXAConnection()) {
            other.createXASession().getXAResource().rollback(xid);
            assertIsFree("a");
        }
    }

    @Test
    void aPreparedBranchKeepsNoSessionThatIsNotItsOwn() throws Exception {
        Xid xid = begin();
        try (MessageProducer producer = session.createProducer(queue(OUT))) {
            TextMessage message = session.createTextMessage("x");
            message.setStringProperty("JMSXGroupID", KEY);
            producer.send(message);
        }
        resource.end(xid, XAResource.TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        try (SessionConsumer held = accept(session)) {
            assertThat(text(take(held))).isEqualTo("a");
        }
        assertIsFree();
        resource.rollback(xid);
    }

    @Test
    void aBranchThatTimesOutKeepsNoSession() throws Exception {
        resource.setTransactionTimeout(1);
        Xid xid = takeAndClose();
        session.close();
        assertIsFree("a");
        assertThatThrownBy(() -> resource.end(xid, XAResource.TMSUCCESS)).isNotNull();
    }

    @Test
    void twoSessionsInOneBranchKeepTheirSessions() throws Exception {
        Xid xid = takeAndClose();
        XASession other = connection.createXASession();
        other.getXAResource().start(xid, XAResource.TMJOIN);
        session.close();
        assertIsHeld();
        resource.end(xid, XAResource.TMSUCCESS);
        other.getXAResource().end(xid, XAResource.TMSUCCESS);
        other.getXAResource().rollback(xid);
        assertIsFree("a");
    }

    @Test
    void aPreparedBranchKeepsOthersOutAndItsRollbackCountsOnce() throws Exception {
        putInto(KEY, "b");
        Xid xid = prepared();
        assertIsHeld();
        resource.rollback(xid);
        Awaitility.await().ignoreExceptions().untilAsserted(() -> {
            try (Session other = broker.session(Session.CLIENT_ACKNOWLEDGE);
                    SessionConsumer held = accept(other)) {
                Message again = take(held);
                assertThat(text(again)).isEqualTo("a");
                PeekLocked.of(again).release();
                assertThat(deliveryCount(again)).isEqualTo(2);
            }
        });
    }

    @Test
    void aCloseBesideTheEndOfABranchLeavesNoSession() throws Exception {
        for (int i = 0; i < 60; i++) {
            Xid xid = begin();
            SessionConsumer held = accept(session);
            assertThat(take(held)).isNotNull();
            resource.end(xid, XAResource.TMSUCCESS);
            boolean commits = i % 3 == 0;
            Thread manager = new Thread(() -> {
                try {
                    if (commits) {
                        resource.prepare(xid);
                        resource.commit(xid, false);
                    } else {
                        resource.rollback(xid);
                    }
                } catch (javax.transaction.xa.XAException e) {
                    // A lost lock rolls back.
                }
            });
            manager.start();
            held.close();
            manager.join();
            try (Session plain = broker.session(Session.AUTO_ACKNOWLEDGE)) {
                Awaitility.await()
                        .pollDelay(java.time.Duration.ZERO)
                        .pollInterval(java.time.Duration.ofMillis(2))
                        .ignoreExceptions()
                        .until(() -> {
                            try (SessionConsumer next = accept(plain)) {
                                TestBroker.all(next);
                                return true;
                            }
                        });
            }
            putInto(KEY, "a");
        }
    }
}
