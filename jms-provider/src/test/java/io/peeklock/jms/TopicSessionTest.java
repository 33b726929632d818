/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The older interfaces of topics, and topics beside queues in one session. */
class TopicSessionTest {

    private TestBroker broker;
    private Topic topic;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        topic = broker.topic("prices");
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    @Nested
    @DisplayName("6.2.1: interfaces of one kind of destination")
    class OfOneKind {

        @Test
        void publishAndSubscribe() throws JMSException {
            try (TopicConnection connection = broker.factory.createTopicConnection("user", "password")) {
                connection.start();
                TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
                TopicSubscriber all = session.createSubscriber(topic);
                TopicSubscriber urgent = session.createSubscriber(topic, "JMSPriority = 9", false);
                TopicPublisher publisher = session.createPublisher(topic);
                assertThat(publisher.getTopic()).isEqualTo(topic);
                assertThat(publisher.getDestination()).isEqualTo(topic);
                publisher.publish(session.createTextMessage("a"));
                publisher.publish(session.createTextMessage("b"), DeliveryMode.NON_PERSISTENT, 9, 60_000);
                TopicPublisher anonymous = session.createPublisher(null);
                anonymous.publish(topic, session.createTextMessage("c"));
                anonymous.publish(topic, session.createTextMessage("d"), DeliveryMode.PERSISTENT, 9, 0);
                assertThat(TestBroker.all(urgent)).containsExactlyInAnyOrder("b", "d");
                assertThat(TestBroker.all(all)).containsExactlyInAnyOrder("a", "b", "c", "d");
                assertThat(all.getTopic()).isEqualTo(topic);
            }
        }

        @Test
        void refuseWhatBelongsToTheOtherKind() throws JMSException {
            try (TopicConnection topics = broker.factory.createTopicConnection();
                    QueueConnection queues = broker.factory.createQueueConnection()) {
                TopicSession session = topics.createTopicSession(true, Session.SESSION_TRANSACTED);
                QueueSession queueSession = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
                Map<String, ThrowingCallable> calls = Map.ofEntries(
                        Map.entry("createQueue", () -> session.createQueue("q")),
                        Map.entry("createTemporaryQueue", session::createTemporaryQueue),
                        Map.entry("createBrowser", () -> session.createBrowser(broker.queue("q"))),
                        Map.entry("createBrowser with selector", () -> session.createBrowser(broker.queue("q"), "a")),
                        Map.entry("createTopic", () -> queueSession.createTopic("t")),
                        Map.entry("createTemporaryTopic", queueSession::createTemporaryTopic),
                        Map.entry("createDurableSubscriber", () -> queueSession.createDurableSubscriber(topic, "s")),
                        Map.entry("createDurableConsumer", () -> queueSession.createDurableConsumer(topic, "s")),
                        Map.entry("createSharedConsumer", () -> queueSession.createSharedConsumer(topic, "s")),
                        Map.entry(
                                "createSharedDurableConsumer",
                                () -> queueSession.createSharedDurableConsumer(topic, "s")),
                        Map.entry("unsubscribe", () -> queueSession.unsubscribe("s")));
                calls.forEach(
                        (name, call) -> assertThatThrownBy(call).as(name).isInstanceOf(IllegalStateException.class));
            }
        }
    }

    @Nested
    class BesideQueues {

        @Test
        void aTransactionPublishesAndSendsAllOrNothing() throws JMSException {
            Session transacted = broker.session(Session.SESSION_TRANSACTED);
            MessageConsumer subscriber =
                    broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(topic);
            MessageProducer producer = transacted.createProducer(null);
            for (boolean commit : new boolean[] {false, true}) {
                producer.send(topic, transacted.createTextMessage("published " + commit));
                producer.send(broker.queue("orders"), transacted.createTextMessage("sent " + commit));
                assertThat(TestBroker.all(subscriber)).isEmpty();
                if (commit) {
                    transacted.commit();
                } else {
                    transacted.rollback();
                }
            }
            assertThat(TestBroker.all(subscriber)).containsExactly("published true");
            assertThat(broker.drain("orders")).containsExactly("sent true");
        }

