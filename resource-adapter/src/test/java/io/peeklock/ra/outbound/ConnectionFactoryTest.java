/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.ra.TestServer;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSRuntimeException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.security.auth.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server's pool asks of a connection factory, and what of its failures reaches the application. */
final class ConnectionFactoryTest {

    private final String url = "peeklock:mem:" + UUID.randomUUID();
    private TestServer server;
    private PeeklockManagedConnectionFactory factory;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(url);
        factory = server.managedFactory();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void add(Subject subject, String userName, ManagedConnectionFactory of) {
        PasswordCredential credential = new PasswordCredential(userName, "secret".toCharArray());
        credential.setManagedConnectionFactory(of);
        subject.getPrivateCredentials().add(credential);
    }

    private String userOf(Subject subject) throws ResourceException {
        return factory.createManagedConnection(subject, null).getMetaData().getUserName();
    }

    /** A server's subject may have those of several resources. */
    @Test
    void aCredentialIsForItsConnectionFactoryOnly() throws Exception {
        PeeklockManagedConnectionFactory other = server.managedFactory();
        other.setUrl("peeklock:mem:" + UUID.randomUUID());
        Subject subject = new Subject();
        add(subject, "bob", other);
        assertThat(userOf(subject)).isEmpty();
        add(subject, "alice", factory);
        assertThat(userOf(subject)).isEqualTo("alice");
    }

    @Test
    void aClientIdIsSaidInOnePlace() {
        factory.setUrl(url + "?clientId=till-1");
        factory.setClientId("till-2");
        assertThatExceptionOfType(InvalidPropertyException.class)
                .isThrownBy(() -> factory.createConnectionFactory(server))
                .withMessageContaining("clientId");
    }

    @Test
    void aPasswordIsSomebodys() {
        factory.setPassword("secret");
        assertThatExceptionOfType(InvalidPropertyException.class)
                .isThrownBy(() -> factory.createConnectionFactory(server))
                .withMessageContaining("userName");
    }

    @Test
    void thoseOfAStoppedAdapterAreInvalidAndThoseNeverUsedAreNot() throws Exception {
        PeeklockManagedConnection lost = factory.createManagedConnection(null, null);
        PeeklockManagedConnection unused = factory.createManagedConnection(null, null);
        lost.getConnection(null, null);
        assertThat(factory.getInvalidConnections(Set.of(lost, unused))).isEmpty();
        server.adapter().stop();
        assertThat(factory.getInvalidConnections(Set.of(lost, unused)))
                .singleElement()
                .isSameAs(lost);
    }

    @Test
    void anApplicationHearsTheBusesOwnError() throws Exception {
        factory.setClientId("till-1");
        ConnectionFactoryHandle connections = factory.createConnectionFactory(server);
        try (Connection first = connections.createConnection()) {
            assertThat(first.getClientID()).isEqualTo("till-1");
            assertThatExceptionOfType(InvalidClientIDException.class).isThrownBy(connections::createConnection);
        }
    }

    @Test
    void aConnectionWhoseContextCannotBeMadeIsGivenBack() throws Exception {
        LosingServer losing = new LosingServer();
        ConnectionFactoryHandle connections = factory.createConnectionFactory(losing);
        assertThatThrownBy(connections::createContext).isInstanceOf(JMSRuntimeException.class);
        assertThat(losing.told).containsExactly("error", "closed");
    }

    /** Whose connections are lost between its pool and the application. */
    private static final class LosingServer implements ConnectionManager, ConnectionEventListener {

        private static final long serialVersionUID = 1L;

        private final transient List<String> told = new ArrayList<>();

        @Override
        public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo info)
                throws ResourceException {
            PeeklockManagedConnection managed = (PeeklockManagedConnection) factory.createManagedConnection(null, info);
            managed.addConnectionEventListener(this);
            ConnectionHandle handle = managed.getConnection(null, info);
            managed.failed(handle.physical(), new IllegalStateException("its adapter was stopped", "Closed"));
            return handle;
        }

        @Override
        public void connectionClosed(ConnectionEvent event) {
            told.add("closed");
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            told.add("error");
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {}

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {}

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {}
    }
}
