/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.PeeklockXAConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import java.lang.reflect.Proxy;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
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
}
