/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Non-durable subscriptions that several consumers share (Jakarta Messaging 8.3.2). */
@Tag("8.3.2")
class SharedSubscriptionTest {

    private TestBroker broker;
    private Topic topic;
    private Session session;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        topic = broker.topic("prices");
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    @Nested
    class Sharing {

        @Test
        void givesEachMessageToOneOfTheConsumers() throws JMSException {
            try (Connection other = broker.connect(null)) {
                MessageConsumer first = session.createSharedConsumer(topic, "s");
                MessageConsumer second = other.createSession().createSharedConsumer(topic, "s");
                broker.publish(topic, "a", "b", "c", "d");
                List<String> got = new ArrayList<>();
                got.add(TestBroker.text(TestBroker.take(first)));
                got.add(TestBroker.text(TestBroker.take(second)));
                got.addAll(TestBroker.all(first));
                assertThat(TestBroker.all(second)).isEmpty();
                assertThat(got).containsExactlyInAnyOrder("a", "b", "c", "d");
            }
        }

        @Test
        void needsTheSameClientIdentifier() throws JMSException {
            try (Connection mine = broker.connect("me");
                    Connection yours = broker.connect("you")) {
                MessageConsumer ofMine = mine.createSession().createSharedConsumer(topic, "s");
                MessageConsumer ofYours = yours.createSession().createSharedConsumer(topic, "s");
                MessageConsumer ofNobody = session.createSharedConsumer(topic, "s");
                broker.publish(topic, "a");
                for (MessageConsumer consumer : List.of(ofMine, ofYours, ofNobody)) {
                    assertThat(TestBroker.all(consumer)).containsExactly("a");
                }
            }
        }

        @Test
        void isRefusedWithAnotherSelectorOrTopicWhileAConsumerIsOpen() throws JMSException {
            MessageConsumer consumer = session.createSharedConsumer(topic, "s", "price > 10");
            assertThatThrownBy(() -> session.createSharedConsumer(topic, "s")).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createSharedConsumer(topic, "s", "price > 11"))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createSharedConsumer(broker.topic("news"), "s", "price > 10"))
                    .isInstanceOf(JMSException.class);
            consumer.close();
            MessageConsumer news = session.createSharedConsumer(broker.topic("news"), "s");
            broker.publish(broker.topic("news"), "a");
            assertThat(TestBroker.all(news)).containsExactly("a");
        }

        @Test
        void doesNotClashWithDurableSubscriptionsOfThatName() throws JMSException {
            try (Connection mine = broker.connect("me")) {
                Session own = mine.createSession();
                List<MessageConsumer> consumers = List.of(
                        own.createSharedConsumer(topic, "s"),
                        own.createDurableConsumer(topic, "s"),
                        session.createSharedConsumer(topic, "s"),
                        session.createSharedDurableConsumer(topic, "s"));
                broker.publish(topic, "a");
                for (MessageConsumer consumer : consumers) {
                    assertThat(TestBroker.all(consumer)).containsExactly("a");
                }
            }
        }

        @Test
        void needsATopicAndAName() {
            assertThatThrownBy(() -> session.createSharedConsumer(null, "s"))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> session.createSharedConsumer(topic, null)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createSharedConsumer(topic, "")).isInstanceOf(JMSException.class);
        }
    }

    @Nested
    class TheSubscription {

        @Test
        void keepsItsMessagesWhileAnyConsumerIsOpen() throws JMSException {
            MessageConsumer first = session.createSharedConsumer(topic, "s");
            MessageConsumer second = session.createSharedConsumer(topic, "s");
            broker.publish(topic, "a");
            first.close();
            assertThat(TestBroker.all(second)).containsExactly("a");
        }

        @Test
        void endsWithItsLastConsumerAndItsMessagesWithIt() throws JMSException {
            MessageConsumer first = session.createSharedConsumer(topic, "s");
            MessageConsumer second = session.createSharedConsumer(topic, "s");
            broker.publish(topic, "a");
            first.close();
            second.close();
            Awaitility.await().until(() -> broker.subscriptions(topic).isEmpty());
            assertThat(TestBroker.all(session.createSharedConsumer(topic, "s"))).isEmpty();
        }

        @Test
        @Tag("L9")
        void leavesHandedOverMessagesToTheirSessionThoughItHasEnded() throws JMSException {
            Session holding = broker.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer first = holding.createSharedConsumer(topic, "s");
            MessageConsumer last = session.createSharedConsumer(topic, "s");
            broker.publish(topic, "a");
            Message message = TestBroker.take(first);
            first.close();
            last.close();
            MessageConsumer next = session.createSharedConsumer(topic, "s");
            assertThat(broker.subscriptions(topic)).hasSize(2);
            message.acknowledge();
            Awaitility.await().until(() -> broker.subscriptions(topic).size() == 1);
            broker.publish(topic, "b");
            assertThat(TestBroker.all(next)).containsExactly("b");
        }

        @Test
        void isMadeAnewWhenItsTopicWasDeletedUnderIt() throws Exception {
            session.createSharedConsumer(topic, "s");
            broker.namespace().deleteTopic(topic.getTopicName()).get();
            MessageConsumer again = session.createSharedConsumer(topic, "s");
            broker.publish(topic, "a");
            assertThat(TestBroker.all(again)).containsExactly("a");
        }

        @Test
        @Tag("L6")
        void offersToOthersWhatOneSessionRecovers() throws JMSException {
            Session holding = broker.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer first = holding.createSharedConsumer(topic, "s");
            MessageConsumer second = session.createSharedConsumer(topic, "s");
            broker.publish(topic, "a");
            TestBroker.take(first);
            first.close();
            holding.recover();
            assertThat(TestBroker.text(TestBroker.take(second))).isEqualTo("a");
        }
    }
}
