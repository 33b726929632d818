/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connection consumers of topics, on every kind of subscription (Jakarta Messaging 8.3). */
@DisplayName("8.3: connection consumers of topics")
class TopicConnectionConsumerTest {

    private final BlockingQueue<Message> seen = new LinkedBlockingQueue<>();
    private TestBroker broker;
    private Connection connection;
    private Topic topic;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        connection = broker.connect("me");
        topic = broker.topic("prices");
    }

    @AfterEach
    void close() throws JMSException {
        connection.close();
        broker.close();
    }

    private TestServerSessions pool(int mode) throws JMSException {
        return new TestServerSessions(connection, 1, mode, seen::add);
    }

    private TestServerSessions pool() throws JMSException {
        return pool(Session.AUTO_ACKNOWLEDGE);
    }

    private String next() throws Exception {
        return String.valueOf(TestBroker.text(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)));
    }

    private List<String> nextOf(int count) throws Exception {
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            texts[i] = next();
        }
        return List.of(texts);
    }

    @Test
    void anUnsharedOneHasASubscriptionThatEndsWithIt() throws Exception {
        ConnectionConsumer consumer = connection.createConnectionConsumer(topic, null, pool(), 2);
        broker.publish(topic, "a", "b", "c");
        assertThat(nextOf(3)).containsExactly("a", "b", "c");
        consumer.close();
        consumer.close();
        Awaitility.await().until(() -> broker.subscriptions(topic).isEmpty());
        broker.publish(topic, "d");
        assertThat(seen).isEmpty();
    }

    @Test
    void anUnsharedOneEndsWhenItsSessionsHaveSettledWhatTheyHold() throws Exception {
        TestServerSessions pool = pool(Session.CLIENT_ACKNOWLEDGE);
        ConnectionConsumer consumer = connection.createConnectionConsumer(topic, null, pool, 1);
        broker.publish(topic, "a");
        Message message = seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
        consumer.close();
        assertThat(broker.subscriptions(topic)).hasSize(1);
        message.acknowledge();
        Awaitility.await().until(() -> broker.subscriptions(topic).isEmpty());
    }

    @Test
    void anUnsharedOneEndsAfterWhatItHasLoadedHasRun() throws Exception {
        HeldSession server = new HeldSession(connection.createSession(Session.CLIENT_ACKNOWLEDGE), seen::add);
        ConnectionConsumer consumer = connection.createConnectionConsumer(topic, null, () -> server, 1);
        broker.publish(topic, "a");
        server.awaitStart();
        consumer.close();
        broker.publish(topic, "nobody is there for it");
        assertThat(broker.subscriptions(topic)).hasSize(1);
        server.session.run();
        seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS).acknowledge();
        Awaitility.await().until(() -> broker.subscriptions(topic).isEmpty());
    }

    @Test
    void anUnsharedOneEndsWhenWhatItHasLoadedNeverRunsAndItsSessionIsClosed() throws Exception {
        HeldSession server = new HeldSession(connection.createSession(), seen::add);
        ConnectionConsumer consumer = connection.createConnectionConsumer(topic, null, () -> server, 1);
        broker.publish(topic, "a");
        server.awaitStart();
        consumer.close();
        server.session.close();
        Awaitility.await().until(() -> broker.subscriptions(topic).isEmpty());
        assertThat(seen).isEmpty();
    }

    /** A server session that is started and runs when the test says so. */
    private static final class HeldSession implements ServerSession {
        private final Session session;
        private final CountDownLatch started = new CountDownLatch(1);

        HeldSession(Session session, MessageListener listener) throws JMSException {
            this.session = session;
            session.setMessageListener(listener);
        }

        void awaitStart() throws InterruptedException {
            assertThat(started.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
        }

        @Override
        public Session getSession() {
            return session;
        }

        @Override
        public void start() {
            started.countDown();
        }
    }

    @Test
    void forgetsSessionsThatAreClosed() throws Exception {
        AtomicInteger made = new AtomicInteger();
        ServerSessionPool wasteful = () -> {
            made.incrementAndGet();
            Session session = connection.createSession();
            session.setMessageListener(seen::add);
            return new ServerSession() {
                @Override
                public Session getSession() {
                    return session;
                }

                @Override
                public void start() throws JMSException {
                    session.run();
                    session.close();
                }
            };
        };
        PeeklockConnectionConsumer consumer =
                (PeeklockConnectionConsumer) connection.createConnectionConsumer(topic, null, wasteful, 1);
        broker.publish(topic, "a", "b", "c");
        assertThat(nextOf(3)).containsExactly("a", "b", "c");
        Awaitility.await().until(() -> made.get() == 3 && consumer.loadedSessions() == 0);
    }

    @Test
    void ofATopicConnectionToo() throws Exception {
        try (TopicConnection topics = broker.factory.createTopicConnection()) {
            topics.start();
            topics.createConnectionConsumer(
                    topic,
                    "JMSType IS NULL",
                    new TestServerSessions(topics, 1, Session.AUTO_ACKNOWLEDGE, seen::add),
                    1);
            broker.publish(topic, "a");
            assertThat(next()).isEqualTo("a");
        }
    }

    @Test
    void aDurableOneLeavesMessagesForTheNext() throws Exception {
        ConnectionConsumer consumer = connection.createDurableConnectionConsumer(topic, "s", null, pool(), 1);
        assertThatThrownBy(() -> connection.createSession().createDurableConsumer(topic, "s"))
                .isInstanceOf(JMSException.class);
        broker.publish(topic, "a");
        assertThat(next()).isEqualTo("a");
        consumer.close();
        broker.publish(topic, "b");
        connection.createDurableConnectionConsumer(topic, "s", null, pool(), 1);
        assertThat(next()).isEqualTo("b");
    }

    @Test
    void aDurableOneNeedsAClientIdentifier() throws Exception {
        try (Connection nameless = broker.connect(null)) {
            assertThatThrownBy(() -> nameless.createDurableConnectionConsumer(topic, "s", null, pool(), 1))
                    .isExactlyInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void sharedOnesShareASubscription() throws Exception {
        connection.createSharedConnectionConsumer(topic, "s", null, pool(), 1);
        connection.createSharedConnectionConsumer(topic, "s", null, pool(), 1);
        broker.publish(topic, "a", "b");
        assertThat(nextOf(2)).containsExactlyInAnyOrder("a", "b");
        assertThat(broker.subscriptions(topic)).hasSize(1);
        connection.close();
        Awaitility.await().until(() -> broker.subscriptions(topic).isEmpty());
        assertThat(seen).isEmpty();
    }

    @Test
    void sharedDurableOnesShareASubscriptionThatStays() throws Exception {
        connection.createSharedDurableConnectionConsumer(topic, "s", null, pool(), 1);
        connection.createSession().createSharedDurableConsumer(topic, "s").setMessageListener(seen::add);
        broker.publish(topic, "a", "b");
        assertThat(nextOf(2)).containsExactlyInAnyOrder("a", "b");
        connection.close();
        assertThat(broker.subscriptions(topic)).hasSize(1);
    }

    @Test
    void needATopicAndAName() {
        assertThatThrownBy(() -> connection.createSharedConnectionConsumer(null, "s", null, pool(), 1))
                .isExactlyInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> connection.createDurableConnectionConsumer(null, "s", null, pool(), 1))
                .isExactlyInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> connection.createSharedDurableConnectionConsumer(topic, null, null, pool(), 1))
                .isInstanceOf(JMSException.class);
        assertThat(seen).isEmpty();
    }
}
