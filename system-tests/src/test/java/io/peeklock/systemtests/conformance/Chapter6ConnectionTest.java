/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.deliveryCount;
import static io.peeklock.systemtests.conformance.Provider.take;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.users.UserEntry;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Section 6.1, connections: client identifiers, starting, pausing and closing. */
final class Chapter6ConnectionTest extends ProviderTestCase {

    private final Heard heard = new Heard();

    @Nested
    @Tag("JMS-6.1.1")
    class Authentication {

        private static final String ALICE = UserEntry.line("alice", "right".toCharArray());

        private PeeklockConnectionFactory factory;

        @BeforeEach
        void open(@TempDir Path directory) throws IOException {
            Path users = directory.resolve("users");
            Files.writeString(users, ALICE);
            Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
            String url = "peeklock:mem:" + UUID.randomUUID() + "?users=" + users;
            factory = new PeeklockConnectionFactory(url + "&user=alice&password=right");
        }

        @AfterEach
        void close() {
            factory.close();
        }

        @Test
        void isByTheGivenUserOrByTheOneOfTheFactory() throws JMSException {
            factory.createConnection("alice", "right").close();
            factory.createQueueConnection("alice", "right").close();
            factory.createTopicConnection("alice", "right").close();
            factory.createContext("alice", "right").close();
            factory.createContext("alice", "right", JMSContext.CLIENT_ACKNOWLEDGE)
                    .close();
            factory.createConnection().close();
            factory.createQueueConnection().close();
            factory.createTopicConnection().close();
            factory.createContext().close();
            factory.createContext(JMSContext.DUPS_OK_ACKNOWLEDGE).close();
        }

        @Test
        @Tag("JMS-10.3")
        void refusesWhoIsGivenAndUnknownEvenIfTheFactoryHasAUser() {
            for (String user : List.of("alice", "invalid", "")) {
                for (ThrowingCallable call : List.<ThrowingCallable>of(
                        () -> factory.createConnection(user, "invalid"),
                        () -> factory.createQueueConnection(user, "invalid"),
                        () -> factory.createTopicConnection(user, "invalid"))) {
                    assertThatThrownBy(call).isInstanceOf(JMSSecurityException.class);
                }
                for (ThrowingCallable call : List.<ThrowingCallable>of(
                        () -> factory.createContext(user, "invalid"),
                        () -> factory.createContext(user, "invalid", JMSContext.AUTO_ACKNOWLEDGE))) {
                    assertThatThrownBy(call).isInstanceOf(JMSSecurityRuntimeException.class);
                }
            }
        }
    }

    @Nested
    @Tag("JMS-6.1.2")
    class ClientIdentifiers {

        @Test
        @NotPooled(NotPooled.STAYS_CONNECTED)
        @NotCached(NotCached.SETS_NO_CLIENT_ID)
        void areOfOneConnectionAtATime() throws JMSException {
            try (Connection other = provider.factory.createConnection()) {
                try (Connection first = provider.factory.createConnection()) {
                    first.setClientID("client");
                    assertThatThrownBy(() -> other.setClientID("client")).isInstanceOf(InvalidClientIDException.class);
                }
                other.setClientID("client");
                assertThat(other.getClientID()).isEqualTo("client");
            }
        }

