/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.jms.jndi.PeeklockObjectFactory;
import io.peeklock.jms.users.UserEntry;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in by createConnection and createContext (Jakarta Messaging 6.1.1, 6.3), and what messages say of it. */
class CredentialsTest {

    // Making one takes its time, on purpose.
    private static final String ALICE = UserEntry.line("alice", "a".toCharArray());

    @TempDir
    Path directory;

    private String memory;
    private Path users;
    private PeeklockConnectionFactory factory;

    @BeforeEach
    void configure() throws IOException {
        memory = "peeklock:mem:" + UUID.randomUUID();
        users = directory.resolve("users");
        Files.writeString(users, ALICE);
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        factory = new PeeklockConnectionFactory(memory + "?users=" + users);
    }

    @AfterEach
    void close() {
        factory.close();
    }

    @Nested
    @DisplayName("6.1.1, 6.3: with users")
    class WithUsers {

        @Test
        void theRightPasswordIsLetIn() throws JMSException {
            factory.createConnection("alice", "a").close();
            factory.createQueueConnection("alice", "a").close();
            factory.createContext("alice", "a").close();
            factory.createContext("alice", "a", JMSContext.SESSION_TRANSACTED).close();
        }

        @Test
        void everythingElseIsRefusedAtOnce() {
            Class<? extends Throwable> refusal = JMSSecurityException.class;
            assertThatThrownBy(() -> factory.createConnection()).isExactlyInstanceOf(refusal);
            assertThatThrownBy(() -> factory.createConnection("alice", "b")).isExactlyInstanceOf(refusal);
            assertThatThrownBy(() -> factory.createConnection("bob", "a")).isExactlyInstanceOf(refusal);
            assertThatThrownBy(() -> factory.createConnection("alice", null)).isExactlyInstanceOf(refusal);
            assertThatThrownBy(() -> factory.createConnection(null, null)).isExactlyInstanceOf(refusal);
            assertThatThrownBy(() -> factory.createQueueConnection()).isExactlyInstanceOf(refusal);
            assertThatThrownBy(() -> factory.createQueueConnection("alice", "b"))
                    .isExactlyInstanceOf(refusal);
        }

        @Test
        void everythingElseIsRefusedAtOnceByTheSimplifiedApi() {
            Class<? extends Throwable> refusal = JMSSecurityRuntimeException.class;
            assertThatThrownBy(() -> factory.createContext()).isExactlyInstanceOf(refusal);
            assertThatThrownBy(() -> factory.createContext(1)).isExactlyInstanceOf(refusal);
            assertThatThrownBy(() -> factory.createContext("alice", "b")).isExactlyInstanceOf(refusal);
            assertThatThrownBy(() -> factory.createContext("bob", "b", 1)).isExactlyInstanceOf(refusal);
        }

        @Test
        void aRefusalNamesNeitherUserNorPasswordAndOpensNoBroker() {
            int brokers = BrokerRegistry.ofThisClassLoader().size();
            assertThatThrownBy(() -> factory.createConnection("mallory", "topsecret"))
                    .hasMessageNotContaining("topsecret")
                    .hasMessageNotContaining("mallory")
                    .extracting(e -> ((JMSException) e).getErrorCode())
                    .isEqualTo("Unauthorized");
            assertThat(BrokerRegistry.ofThisClassLoader().size()).isEqualTo(brokers);
        }

        @Test
        void nobodyIsLetInWithoutTheFile() throws IOException {
            Files.delete(users);
            assertThatThrownBy(() -> factory.createConnection("alice", "a"))
                    .isExactlyInstanceOf(JMSSecurityException.class)
                    .hasMessageContaining(users + ": does not exist");
        }

