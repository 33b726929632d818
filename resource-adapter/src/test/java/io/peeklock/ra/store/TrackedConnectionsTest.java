/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.jms.PeeklockXAConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import java.lang.Thread.State;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections of a store that changes hands while they are made. */
class TrackedConnectionsTest {

    private final PeeklockXAConnectionFactory bus =
            new PeeklockXAConnectionFactory("peeklock:mem:" + UUID.randomUUID());

    @AfterEach
    void close() {
        bus.close();
    }

    /** What a stopped adapter's factory throws. */
    private static XAConnectionFactory failing(Throwable failure) {
        return (XAConnectionFactory) Proxy.newProxyInstance(
                TrackedConnectionsTest.class.getClassLoader(),
                new Class<?>[] {XAConnectionFactory.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> throw failure;
                });
    }

    private static TrackedConnections of(XAConnectionFactory... inTurn) {
        Iterator<XAConnectionFactory> next = List.of(inTurn).iterator();
        return new TrackedConnections(next::next, new OpenConnections());
    }

    @Test
    void areOfWhoHasTheStoreNow() throws JMSException {
        XAConnectionFactory stopped = failing(new JMSException("stopped", "Closed"));
        XAConnectionFactory unloaded = failing(new NoClassDefFoundError("of a closed class loader"));
        try (XAConnection connection = of(stopped, unloaded, bus).createXAConnection()) {
            assertThat(connection).isNotNull();
        }
    }

    @Test
    void failAsTheStoreDoesWhenItHasNotChangedHands() {
        XAConnectionFactory full = failing(new JMSException("no room"));
        assertThatThrownBy(() -> of(full, full).createXAConnection())
                .isInstanceOf(JMSException.class)
                .hasMessage("no room");
    }

    /** The store must be free when its adapter has stopped, and the classes that the connection is made with may be gone. */
    @Test
    void arePartOfTheEndAlsoWhileTheyAreMade() throws Exception {
        OpenConnections open = new OpenConnections();
        List<String> steps = new CopyOnWriteArrayList<>();
        Thread closing = new Thread(() -> {
            open.closeAll(null);
            steps.add("ended");
        });
        XAConnectionFactory slow = (XAConnectionFactory) Proxy.newProxyInstance(
                TrackedConnectionsTest.class.getClassLoader(),
                new Class<?>[] {XAConnectionFactory.class},
                (proxy, method, arguments) -> {
                    closing.start();
                    await().until(() ->
                            EnumSet.of(State.TIMED_WAITING, State.TERMINATED).contains(closing.getState()));
                    steps.add("made");
                    return closed(() -> steps.add("closed"));
                });
        assertThatThrownBy(() -> new TrackedConnections(() -> slow, open).createXAConnection())
                .hasMessageContaining("stopped");
        closing.join();
        assertThat(steps).containsExactly("made", "closed", "ended");
        XAConnectionFactory notAsked = failing(new AssertionError("a store is opened"));
        assertThatThrownBy(() -> new TrackedConnections(() -> notAsked, open).createXAConnection())
                .hasMessageContaining("stopped");
    }

    private static XAConnection closed(Runnable whenClosed) {
        return (XAConnection) Proxy.newProxyInstance(
                TrackedConnectionsTest.class.getClassLoader(),
                new Class<?>[] {XAConnection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        whenClosed.run();
                    }
                    return null;
                });
    }
}
