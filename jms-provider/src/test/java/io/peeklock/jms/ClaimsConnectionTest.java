/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.jms.users.UserEntry;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom policies let in, with a file of users and without. */
@Tag("Q6")
class ClaimsConnectionTest extends ClaimsFixture {

    @Nested
    class WithoutUsers {

        @Test
        void withoutPoliciesEverybodyIsLetIn() throws JMSException {
            broker.factory.createConnection("anybody", "x").close();
        }

        @Test
        void withPoliciesWhoNamesSomebodyNeedsTheKey() throws JMSException {
            policy(ORDERS, Claim.SEND);
            connect().close();
            broker.factory.createQueueConnection("app", KEY).close();
            broker.factory.createTopicConnection("app", KEY).close();
            broker.factory.createContext("app", KEY).close();
            refused(() -> broker.factory.createConnection("app", "other-key"));
            refused(() -> broker.factory.createConnection("app", null));
            refused(() -> broker.factory.createConnection("anybody", KEY));
            refused(() -> broker.factory.createQueueConnection("app", ""));
            assertThatThrownBy(() -> broker.factory.createContext("app", "topsecret"))
                    .isExactlyInstanceOf(JMSSecurityRuntimeException.class)
                    .hasMessage("no user of that name and password, and no policy of that name and key");
        }

        @Test
        void whoNamesNobodyMayDoEverything() throws JMSException {
            policy(ORDERS, Claim.SEND);
            try (Connection open = broker.factory.createConnection();
                    Session session = open.createSession()) {
                ((BusSession) session).namespace().policies(ORDERS).join();
            }
        }

        @Test
        void theUserOfTheFactoryIsOneTooAndTheBrokerIsTheSame() throws JMSException {
            policy(ORDERS, Claim.SEND);
            try (PeeklockConnectionFactory named =
                            new PeeklockConnectionFactory(broker.factory.getUrl() + "?user=app&password=" + KEY);
                    JMSContext context = named.createContext()) {
                Queue orders = context.createQueue("orders");
                context.createProducer().send(orders, "a");
                assertThatThrownBy(() -> context.createConsumer(orders))
                        .isExactlyInstanceOf(JMSSecurityRuntimeException.class);
                Message received = broker.session(Session.AUTO_ACKNOWLEDGE)
                        .createConsumer(broker.queue("orders"))
                        .receive(TestBroker.LONG_MS);
                assertThat(received.getStringProperty("JMSXUserID")).isEqualTo("app");
            }
        }

        @Test
        void theBusBehindItsSessionsIsCheckedToo() throws JMSException {
            policy(ORDERS, Claim.MANAGE);
            try (Connection connection = connect();
                    Session session = connection.createSession()) {
                var bus = ((BusSession) session).namespace();
                bus.policies(ORDERS).join();
                assertThat(bus.createQueue(QueueDescription.of("new"))).isCompletedExceptionally();
                assertThatThrownBy(bus::health).hasMessageContaining("MANAGE on the namespace");
            }
        }
    }

    @Nested
    class WithUsers {
        // Making one takes its time, on purpose.
        private static final String ALICE = UserEntry.line("alice", "a".toCharArray());

        @TempDir
        Path directory;

        private PeeklockConnectionFactory closed(String address, String lines) throws IOException {
            Path users = directory.resolve("users");
            Files.writeString(users, lines);
            Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
            return new PeeklockConnectionFactory(address + "?users=" + users);
        }

        private void define(PeeklockConnectionFactory factory, String name) throws JMSException {
            try (Connection alice = factory.createConnection("alice", "a");
                    Session session = alice.createSession()) {
                var bus = ((BusSession) session).namespace();
                bus.createQueue(QueueDescription.of("orders")).join();
                bus.createPolicy(AccessPolicy.of(name, Claim.SEND).withPrimaryKey(AccessKey.of(KEY)))
                        .join();
            }
        }

        @Test
        void bothAreLetInAndTheirsMayDoEverything() throws Exception {
            try (PeeklockConnectionFactory factory = closed("peeklock:mem:" + UUID.randomUUID(), ALICE)) {
                define(factory, "app");
                try (Connection app = factory.createConnection("app", KEY);
                        Session session = app.createSession()) {
                    session.createProducer(session.createQueue("orders")).close();
                    refused(() -> session.createConsumer(session.createQueue("orders")));
                }
                refused(factory::createConnection);
                refused(() -> factory.createConnection("app", "other-key"));
                refused(() -> factory.createConnection("app", null));
                refused(() -> factory.createConnection("bob", KEY));
                refused(() -> factory.createConnection("alice", KEY));
            }
        }

        @Test
        void aNameOfTheFileIsItsOwnAffair() throws Exception {
            try (PeeklockConnectionFactory factory = closed("peeklock:mem:" + UUID.randomUUID(), ALICE)) {
                define(factory, "alice");
                refused(() -> factory.createConnection("alice", KEY));
                factory.createConnection("alice", "a").close();
            }
        }

        @Test
        void withoutPoliciesNobodyElseIsLetIn() throws Exception {
            try (PeeklockConnectionFactory factory = closed("peeklock:mem:" + UUID.randomUUID(), ALICE);
                    Connection alice = factory.createConnection("alice", "a")) {
                assertThat(alice.getMetaData()).isNotNull();
                refused(() -> factory.createConnection("app", KEY));
            }
        }

        @Test
        void policiesOfADirectoryAreAskedBeforeAnybodyElseHasOpenedIt() throws Exception {
            String address = "peeklock:file:" + directory.resolve("store");
            try (PeeklockConnectionFactory factory = closed(address, ALICE)) {
                define(factory, "app");
            }
            // An empty file: keys are all that is asked for.
            try (PeeklockConnectionFactory factory = closed(address, "")) {
                factory.createConnection("app", KEY).close();
                refused(() -> factory.createConnection("alice", "a"));
                refused(factory::createConnection);
            }
        }
    }
}
