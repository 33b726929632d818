/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.ra.AdministeredQueue;
import io.peeklock.ra.TestServer;
import jakarta.jms.JMSContext;
import jakarta.jms.Session;
import java.util.UUID;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What transaction managers of servers do with the branch of one managed connection. */
@Tag("X5")
final class TransactionBranchTest {

    private final AdministeredQueue orders = new AdministeredQueue();
    private final Xid xid = TakingServer.xid("1");
    private TestServer server;
    private PeeklockManagedConnection managed;
    private XAResource resource;

    /** Keeps the store in memory. */
    private JMSContext other;

    @BeforeEach
    void start() throws Exception {
        orders.setPhysicalName("orders");
        server = TestServer.start("peeklock:mem:" + UUID.randomUUID());
        other = server.factory().createContext();
        managed = server.managedFactory().createManagedConnection(null, null);
        resource = managed.getXAResource();
    }

    @AfterEach
    void stop() {
        other.close();
        server.close();
    }

    private void send(String text) throws Exception {
        try (ConnectionHandle connection = managed.getConnection(null, null);
                Session session = connection.createSession()) {
            session.createProducer(orders).send(session.createTextMessage(text));
        }
    }

    private void prepareAndCommit() throws Exception {
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        resource.commit(xid, false);
    }

    private void assertReceived(String text) {
        assertThat(other.createConsumer(orders).receiveBodyNoWait(String.class)).isEqualTo(text);
    }

    /** As WildFly does, where a connection has joined a bean's branch. */
    @Test
    void workIsEndedTwice() throws Exception {
        resource.start(xid, XAResource.TMNOFLAGS);
        send("tea");
        resource.end(xid, XAResource.TMSUCCESS);
        resource.end(xid, XAResource.TMSUCCESS);
        prepareAndCommit();
        assertReceived("tea");
    }

    @Test
    void workThatHasBegunAgainEndsAgain() throws Exception {
        resource.start(xid, XAResource.TMNOFLAGS);
        resource.end(xid, XAResource.TMSUCCESS);
        resource.start(xid, XAResource.TMJOIN);
        send("tea");
        resource.end(xid, XAResource.TMSUCCESS);
        prepareAndCommit();
        assertReceived("tea");
    }

    @Test
    void whatIsPreparedIsCommittedThoughTheConnectionIsDestroyed() throws Exception {
        resource.start(xid, XAResource.TMNOFLAGS);
        send("tea");
        resource.end(xid, XAResource.TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        managed.destroy();
        resource.commit(xid, false);
        assertReceived("tea");
    }
}