        @Test
        void allFactoriesOfABrokerMustHaveTheSame() throws Exception {
            Files.copy(users, directory.resolve("other"));
            try (Connection connection = factory.createConnection("alice", "a");
                    PeeklockConnectionFactory open = new PeeklockConnectionFactory(memory);
                    PeeklockConnectionFactory other =
                            new PeeklockConnectionFactory(memory + "?users=" + directory.resolve("other"))) {
                assertThat(connection.getMetaData()).isNotNull();
                assertThatThrownBy(open::createConnection)
                        .isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("users is not set here");
                assertThatThrownBy(() -> other.createConnection("alice", "a"))
                        .isExactlyInstanceOf(IllegalStateException.class);
            }
        }

        @Test
        void anOpenBrokerIsNotClosedToSome() throws JMSException {
            try (PeeklockConnectionFactory open = new PeeklockConnectionFactory(memory);
                    Connection connection = open.createConnection()) {
                assertThat(connection.getMetaData()).isNotNull();
                assertThatThrownBy(() -> factory.createConnection("alice", "a"))
                        .isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("opened with not set");
            }
        }

        @Test
        void theUrlReadsAsTheSame() {
            assertThat(new PeeklockConnectionFactory(factory.getUrl()).getUrl()).isEqualTo(factory.getUrl());
            factory.close();
        }
    }

    @Nested
    @DisplayName("6.1.1, 6.3: with users, and a user of the factory")
    class WithAUserOfTheFactory {

        private PeeklockConnectionFactory own;

        @BeforeEach
        void configureUser() {
            own = new PeeklockConnectionFactory(factory.getUrl() + "&user=alice&password=a");
        }

        @AfterEach
        void closeOwn() {
            own.close();
        }

        @Test
        void whoNamesNobodyIsThatUser() throws JMSException {
            own.createConnection().close();
            own.createQueueConnection().close();
            own.createTopicConnection().close();
            own.createContext().close();
            own.createContext(JMSContext.SESSION_TRANSACTED).close();
        }

        @Test
        void argumentsGoBeforeIt() throws JMSException {
            own.createConnection("alice", "a").close();
            assertThatThrownBy(() -> own.createConnection("alice", "b"))
                    .isExactlyInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(() -> own.createConnection(null, null)).isExactlyInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(() -> own.createTopicConnection("bob", "a"))
                    .isExactlyInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(() -> own.createContext("bob", "a"))
                    .isExactlyInstanceOf(JMSSecurityRuntimeException.class);
        }

        @Test
        void aWrongPasswordIsRefused() {
            try (PeeklockConnectionFactory wrong =
                    new PeeklockConnectionFactory(factory.getUrl() + "&user=alice&password=b")) {
                assertThatThrownBy(wrong::createConnection).isExactlyInstanceOf(JMSSecurityException.class);
                assertThatThrownBy(wrong::createContext).isExactlyInstanceOf(JMSSecurityRuntimeException.class);
            }
        }

        @Test
        void thePasswordIsShownNowhere() throws Exception {
            String url = memory + "?user=alice&password=top%26secret";
            PeeklockConnectionFactory secret = new PeeklockConnectionFactory(url);
            assertThat(List.of(
                            secret.toString(),
                            secret.getUrl(),
                            ConnectionFactorySettings.parse(url).toString(),
                            secret.getReference().toString()))
                    .noneMatch(text -> text.contains("secret"))
                    .noneMatch(String::isBlank);
            secret.close();
        }

        @Test
        void itSurvivesSerializationAndJndi() throws Exception {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(own);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
                    PeeklockConnectionFactory read = (PeeklockConnectionFactory) in.readObject();
                    PeeklockConnectionFactory found = (PeeklockConnectionFactory)
                            new PeeklockObjectFactory().getObjectInstance(own.getReference(), null, null, null)) {
                read.createConnection().close();
                found.createConnection().close();
            }
        }