        @Test
        void aTransactionConsumesFromTopicAndQueue() throws JMSException {
            Session transacted = broker.session(Session.SESSION_TRANSACTED);
            MessageConsumer ofTopic = transacted.createConsumer(topic);
            MessageConsumer ofQueue = transacted.createConsumer(broker.queue("orders"));
            broker.publish(topic, "published");
            broker.send("orders", "sent");
            TestBroker.take(ofTopic);
            TestBroker.take(ofQueue);
            transacted.rollback();
            assertThat(TestBroker.take(ofTopic).getJMSRedelivered()).isTrue();
            assertThat(TestBroker.take(ofQueue).getJMSRedelivered()).isTrue();
            transacted.commit();
            assertThat(TestBroker.all(ofTopic)).isEmpty();
            assertThat(TestBroker.all(ofQueue)).isEmpty();
        }

        @Test
        @DisplayName("4.2, W5: a topic and a queue of one name are two")
        void aTopicAndAQueueMayShareAName() throws JMSException {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer ofTopic = session.createConsumer(topic);
            MessageConsumer ofQueue = session.createConsumer(broker.queue("prices"));
            broker.publish(topic, "published");
            broker.send("prices", "sent");
            assertThat(TestBroker.all(ofTopic)).containsExactly("published");
            assertThat(TestBroker.all(ofQueue)).containsExactly("sent");
        }
    }

    @Nested
    @DisplayName("6.2: destinations that are none here")
    class WrongDestinations {

        private final Topic foreign = new Topic() {
            @Override
            public String getTopicName() {
                return "prices";
            }
        };

        @Test
        void ofAnotherProviderAreInvalid() throws JMSException {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            Destination[] wrong = {foreign, null};
            for (Destination destination : wrong) {
                assertThatThrownBy(() -> session.createConsumer(destination))
                        .isInstanceOf(InvalidDestinationException.class);
                assertThatThrownBy(() -> session.createProducer(null).send(destination, session.createMessage()))
                        .isInstanceOf(InvalidDestinationException.class);
                assertThatThrownBy(() -> session.createSharedConsumer((Topic) destination, "s"))
                        .isInstanceOf(InvalidDestinationException.class);
            }
            assertThatThrownBy(() -> session.createProducer(foreign)).isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void haveNamesThatNoTopicCanHave() throws JMSException {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            for (String name : new String[] {"a//b", "/a", "a\\b", "a/../b", "a/Subscriptions/b"}) {
                assertThatThrownBy(() -> session.createConsumer(session.createTopic(name)))
                        .as(name)
                        .isInstanceOf(InvalidDestinationException.class);
            }
            assertThatThrownBy(() -> session.createTopic(null)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createTopic("")).isInstanceOf(JMSException.class);
        }

        @Test
        void areNotCreatedOnUseWhenThatIsOff() throws JMSException {
            try (TestBroker strict = new TestBroker("?autoCreate=false")) {
                Session session = strict.session(Session.AUTO_ACKNOWLEDGE);
                assertThatThrownBy(() -> session.createConsumer(topic)).isInstanceOf(InvalidDestinationException.class);
                assertThatThrownBy(() -> session.createProducer(topic)).isInstanceOf(InvalidDestinationException.class);
            }
        }
    }

    @Test
    @DisplayName("3.4.3: a message that nobody subscribes to is sent all the same")
    void publishingWithoutSubscribersIsNoFailure() throws JMSException {
        Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
        Message message = session.createTextMessage("a");
        session.createProducer(topic).send(message);
        assertThat(message.getJMSDestination()).isEqualTo(topic);
        assertThat(message.getJMSMessageID()).startsWith("ID:");
        try (Connection other = broker.connect(null)) {
            assertThat(TestBroker.all(other.createSession().createConsumer(topic)))
                    .isEmpty();
        }
    }
}
