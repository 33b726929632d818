/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static io.peeklock.systemtests.clients.WrappedBroker.take;
import static io.peeklock.systemtests.clients.WrappedBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.BusConnection;
import io.peeklock.jms.BusSession;
import io.peeklock.jms.LockLostEvent;
import io.peeklock.jms.PeekLocked;
import io.peeklock.jms.SessionConsumer;
import io.peeklock.jms.SteppedBroker;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.messaginghub.pooled.jms.JmsPoolConnection;
import org.messaginghub.pooled.jms.JmsPoolSession;
import org.springframework.jms.connection.SessionProxy;

/** What only the bus has, reached through what lends connections and sessions. */
@ParameterizedClass
@EnumSource(FactoryWrapping.class)
class NativeInterfacesInWrappingsTest {

    private static final String ORDERS = "orders";
    private static final String TRIPS = "trips";

    @Parameter
    FactoryWrapping wrapping;

    /** As docs/operations.md says. */
    private static BusSession unwrapped(Session session) throws JMSException {
        if (session instanceof JmsPoolSession pooled) {
            return (BusSession) pooled.getInternalSession();
        }
        return session instanceof SessionProxy proxy ? (BusSession) proxy.getTargetSession() : (BusSession) session;
    }

    @Nested
    class OfASession {

        @Test
        void areInsideOfIt() throws JMSException {
            try (WrappedBroker broker = new WrappedBroker(wrapping)) {
                broker.inSession(Session.AUTO_ACKNOWLEDGE, session -> {
                    assertThat(session instanceof BusSession).isEqualTo(wrapping == FactoryWrapping.PLAIN);
                    return assertThat(unwrapped(session).namespace()).isSameAs(broker.namespace());
                });
            }
        }

        @Test
        void ofAPooledConnectionAreInsideOfIt() throws JMSException {
            try (WrappedBroker broker = new WrappedBroker(wrapping);
                    Connection connection = broker.factory().createConnection()) {
                Connection own = connection instanceof JmsPoolConnection pooled ? pooled.getConnection() : connection;
                boolean reached = wrapping == FactoryWrapping.PLAIN || wrapping == FactoryWrapping.POOLED;
                assertThat(own instanceof BusConnection).isEqualTo(reached);
            }
        }

        /** It holds its session until it is closed: the pool knows nothing of it. */
        @Test
        @Tag("G4")
        void acceptASessionThatIsTakenAgainWhenItsLockWasLost() throws JMSException {
            SteppedBroker broker = new SteppedBroker("&lockRenewal=none");
            WrappedFactory wrapped = wrapping.wrap(broker.factory());
            try (Connection connection = wrapped.factory().createConnection()) {
                connection.start();
                try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
                    BusSession bus = unwrapped(session);
                    bus.namespace()
                            .createQueue(QueueDescription.builder(TRIPS)
                                    .sessionRequired(true)
                                    .build())
                            .join();
                    Queue trips = session.createQueue(TRIPS);
                    Message stop = session.createTextMessage("stop");
                    stop.setStringProperty("JMSXGroupID", "tram-7");
                    session.createProducer(trips).send(stop);
                    try (SessionConsumer trip = bus.acceptSession(trips, "tram-7")) {
                        assertThat(text(trip.receiveNoWait())).isEqualTo("stop");
                        broker.pass(SteppedBroker.LOCK);
                        assertThatThrownBy(trip::receiveNoWait)
                                .isInstanceOfSatisfying(
                                        JMSException.class,
                                        failure -> assertThat(failure.getErrorCode())
                                                .isEqualTo("SessionLockLost"));
                        Message again = trip.receiveNoWait();
                        assertThat(text(again)).isEqualTo("stop");
                        PeekLocked.of(again).complete();
                        trip.setSessionState(new byte[] {1});
                    }
                }
            } finally {
                wrapped.close();
                broker.close();
            }
        }
    }

    @Nested
    class OfAMessage {

        @Test
        @Tag("D2")
        void areItsOwn() throws JMSException {
            try (WrappedBroker broker = new WrappedBroker(wrapping)) {
                broker.send(ORDERS, "a");
                broker.inSession(Session.CLIENT_ACKNOWLEDGE, session -> {
                    try (MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS))) {
                        PeekLocked.of(take(consumer)).deadLetter("Unreadable", "no such drink");
                    }
                    return session;
                });
                assertThat(broker.drain(ORDERS)).isEmpty();
                assertThat(broker.drain(ORDERS + "/$deadletterqueue")).containsExactly("a");
            }
        }
    }

    @Nested
    class OfTheFactory {

        @Test
        @Tag("L6")
        void hearOfLostLocksOfAllItsConnections() throws JMSException {
            try (WrappedBroker broker = new WrappedBroker(wrapping)) {
                List<LockLostEvent> lost = new CopyOnWriteArrayList<>();
                broker.provider().setLockLostListener(lost::add);
                broker.send(ORDERS, "a");
                broker.inSession(Session.CLIENT_ACKNOWLEDGE, session -> {
                    take(session.createConsumer(session.createQueue(ORDERS)));
                    broker.namespace().deleteQueue(ORDERS).join();
                    Awaitility.await().until(() -> lost.size() == 1);
                    session.recover();
                    return lost;
                });
                assertThat(lost.get(0).reason()).isEqualTo(LockLostEvent.Reason.ENTITY_DELETED);
            }
        }
    }
}
