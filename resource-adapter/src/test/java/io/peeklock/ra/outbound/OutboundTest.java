/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Namespace;
import io.peeklock.jms.BusContext;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeekLocked;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.ra.AdministeredQueue;
import io.peeklock.ra.TestServer;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TransactionInProgressException;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.util.UUID;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class OutboundTest {

    private final String url = "peeklock:mem:" + UUID.randomUUID();
    private final AdministeredQueue orders = new AdministeredQueue();
    private TestServer server;
    private ConnectionFactoryHandle factory;

    @BeforeEach
    void start() throws Exception {
        orders.setPhysicalName("orders");
        server = TestServer.start(url);
        factory = server.factory();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void send(String text) {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(orders, text);
        }
    }

    private String receive() {
        try (JMSContext context = factory.createContext()) {
            return context.createConsumer(orders).receiveBodyNoWait(String.class);
        }
    }

    @Nested
    class InATransaction {

        @Test
        @Tag("X1")
        void whatIsSentComesWithTheCommit() throws Exception {
            server.begin();
            send("tea");
            server.commit();
            assertThat(receive()).isEqualTo("tea");
        }

        @Test
        @Tag("X1")
        void whatIsSentGoesWithTheRollback() throws Exception {
            server.begin();
            send("tea");
            server.rollback();
            assertThat(receive()).isNull();
        }

        @Test
        @Tag("X1")
        void whatIsReceivedComesAgainAfterTheRollback() throws Exception {
            send("tea");
            server.begin();
            assertThat(receive()).isEqualTo("tea");
            server.rollback();
            server.begin();
            assertThat(receive()).isEqualTo("tea");
            server.commit();
            assertThat(receive()).isNull();
        }

        @Test
        void argumentsOfSessionsAreNotHeard() throws Exception {
            server.begin();
            try (Connection connection = factory.createConnection();
                    Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE)) {
                assertThat(session.getTransacted()).isTrue();
                session.createProducer(orders).send(session.createTextMessage("tea"));
                assertThatExceptionOfType(TransactionInProgressException.class).isThrownBy(session::commit);
            }
            server.rollback();
            assertThat(receive()).isNull();
        }

        @Test
        void twoConnectionsShareABranch() throws Exception {
            ConnectionFactoryHandle other = server.factory();
            server.begin();
            send("tea");
            try (JMSContext context = other.createContext()) {
                context.createProducer().send(orders, "coffee");
            }
            server.commit();
            assertThat(receive()).isEqualTo("tea");
            assertThat(receive()).isEqualTo("coffee");
        }

        /** As GlassFish does, which knows of one resource manager. */
        @Test
        @Tag("X5")
        void aRollbackEndsTheWorkOfAllThatShareTheBranch() throws Exception {
            Xid xid = server.begin();
            XAResource first =
                    server.managedFactory().createManagedConnection(null, null).getXAResource();
            XAResource second =
                    server.managedFactory().createManagedConnection(null, null).getXAResource();
            first.start(xid, XAResource.TMNOFLAGS);
            assertThat(second.isSameRM(first)).isTrue();
            second.start(xid, XAResource.TMJOIN);
            first.end(xid, XAResource.TMSUCCESS);

            first.rollback(xid);
            second.end(xid, XAResource.TMSUCCESS);

            Xid next = server.begin();
            second.start(next, XAResource.TMNOFLAGS);
            second.end(next, XAResource.TMSUCCESS);
            second.rollback(next);
        }

        @Test
        void aRollbackEndsItsOwnWork() throws Exception {
            Xid xid = server.begin();
            XAResource resource =
                    server.managedFactory().createManagedConnection(null, null).getXAResource();
            resource.start(xid, XAResource.TMNOFLAGS);

            resource.rollback(xid);
            resource.end(xid, XAResource.TMFAIL);

            Xid next = server.begin();
            resource.start(next, XAResource.TMNOFLAGS);
            resource.end(next, XAResource.TMSUCCESS);
            resource.rollback(next);
        }

        @Test
        @Tag("X5")
        void whatIsPreparedIsRecoveredWithoutASession() throws Exception {
            Xid xid = server.begin();
            send("tea");
            server.prepare();
            XAResource recovery =
                    server.managedFactory().createManagedConnection(null, null).getXAResource();
            assertThat(recovery.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                    .hasSize(1);
            recovery.commit(xid, false);
            try (TestServer later = TestServer.start(url);
                    JMSContext context = later.factory().createContext()) {
                assertThat(context.createConsumer(orders).receiveBodyNoWait(String.class))
                        .isEqualTo("tea");
            }
        }
    }

    @Nested
    class OutsideOfTransactions {

        @Test
        void eachCallStandsForItself() {
            send("tea");
            assertThat(receive()).isEqualTo("tea");
            assertThat(receive()).isNull();
        }

        @Test
        void aSessionIsNeitherTransactedNorTheClients() throws Exception {
            try (Connection connection = factory.createConnection()) {
                Session transacted = connection.createSession(true, Session.SESSION_TRANSACTED);
                assertThat(transacted.getTransacted()).isFalse();
                assertThat(transacted.getAcknowledgeMode()).isEqualTo(Session.AUTO_ACKNOWLEDGE);
                transacted.close();
                Session clients = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                assertThat(clients.getAcknowledgeMode()).isEqualTo(Session.AUTO_ACKNOWLEDGE);
                clients.close();
                assertThat(connection.createSession(Session.DUPS_OK_ACKNOWLEDGE).getAcknowledgeMode())
                        .isEqualTo(Session.DUPS_OK_ACKNOWLEDGE);
            }
        }

        @Test
        void theServersOwnTransactionOfOneConnectionRollsBack() throws Exception {
            PeeklockManagedConnection managed = server.managedFactory().createManagedConnection(null, null);
            LocalTransaction local = managed.getLocalTransaction();
            Session session = managed.getConnection(null, null).createSession();
            local.begin();
            session.createProducer(orders).send(session.createTextMessage("tea"));
            local.rollback();
            assertThat(receive()).isNull();
            local.begin();
            session.createProducer(orders).send(session.createTextMessage("coffee"));
            local.commit();
            assertThat(receive()).isEqualTo("coffee");
            local.begin();
            session.createProducer(orders).send(session.createTextMessage("milk"));
            managed.cleanup();
            assertThat(receive()).isNull();
        }

        @Test
        @Tag("W4")
        void theServersOwnTransactionIsRolledBackWhenItsCommitIsRefused() throws Exception {
            send("tea");
            PeeklockManagedConnection managed = server.managedFactory().createManagedConnection(null, null);
            LocalTransaction local = managed.getLocalTransaction();
            Connection connection = managed.getConnection(null, null);
            connection.start();
            Session session = connection.createSession();
            try (PeeklockConnectionFactory others = new PeeklockConnectionFactory(url);
                    Connection other = others.createConnection()) {
                Namespace namespace = ((BusSession) other.createSession()).namespace();
                Session theirs = other.createSession();
                theirs.createProducer(theirs.createQueue("gone")).send(theirs.createMessage());
                local.begin();
                assertThat(session.createConsumer(orders).receive(30_000)).isNotNull();
                Message lost =
                        session.createConsumer(session.createQueue("gone")).receive(30_000);
                namespace.deleteQueue("gone").join();
                assertThatThrownBy(() -> PeekLocked.of(lost).defer()).isInstanceOf(JMSException.class);
                assertThatThrownBy(local::commit).isInstanceOf(LocalTransactionException.class);
            }
            assertThat(receive()).isEqualTo("tea");
        }
    }

    @Nested
    class Pooled {

        @Test
        void aConnectionIsUsedAgain() {
            send("tea");
            send("coffee");
            assertThat(server.made()).isEqualTo(1);
            assertThat(server.idle()).isEqualTo(1);
        }

        @Test
        void whatIsGivenBackHoldsNothing() throws Exception {
            Connection connection = factory.createConnection();
            connection.start();
            Session session = connection.createSession();
            TemporaryQueue temporary = session.createTemporaryQueue();
            MessageConsumer consumer = session.createConsumer(orders);
            connection.close();
            send("tea");
            assertThat(receive()).isEqualTo("tea");
            assertThatThrownBy(() -> consumer.receiveNoWait())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            try (JMSContext context = factory.createContext()) {
                assertThatThrownBy(() -> context.createProducer().send(temporary, "too late"))
                        .hasMessageContaining("temporary");
            }
        }

        @Test
        void whatAnApplicationHasForgottenIsTakenBack() throws Exception {
            Connection connection = factory.createConnection();
            Session session = connection.createSession();
            server.takeBack();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(session::createTextMessage)
                    .withMessageContaining("taken this connection back");
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(connection::createSession);
            connection.close();
            assertThat(server.idle()).isEqualTo(1);
        }

        @Test
        void usersHaveConnectionsOfTheirOwn() throws Exception {
            factory.createConnection("alice", "a").close();
            factory.createConnection("bob", "b").close();
            factory.createConnection("alice", "a").close();
            assertThat(server.made()).isEqualTo(2);
        }

        @Test
        void aSharedConnectionMovesWhileItHasNoSession() throws Exception {
            PeeklockManagedConnectionFactory managed = server.managedFactory();
            PeeklockManagedConnection first = managed.createManagedConnection(null, null);
            PeeklockManagedConnection second = managed.createManagedConnection(null, null);
            ConnectionHandle handle = first.getConnection(null, null);
            second.associateConnection(handle);
            first.destroy();
            assertThat(handle.createSession()).isNotNull();
            assertThatThrownBy(() -> first.associateConnection(handle)).hasMessageContaining("open session");
            second.destroy();
        }
    }

    @Nested
    class Configured {

        @Test
        void whatIsOfTheBusIsThereToo() throws Exception {
            try (JMSContext context = factory.createContext()) {
                BusSession inside = ((BusContext) context).busSession();
                inside.createProducer(orders).send(inside.createTextMessage("tea"));
                assertThat(inside.peek(orders, 0, 1)).hasSize(1);
            }
            try (Connection connection = factory.createConnection()) {
                assertThat(connection.createSession()).isInstanceOf(BusSession.class);
            }
        }

        @Test
        void aClientIdIsTheConnections() throws Exception {
            PeeklockManagedConnectionFactory managed = server.managedFactory();
            managed.setClientId("till-1");
            try (Connection connection = managed.createConnectionFactory(server).createConnection()) {
                assertThat(connection.getClientID()).isEqualTo("till-1");
            }
        }

        @Test
        void aMissingOrWrongUrlIsSaidWhenTheFactoryIsMade() throws Exception {
            try (TestServer without = TestServer.start("  ")) {
                assertThatExceptionOfType(InvalidPropertyException.class)
                        .isThrownBy(without::factory)
                        .withMessageContaining("peeklock:file:");
                PeeklockManagedConnectionFactory managed = without.managedFactory();
                managed.setUrl("tcp://nowhere");
                assertThatExceptionOfType(InvalidPropertyException.class)
                        .isThrownBy(() -> managed.createConnectionFactory(without))
                        .withMessageContaining("url");
            }
        }

        @Test
        void aFactorysUrlGoesBeforeTheAdapters() throws Exception {
            PeeklockManagedConnectionFactory managed = server.managedFactory();
            managed.setUrl("peeklock:mem:" + UUID.randomUUID());
            try (JMSContext context = managed.createConnectionFactory(server).createContext()) {
                context.createProducer().send(orders, "elsewhere");
            }
            assertThat(receive()).isNull();
        }

        @Test
        @Tag("Q6")
        void whoIsNotLetInHearsItWhenHeConnects() {
            PeeklockConnectionFactory direct = new PeeklockConnectionFactory(url);
            try (JMSContext context = direct.createContext()) {
                ((BusContext) context)
                        .busSession()
                        .namespace()
                        .createPolicy(
                                io.peeklock.broker.entity.AccessPolicy.of("shop", io.peeklock.broker.entity.Claim.SEND))
                        .join();
                assertThatThrownBy(() -> factory.createConnection("shop", "wrong"))
                        .isInstanceOf(jakarta.jms.JMSSecurityException.class);
                assertThatThrownBy(() -> factory.createContext("shop", "wrong"))
                        .isInstanceOf(jakarta.jms.JMSSecurityRuntimeException.class);
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        }

        @Test
        void anAdministeredQueueNeedsAName() {
            Queue nameless = new AdministeredQueue();
            assertThatThrownBy(nameless::getQueueName).hasMessageContaining("physicalName");
        }
    }
}