        @Test
        @DisplayName("3.5.9: JMSXUserID is that user")
        void messagesAreItsOwn() {
            try (JMSContext context = own.createContext()) {
                Queue queue = context.createQueue("orders");
                context.createProducer().send(queue, "a");
                assertThat(context.createConsumer(queue)
                                .receive(TestBroker.LONG_MS)
                                .getStringProperty("JMSXUserID"))
                        .isEqualTo("alice");
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    @DisplayName("6.1.1: without users everybody is let in")
    void withoutUsersEverybodyIsLetIn() throws JMSException {
        try (PeeklockConnectionFactory open = new PeeklockConnectionFactory(memory)) {
            open.createConnection().close();
            open.createConnection("anybody", "x").close();
            open.createContext("anybody", "x").close();
        }
    }

    @Nested
    @DisplayName("3.5.9: JMSXUserID and JMSXAppID")
    class Signatures {

        private Message sendAndReceive(Connection connection, Message message) throws JMSException {
            Session session = connection.createSession();
            Queue queue = session.createQueue("orders");
            session.createProducer(queue).send(message);
            try (MessageConsumer consumer = session.createConsumer(queue)) {
                return TestBroker.take(consumer);
            }
        }

        private List<String> names(Message message) throws JMSException {
            return Collections.list((java.util.Enumeration<?>) message.getPropertyNames()).stream()
                    .map(String.class::cast)
                    .toList();
        }

        @Test
        void sayWhoHasSentAMessageToBothSides() throws JMSException {
            try (Connection connection = factory.createConnection("alice", "a")) {
                connection.setClientID("app");
                connection.start();
                Message sent = connection.createSession().createMessage();
                sent.setStringProperty("JMSXUserID", "mallory");
                sent.setStringProperty("JMSXAppID", "mallory");
                assertThat(names(sent)).isEmpty();
                Message received = sendAndReceive(connection, sent);
                for (Message message : List.of(sent, received)) {
                    assertThat(message.getStringProperty("JMSXUserID")).isEqualTo("alice");
                    assertThat(message.getStringProperty("JMSXAppID")).isEqualTo("app");
                    assertThat(names(message)).contains("JMSXUserID", "JMSXAppID");
                }
            }
        }

        @Test
        void areThoseOfTheLastSender() throws JMSException {
            Message received;
            try (Connection connection = factory.createConnection("alice", "a")) {
                connection.setClientID("app");
                connection.start();
                received = sendAndReceive(connection, connection.createSession().createMessage());
            }
            try (PeeklockConnectionFactory open = new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID());
                    Connection connection = open.createConnection("mallory", "x")) {
                connection.start();
                Message again = sendAndReceive(connection, received);
                assertThat(again.propertyExists("JMSXUserID")).isFalse();
                assertThat(again.propertyExists("JMSXAppID")).isFalse();
                assertThat(received.propertyExists("JMSXUserID")).isFalse();
            }
        }

        /** Nobody has looked whether it is true. */
        @Test
        void sayNothingOfAUserWithoutUsers() throws JMSException {
            try (PeeklockConnectionFactory open = new PeeklockConnectionFactory(
                            "peeklock:mem:" + UUID.randomUUID() + "?user=alice&password=a");
                    Connection named = open.createConnection();
                    Connection given = open.createConnection("alice", "a")) {
                for (Connection connection : List.of(named, given)) {
                    connection.start();
                    Message received = sendAndReceive(
                            connection, connection.createSession().createMessage());
                    assertThat(received.propertyExists("JMSXUserID")).isFalse();
                    assertThat(names(received)).doesNotContain("JMSXUserID");
                }
            }
        }

        @Test
        void canBeSelectedBy() throws JMSException {
            try (Connection connection = factory.createConnection("alice", "a")) {
                connection.start();
                Session session = connection.createSession();
                Queue queue = session.createQueue("orders");
                session.createProducer(queue).send(session.createMessage());
                assertThat(session.createConsumer(queue, "JMSXUserID = 'alice'").receive(TestBroker.LONG_MS))
                        .isNotNull();
            }
        }
    }
}
