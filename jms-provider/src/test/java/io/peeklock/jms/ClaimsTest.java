/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.TopicDescription;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which call of Jakarta Messaging is refused for want of which claim, and what becomes of what is open. */
@Tag("Q6")
class ClaimsTest extends ClaimsFixture {

    @Nested
    class Sending {

        @Test
        void needsSendWhenTheProducerIsMade() throws JMSException {
            policy(ORDERS, Claim.LISTEN);
            try (Session session = connect().createSession()) {
                refused(() -> session.createProducer(session.createQueue("orders")));
                refused(() -> session.createProducer(session.createTopic("news")));
                MessageProducer any = session.createProducer(null);
                refused(() -> any.send(session.createQueue("orders"), session.createMessage()));
                refused(() -> ((BusSession) session)
                        .schedule(session.createQueue("orders"), session.createMessage(), Instant.MAX));
                refused(() -> ((BusSession) session).cancelScheduled(session.createQueue("orders"), 1));
            }
        }

        @Test
        void inATransactionNeedsItAtTheSend() throws JMSException {
            policy(ORDERS, Claim.LISTEN);
            try (Session session = connect().createSession(Session.SESSION_TRANSACTED)) {
                MessageProducer any = session.createProducer(null);
                refused(() -> any.send(session.createQueue("orders"), session.createMessage()));
                session.commit();
            }
            assertThat(broker.drain("orders")).isEmpty();
        }

        @Test
        void endsWithTheClaim() throws JMSException {
            AccessPolicy policy = policy(ORDERS, Claim.SEND);
            try (Session session = connect().createSession();
                    MessageProducer producer = session.createProducer(session.createQueue("orders"))) {
                producer.send(session.createTextMessage("a"));
                namespace.updatePolicy(policy.withClaims(Claim.LISTEN)).join();
                refused(() -> producer.send(session.createTextMessage("b")));
                namespace.updatePolicy(policy).join();
                producer.send(session.createTextMessage("c"));
            }
            assertThat(broker.drain("orders")).containsExactly("a", "c");
        }

        @Test
        void toWhatIsNotThereNeedsManageToCreateIt() throws JMSException {
            policy(null, Claim.SEND);
            try (Session session = connect().createSession()) {
                Queue missing = session.createQueue("missing");
                assertThatThrownBy(() -> session.createProducer(missing))
                        .isExactlyInstanceOf(JMSSecurityException.class)
                        .hasMessageContaining("on first use neither")
                        .hasMessageContaining("MANAGE on the namespace");
            }
        }
    }

    @Nested
    class Receiving {

        @Test
        void needsListenWhenTheConsumerIsMade() throws JMSException {
            broker.send("orders", "a");
            policy(ORDERS, Claim.SEND);
            try (Session session = connect().createSession()) {
                for (String name : List.of("orders", "orders/$deadletterqueue")) {
                    Queue queue = session.createQueue(name);
                    refused(() -> session.createConsumer(queue));
                    refused(() -> session.createBrowser(queue));
                    refused(() -> ((BusSession) session).peek(queue, 0, 1));
                    refused(() -> ((BusSession) session).receiveDeferred(queue, 1));
                }
                refused(() -> ((BusSession) session).acceptSession(session.createQueue("orders"), "a"));
                refused(() -> ((BusSession) session).listSessions(session.createQueue("orders")));
            }
        }

        @Test
        void ofAConnectionConsumerNeedsIt() throws JMSException {
            policy(ORDERS, Claim.SEND);
            try (Connection connection = connect()) {
                TestServerSessions pool = new TestServerSessions(connection, 1, Session.AUTO_ACKNOWLEDGE, null);
                refused(() -> connection.createConnectionConsumer(broker.queue("orders"), null, pool, 1));
            }
        }

        @Test
        void endsWithTheClaimAndGivesBackWhatIsHeld() throws JMSException {
            broker.send("orders", "a", "b");
            policy(ORDERS, Claim.LISTEN);
            try (Session session = connect().createSession(Session.CLIENT_ACKNOWLEDGE);
                    MessageConsumer consumer = session.createConsumer(session.createQueue("orders"))) {
                Message held = TestBroker.take(consumer);
                namespace.deletePolicy(ORDERS, "app").join();
                refused(() -> consumer.receive(TestBroker.LONG_MS));
                refused(consumer::receiveNoWait);
                assertThatThrownBy(held::acknowledge)
                        .isInstanceOf(JMSException.class)
                        .extracting(e -> ((JMSException) e).getErrorCode())
                        .isEqualTo("Unauthorized");
            }
            assertThat(broker.drain("orders")).containsExactly("a", "b");
        }

        @Test
        void ofAWaitingListenerEndsAndGoesOnWithIt() throws JMSException {
            List<String> received = new CopyOnWriteArrayList<>();
            List<JMSException> told = new CopyOnWriteArrayList<>();
            AccessPolicy policy = policy(ORDERS, Claim.LISTEN);
            try (Connection connection = connect();
                    Session session = connection.createSession()) {
                connection.setExceptionListener(told::add);
                session.createConsumer(session.createQueue("orders"))
                        .setMessageListener(message -> received.add(textOf(message)));
                broker.send("orders", "a");
                await().until(() -> received.contains("a"));
                namespace.updatePolicy(policy.withClaims(Claim.SEND)).join();
                await().until(() -> !told.isEmpty());
                assertThat(told.get(0)).isExactlyInstanceOf(JMSSecurityException.class);
                broker.send("orders", "b");
                namespace.updatePolicy(policy).join();
                await().until(() -> received.contains("b"));
            }
            assertThat(received).containsExactly("a", "b");
        }

