/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.ra.TestServer;
import io.peeklock.ra.store.Bus;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.resource.ResourceException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handles in a server that takes managed connections back at the begin and the end of transactions. */
final class DissociationTest {

    private TestServer adapters;
    private TakingServer server;
    private ConnectionFactoryHandle factory;

    @BeforeEach
    void start() throws Exception {
        adapters = TestServer.start("peeklock:mem:" + UUID.randomUUID());
        server = new TakingServer(adapters);
        factory = server.factory();
    }

    @AfterEach
    void stop() {
        adapters.close();
    }

    private String next(String queue) {
        try (JMSContext context = factory.createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
            return consumer.receiveBodyNoWait(String.class);
        }
    }

    @Test
    @Tag("X1")
    void aContextFromBeforeATransactionIsInItAndWorksBehindIt() throws Exception {
        try (JMSContext context = factory.createContext()) {
            Queue queue = context.createQueue("around");
            server.begin();
            context.createProducer().send(queue, "rolled back");
            server.rollback();
            server.begin();
            context.createProducer().send(queue, "committed");
            server.commit();
            context.createProducer().send(queue, "behind");
        }

        assertThat(next("around")).isEqualTo("committed");
        assertThat(next("around")).isEqualTo("behind");
        assertThat(next("around")).isNull();
    }