        @Test
        void areSetBeforeAnythingElse() {
            assertThatThrownBy(() -> provider.connection.setClientID("late")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    @Tag("JMS-6.1.4")
    class Starting {

        @OnAnyEntity
        @NotCached(NotCached.HAS_ONE_CONNECTION)
        void comesBeforeAnyMessageButNotBeforeSending(EntityKind kind) throws Exception {
            try (Connection stopped = provider.factory.createConnection()) {
                Session session = stopped.createSession();
                Heard.listen(session.createConsumer(provider.queue(kind)), message -> heard.say(textOf(message)));
                stopped.createSession().createProducer(provider.queue(kind)).send(provider.text(kind, "a"));
                // Somebody else sees it: the stopped connection did not even take it for later.
                assertThat(deliveryCount(take(provider.consumer(Session.CLIENT_ACKNOWLEDGE, kind))))
                        .isEqualTo(1);
                assertThat(heard.rest()).isEmpty();
                provider.send(kind, "b");
                stopped.start();
                assertThat(heard.next()).isEqualTo("b");
            }
        }

        @OnAnyEntity
        void isDoneByAContextItselfUnlessItIsToldNotTo(EntityKind kind) throws Exception {
            provider.send(kind, "a");
            try (JMSContext context = provider.factory.createContext()) {
                context.setAutoStart(false);
                var consumer = context.createConsumer(provider.queue(kind));
                assertThat(consumer.receiveNoWait()).isNull();
                context.start();
                assertThat(textOf(consumer.receive(Provider.LONG_MS))).isEqualTo("a");
            }
        }
    }

    @Nested
    @Tag("JMS-6.1.5")
    class Pausing {

        @OnAnyEntity
        @NotPooled(NotPooled.NEVER_STOPS)
        void waitsForListenersWhichHaveTheFullServicesOfTheConnection(EntityKind kind) throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
            var replies = provider.queue(kind, "replies");
            Heard.listen(session.createConsumer(provider.queue(kind)), message -> {
                heard.say("in");
                go.await(Provider.LONG_MS, TimeUnit.MILLISECONDS);
                session.createProducer(replies).send(provider.text(kind, "reply"));
                message.acknowledge();
                heard.say("out");
            });
            provider.send(kind, "a");
            assertThat(heard.next()).isEqualTo("in");
            provider.send(kind, "b");
            Background<Boolean> stop = Background.run(() -> {
                        provider.connection.stop();
                        heard.say("stopped");
                    })
                    .untilItWaits();
            assertThat(stop.isDone()).isFalse();
            go.countDown();
            stop.result();
            assertThat(heard.next(2)).containsExactly("out", "stopped");
            provider.connection.start();
            assertThat(heard.next(2)).containsExactly("in", "out");
            assertThat(provider.drain(replies)).hasSize(2);
        }

        @OnAnyEntity
        @NotPooled(NotPooled.NEVER_STOPS)
        void holdsBackReceivesWhoseTimeRunsOn(EntityKind kind) throws Exception {
            MessageConsumer consumer = provider.consumer(Session.AUTO_ACKNOWLEDGE, kind);
            provider.connection.stop();
            provider.send(kind, "a");
            assertThat(consumer.receive(1)).isNull();
            Background<Message> receive = Background.call(() -> take(consumer)).untilItWaits();
            assertThat(receive.isDone()).isFalse();
            provider.connection.start();
            assertThat(textOf(receive.result())).isEqualTo("a");
        }

        @Test
        void twiceIsOnce() throws JMSException {
            provider.connection.stop();
            provider.connection.stop();
            provider.connection.start();
            provider.connection.start();
            provider.send(EntityKind.UNPARTITIONED, "a");
            assertThat(provider.drain(EntityKind.UNPARTITIONED)).containsExactly("a");
        }

        /** Two behaviours are allowed; this provider's is to refuse. */
        @Test
        @NotPooled(NotPooled.NEVER_STOPS)
        void fromAListenerOfItsOwnIsRefused() throws Exception {
            CompletableFuture<Throwable> outcome = new CompletableFuture<>();
            Heard.listen(provider.consumer(Session.AUTO_ACKNOWLEDGE, EntityKind.UNPARTITIONED), message -> {
                try {
                    provider.connection.stop();
                    outcome.complete(null);
                } catch (JMSException e) {
                    outcome.complete(e);
                }
            });
            provider.send(EntityKind.UNPARTITIONED, "a");
            assertThat(outcome.get(Provider.LONG_MS, TimeUnit.MILLISECONDS)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    @Tag("JMS-6.1.6")
    class MetaData {

        @Test
        void saysTheVersionAndTheDefinedProperties() throws JMSException {
            var data = provider.connection.getMetaData();
            assertThat(data.getJMSVersion()).isEqualTo("3.1");
            List<Object> names = new ArrayList<>(Collections.list((Enumeration<?>) data.getJMSXPropertyNames()));
            assertThat(names).contains("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount");
        }
    }

    @Nested
    @Tag("JMS-6.1.8")
    class Closing {

        @OnAnyEntity
        @NotPooled(NotPooled.KEEPS_WHAT_IT_HOLDS)
        @NotCached(NotCached.KEEPS_WHAT_IT_HOLDS)
        void acknowledgesNothingAndTheMessagesComeAgain(EntityKind kind) throws JMSException {
            provider.send(kind, "a", "b");
            try (Connection other = provider.factory.createConnection()) {
                other.start();
                Session session = other.createSession(Session.CLIENT_ACKNOWLEDGE);
                Message held = take(session.createConsumer(provider.queue(kind)));
                other.close();
                assertThatThrownBy(held::acknowledge).isInstanceOf(IllegalStateException.class);
                // All else about the message can still be used.
                assertThat(textOf(held)).isNotNull();
            }
            assertThat(provider.drain(kind)).containsExactlyInAnyOrder("a", "b");
        }

        @InOnePartition
        @NotCached(NotCached.HAS_ONE_CONNECTION)
        void rollsBackTheTransactionInProgress(EntityKind kind) throws JMSException {
            provider.send(kind, "in");
            try (Connection other = provider.factory.createConnection()) {
                other.start();
                Session session = other.createSession(Session.SESSION_TRANSACTED);
                take(session.createConsumer(provider.queue(kind)));
                session.createProducer(provider.queue(kind)).send(provider.text(kind, "out"));
            }
            Message message = take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind));
            assertThat(textOf(message)).isEqualTo("in");
            assertThat(message.getJMSRedelivered()).isTrue();
            assertThat(provider.drain(kind)).isEmpty();
        }

        @OnAnyEntity
        @NotCached(NotCached.HAS_ONE_CONNECTION)
        void endsAllReceivesAndAllUse(EntityKind kind) throws Exception {
            Connection other = provider.factory.createConnection();
            other.start();
            Session session = other.createSession();
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            MessageProducer producer = session.createProducer(provider.queue(kind));
            Background<Boolean> receive =
                    Background.call(() -> consumer.receive() == null).untilItWaits();
            other.close();
            assertThat(receive.result()).as("null was received").isTrue();
            assertThatThrownBy(other::start).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(session::createMessage).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> producer.send(provider.text(kind, "a"))).isInstanceOf(IllegalStateException.class);
            consumer.close();
            producer.close();
            session.close();
            other.close();
        }

        @OnAnyEntity
        @NotCached(NotCached.HAS_ONE_CONNECTION)
        void waitsForAListenerWhichIsAcknowledgedAsUsual(EntityKind kind) throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            Connection other = provider.factory.createConnection();
            other.start();
            Session session = other.createSession();
            Heard.listen(session.createConsumer(provider.queue(kind)), message -> {
                heard.say("in");
                go.await(Provider.LONG_MS, TimeUnit.MILLISECONDS);
                session.createProducer(provider.queue(kind, "replies")).send(provider.text(kind, "reply"));
            });
            provider.send(kind, "a");
            heard.next();
            Background<Boolean> close = Background.run(other::close).untilItWaits();
            assertThat(close.isDone()).isFalse();
            go.countDown();
            close.result();
            assertThat(provider.drain(kind)).isEmpty();
            assertThat(provider.drain(provider.queue(kind, "replies"))).containsExactly("reply");
        }
    }
}