        private String textOf(Message message) {
            try {
                return String.valueOf(TestBroker.text(message));
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        }

        @Test
        void inATransactionThatIsNotAllowedAnyMoreIsRolledBack() throws JMSException {
            broker.send("orders", "a");
            policy(ORDERS, Claim.LISTEN, Claim.SEND);
            try (Session session = connect().createSession(Session.SESSION_TRANSACTED);
                    MessageConsumer consumer = session.createConsumer(session.createQueue("orders"))) {
                TestBroker.take(consumer);
                session.createProducer(session.createQueue("orders")).send(session.createTextMessage("b"));
                namespace.deletePolicy(ORDERS, "app").join();
                assertThatThrownBy(session::commit)
                        .isExactlyInstanceOf(TransactionRolledBackException.class)
                        .extracting(e -> ((JMSException) e).getErrorCode())
                        .isEqualTo("Unauthorized");
            }
            assertThat(broker.drain("orders")).containsExactly("a");
        }
    }

    @Nested
    class Subscribing {

        @Test
        void asApplicationsDoNeedsListenOnTheTopic() throws JMSException {
            namespace.createTopic(TopicDescription.of("other")).join();
            policy(EntityPath.topic("other"), Claim.SEND);
            policy(NEWS, Claim.LISTEN);
            try (Connection connection = connect("client");
                    Session session = connection.createSession()) {
                var news = session.createTopic("news");
                session.createDurableConsumer(news, "d").close();
                session.createDurableConsumer(news, "d", "a = 1", false).close();
                session.createSharedDurableConsumer(news, "sd").close();
                session.createSharedConsumer(news, "s").close();
                session.createConsumer(news).close();
                session.unsubscribe("d");
                session.unsubscribe("sd");
                assertThat(broker.subscriptions(broker.topic("news"))).isEmpty();
            }
        }

        @Test
        void withoutListenIsRefused() throws JMSException {
            policy(NEWS, Claim.SEND);
            try (Connection connection = connect("client");
                    Session session = connection.createSession()) {
                var news = session.createTopic("news");
                refused(() -> session.createConsumer(news));
                refused(() -> session.createSharedConsumer(news, "s"));
                refused(() -> session.createDurableConsumer(news, "d"));
                refused(() -> session.createSharedDurableConsumer(news, "sd"));
                refused(() -> session.createConsumer(session.createQueue("news/Subscriptions/x")));
            }
            assertThat(broker.subscriptions(broker.topic("news"))).isEmpty();
        }

        @Test
        void toWhatOthersShareLeavesThemAlone() throws JMSException {
            policy(NEWS, Claim.SEND);
            try (Session others = broker.session(Session.AUTO_ACKNOWLEDGE);
                    MessageConsumer first = others.createSharedConsumer(broker.topic("news"), "s");
                    Session session = connect().createSession()) {
                refused(() -> session.createSharedConsumer(session.createTopic("news"), "s"));
                try (MessageConsumer second = others.createSharedConsumer(broker.topic("news"), "s")) {
                    assertThat(broker.subscriptions(broker.topic("news"))).hasSize(1);
                    broker.publish(broker.topic("news"), "a");
                    assertThat(TestBroker.all(first)).containsExactly("a");
                    assertThat(TestBroker.all(second)).isEmpty();
                }
            }
        }

        @Test
        void endsWithItsConsumerWhateverHasBecomeOfTheClaim() throws JMSException {
            policy(NEWS, Claim.LISTEN);
            try (Session session = connect().createSession()) {
                MessageConsumer own = session.createConsumer(session.createTopic("news"));
                MessageConsumer shared = session.createSharedConsumer(session.createTopic("news"), "s");
                assertThat(broker.subscriptions(broker.topic("news"))).hasSize(2);
                namespace.deletePolicy(NEWS, "app").join();
                refused(own::receiveNoWait);
                own.close();
                shared.close();
            }
            await().until(() -> broker.subscriptions(broker.topic("news")).isEmpty());
        }
    }

    @Nested
    class Temporary {

        @Test
        void destinationsAreForAnswersFromWhomeverTheirMakerAsks() throws JMSException {
            policy(ORDERS, Claim.SEND);
            namespace
                    .createPolicy(
                            AccessPolicy.of("server", Claim.LISTEN).on(ORDERS).withPrimaryKey(AccessKey.of(KEY)))
                    .join();
            try (Connection serving = broker.factory.createConnection("server", KEY);
                    Session client = connect().createSession();
                    Session server = serving.createSession()) {
                serving.start();
                Queue replies = client.createTemporaryQueue();
                Message request = client.createTextMessage("question");
                request.setJMSReplyTo(replies);
                client.createProducer(client.createQueue("orders")).send(request);
                Message asked = TestBroker.take(server.createConsumer(server.createQueue("orders")));
                server.createProducer(asked.getJMSReplyTo()).send(server.createTextMessage("answer"));
                assertThat(TestBroker.text(TestBroker.take(client.createConsumer(replies))))
                        .isEqualTo("answer");
                refused(() -> server.createBrowser((Queue) asked.getJMSReplyTo()));
            }
        }

        @Test
        void destinationsGoWithTheirConnectionWhateverHasBecomeOfItsClaims() throws JMSException {
            policy(ORDERS, Claim.SEND);
            try (Connection connection = connect();
                    Session session = connection.createSession()) {
                session.createTemporaryQueue();
                session.createTemporaryTopic();
                namespace.deletePolicy(ORDERS, "app").join();
                refused(session::createTemporaryQueue);
            }
            assertThat(namespace.queues().join()).hasSize(1);
            assertThat(namespace.topics().join()).hasSize(1);
        }
    }
}