    @Test
    @Tag("X1")
    void theProducerOfAConnectionFromBeforeATransactionIsInIt() throws Exception {
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue("around"))) {
            server.begin();
            producer.send(session.createTextMessage("rolled back"));
            server.rollback();
            producer.send(session.createTextMessage("behind"));
        }

        assertThat(next("around")).isEqualTo("behind");
        assertThat(next("around")).isNull();
    }

    @Test
    void aConsumerMissesNothingInBetween() throws Exception {
        try (JMSContext context = factory.createContext();
                JMSConsumer consumer = context.createConsumer(context.createTopic("news"))) {
            server.begin();
            try (JMSContext other = factory.createContext()) {
                other.createProducer().send(other.createTopic("news"), "tea is ready");
            }
            server.commit();

            assertThat(consumer.receiveBodyNoWait(String.class)).isEqualTo("tea is ready");
        }
    }

    @Test
    @Tag("X1")
    void whatAConsumerReceivesInATransactionComesAgainAfterTheRollback() throws Exception {
        try (JMSContext context = factory.createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue("in"))) {
            context.createProducer().send(context.createQueue("in"), "tea");
            server.begin();
            assertThat(consumer.receiveBodyNoWait(String.class)).isEqualTo("tea");
            server.rollback();

            assertThat(consumer.receiveBodyNoWait(String.class)).isEqualTo("tea");
        }
    }

    @Test
    @Tag("X1")
    void allHandlesOfATransactionAreInIt() throws Exception {
        try (JMSContext one = factory.createContext();
                JMSContext other = factory.createContext()) {
            server.begin();
            sendByAll("rolled back", one, other);
            server.rollback();
            assertThat(next("both")).isNull();

            server.begin();
            sendByAll("committed", one, other);
            server.commit();
        }

        assertThat(next("both")).isEqualTo("committed");
        assertThat(next("both")).isEqualTo("committed");
        assertThat(next("both")).isEqualTo("committed");
        assertThat(next("both")).isNull();
    }

    /** By those, and by one that is made in the transaction. */
    private void sendByAll(String text, JMSContext one, JMSContext other) {
        try (JMSContext third = factory.createContext()) {
            for (JMSContext context : new JMSContext[] {one, other, third}) {
                context.createProducer().send(context.createQueue("both"), text);
            }
        }
    }

    @Test
    @Tag("X1")
    void whatIsClosedInATransactionIsCommitted() throws Exception {
        JMSContext context = factory.createContext();
        server.begin();
        context.createProducer().send(context.createQueue("closed"), "tea");
        context.close();
        server.commit();

        assertThat(next("closed")).isEqualTo("tea");
        assertThatThrownBy(() -> context.createQueue("closed")).isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    void aHandleThatIsClosedWhileDissociatedClosesItsConnection() throws Exception {
        ConnectionHandle handle = factory.createConnection();
        PhysicalConnection physical = handle.physical();
        server.takeBack();
        assertThat(physical.isOpen()).isTrue();

        handle.close();

        assertThat(physical.isOpen()).isFalse();
        assertThat(server.closedWhileDissociated()).isEqualTo(1);
    }

    @Test
    void whatADroppedHandleHasLeftIsClosedWhenOthersCome() throws Exception {
        PhysicalConnection physical = dropped();

        await().until(() -> {
            System.gc();
            next("any");
            return !physical.isOpen();
        });
    }

    private PhysicalConnection dropped() throws Exception {
        ConnectionHandle handle = factory.createConnection();
        PhysicalConnection physical = handle.physical();
        server.takeBack();
        return physical;
    }

    /** What closing throws when the disk, the application's code or the classes of the other adapter fail. */
    static Stream<Throwable> failures() {
        return Stream.of(
                new JMSRuntimeException("no more"),
                new IllegalArgumentException("no more"),
                new NoClassDefFoundError("no more"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatADroppedHandleHasLeftFailsNobodyElseWhenItIsClosed(Throwable failure) throws Exception {
        DroppedHandles handles = new DroppedHandles();
        PhysicalConnection physical =
                dropped(new UnwillingBus(adapters.adapter().bus(), failure), handles);

        await().until(() -> {
            System.gc();
            managed(adapters.adapter().bus(), handles);
            return !physical.isOpen();
        });
    }

    private PhysicalConnection dropped(Bus bus, DroppedHandles handles) throws Exception {
        DissociatableConnection managed = managed(bus, handles);
        PhysicalConnection physical = managed.getConnection(null, null).physical();
        managed.dissociateConnections();
        return physical;
    }

    @Test
    void nothingIsKeptOfAHandleThatIsClosedWhileDissociated() throws Exception {
        WeakReference<PhysicalConnection> physical = closedWhileDissociated();

        await().until(() -> {
            System.gc();
            return physical.get() == null;
        });
    }

    private WeakReference<PhysicalConnection> closedWhileDissociated() throws Exception {
        ConnectionHandle handle = factory.createConnection();
        WeakReference<PhysicalConnection> physical = new WeakReference<>(handle.physical());
        server.takeBack();
        handle.close();
        return physical;
    }

    @ParameterizedTest
    @MethodSource("failures")
    void allConnectionsAreClosedThoughClosingFails(Throwable failure) throws Exception {
        DissociatableConnection managed =
                managed(new UnwillingBus(adapters.adapter().bus(), failure), new DroppedHandles());
        List<PhysicalConnection> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(managed.getConnection(null, null).physical());
        }

        assertThatThrownBy(managed::destroy)
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("no more")
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .hasSize(2)
                        .allMatch(each -> each.getMessage().contains("no more")));

        assertThat(open).hasSize(3).noneMatch(PhysicalConnection::isOpen);
    }

    @Test
    void aHandleOfALostConnectionSaysSo() throws Exception {
        JMSContext context = factory.createContext();
        server.takeBack();
        adapters.adapter().stop();

        assertThatThrownBy(() -> context.createProducer().send(context.createQueue("lost"), "tea"))
                .isInstanceOf(JMSRuntimeException.class);
    }

    @Test
    void otherServersGetManagedConnectionsThatStay() throws Exception {
        assertThat(adapters.managedFactory().createManagedConnection(null, null))
                .isNotInstanceOf(DissociatableConnection.class);
    }

    private DissociatableConnection managed() throws Exception {
        return managed(adapters.adapter().bus(), new DroppedHandles());
    }

    private DissociatableConnection managed(Bus bus, DroppedHandles handles) throws Exception {
        PeeklockManagedConnectionFactory managedFactory = adapters.managedFactory();
        return new DissociatableConnection(
                managedFactory, bus, managedFactory.login(null, new ConnectionRequest(null, null)), handles);
    }

    /** Else the sessions that have begun could work in no other branch, and the branch would be nobody's. */
    @ParameterizedTest
    @ValueSource(ints = {XAResource.TMNOFLAGS, XAResource.TMJOIN})
    @Tag("X5")
    void aStartThatFailsHalfWayIsUndone(int flags) throws Exception {
        DissociatableConnection managed = managed();
        PhysicalConnection first = managed.getConnection(null, null).physical();
        PhysicalConnection busy = managed.getConnection(null, null).physical();
        busy.resource().start(TakingServer.xid("of another"), XAResource.TMNOFLAGS);
        XAResource other = managed().getXAResource();
        if (flags == XAResource.TMJOIN) {
            other.start(TakingServer.xid("a"), XAResource.TMNOFLAGS);
        }

        assertThatThrownBy(() -> managed.getXAResource().start(TakingServer.xid("a"), flags))
                .isInstanceOf(XAException.class);

        first.resource().start(TakingServer.xid("b"), XAResource.TMNOFLAGS);
        first.resource().end(TakingServer.xid("b"), XAResource.TMSUCCESS);
        first.resource().rollback(TakingServer.xid("b"));
        if (flags == XAResource.TMJOIN) {
            other.end(TakingServer.xid("a"), XAResource.TMSUCCESS);
            assertThat(other.prepare(TakingServer.xid("a"))).isEqualTo(XAResource.XA_RDONLY);
        } else {
            assertThatThrownBy(() -> first.resource().rollback(TakingServer.xid("a")))
                    .hasMessageContaining("XAER_NOTA");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsOpenBesidesALostConnectionIsClosedWithIt(boolean firstIsLost) throws Exception {
        DissociatableConnection managed = managed();
        ConnectionHandle first = managed.getConnection(null, null);
        ConnectionHandle second = managed.getConnection(null, null);
        ConnectionHandle lost = firstIsLost ? first : second;
        PhysicalConnection open = (firstIsLost ? second : first).physical();
        Session session = lost.createSession();
        lost.physical().close();
        assertThatThrownBy(session::createMessage).isInstanceOf(jakarta.jms.IllegalStateException.class);
        assertThat(managed.isUseful()).isFalse();

        managed.destroy();

        assertThat(open.isOpen()).isFalse();
    }
}
