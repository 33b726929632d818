/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.users.UserEntry;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Section 6.1.1: users and passwords are asked for when a connection or a context is made, and not later. */
@Tag("JMS-6.1.1")
final class Chapter6CredentialsTest {

    @TempDir
    Path directory;

    private PeeklockConnectionFactory open;
    private PeeklockConnectionFactory guarded;

    @BeforeEach
    void configure() throws IOException {
        Path users = directory.resolve("users");
        Files.write(
                users, List.of(UserEntry.line("alice", "a".toCharArray()), UserEntry.line("bob", "b".toCharArray())));
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        open = new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID() + "?profile=jms");
        guarded = new PeeklockConnectionFactory("peeklock:mem:" + UUID.randomUUID() + "?profile=jms&users=" + users);
    }

    @AfterEach
    void close() {
        open.close();
        guarded.close();
    }

    @Nested
    class WithoutUsers {

        @Test
        void everybodyIsLetIn() throws JMSException {
            open.createConnection().close();
            open.createConnection("anybody", "anything").close();
            open.createContext().close();
            open.createContext("anybody", "anything", JMSContext.SESSION_TRANSACTED)
                    .close();
        }

        @Test
        @Tag("JMS-3.5.9")
        void messagesSayNobody() {
            assertThat(senderOf(open.createContext("anybody", "anything"))).isNull();
        }
    }

    @Nested
    class WithUsers {

        @Test
        void theRightOnesAreLetIn() throws JMSException {
            guarded.createConnection("alice", "a").close();
            guarded.createQueueConnection("bob", "b").close();
            guarded.createTopicConnection("bob", "b").close();
            guarded.createContext("alice", "a").close();
            guarded.createContext("alice", "a", JMSContext.CLIENT_ACKNOWLEDGE).close();
        }

        @Test
        void wrongOnesAndNoneAreRefusedByConnections() {
            assertThatThrownBy(guarded::createConnection).isInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(guarded::createQueueConnection).isInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(guarded::createTopicConnection).isInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(() -> guarded.createConnection("alice", "b")).isInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(() -> guarded.createConnection("mallory", "a")).isInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(() -> guarded.createTopicConnection("bob", "a"))
                    .isInstanceOf(JMSSecurityException.class);
        }

        @Test
        @Tag("JMS-10.2")
        void wrongOnesAndNoneAreRefusedByContexts() {
            assertThatThrownBy(guarded::createContext).isInstanceOf(JMSSecurityRuntimeException.class);
            assertThatThrownBy(() -> guarded.createContext(JMSContext.SESSION_TRANSACTED))
                    .isInstanceOf(JMSSecurityRuntimeException.class);
            assertThatThrownBy(() -> guarded.createContext("alice", "b"))
                    .isInstanceOf(JMSSecurityRuntimeException.class);
            assertThatThrownBy(() -> guarded.createContext("mallory", "a", JMSContext.AUTO_ACKNOWLEDGE))
                    .isInstanceOf(JMSSecurityRuntimeException.class);
        }

        /** The user is the provider's to say: what the sender has set does not arrive. */
        @Test
        @Tag("JMS-3.5.9")
        void messagesSayWhoHasSentThem() throws JMSException {
            try (Connection connection = guarded.createConnection("alice", "a")) {
                connection.start();
                Session session = connection.createSession();
                Queue queue = session.createQueue("queue");
                Message message = session.createMessage();
                message.setStringProperty("JMSXUserID", "bob");
                session.createProducer(queue).send(message);
                assertThat(Provider.take(session.createConsumer(queue)).getStringProperty("JMSXUserID"))
                        .isEqualTo("alice");
            }
            assertThat(senderOf(guarded.createContext("bob", "b"))).isEqualTo("bob");
        }
    }

    private static String senderOf(JMSContext context) {
        try (context) {
            Queue queue = context.createQueue("sender");
            context.createProducer().send(queue, "a");
            return context.createConsumer(queue).receive(Provider.LONG_MS).getStringProperty("JMSXUserID");
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }
}
