/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Durable subscriptions with one consumer at a time (Jakarta Messaging 8.3.3). */
@Tag("8.3.3")
class DurableSubscriptionTest {

    private TestBroker broker;
    private Topic topic;
    private Topic news;
    private Connection mine;
    private Session session;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        topic = broker.topic("prices");
        news = broker.topic("news");
        mine = broker.connect("me");
        session = mine.createSession();
    }

    @AfterEach
    void close() throws JMSException {
        mine.close();
        broker.close();
    }

    @Nested
    class TheSubscription {

        @Test
        void keepsMessagesWhileItHasNoConsumer() throws JMSException {
            session.createDurableConsumer(topic, "s").close();
            broker.publish(topic, "a");
            mine.close();
            broker.publish(topic, "b");
            try (Connection again = broker.connect("me")) {
                assertThat(TestBroker.all(again.createSession().createDurableConsumer(topic, "s")))
                        .containsExactly("a", "b");
            }
        }

        @Test
        void isTheClients() throws JMSException {
            try (Connection yours = broker.connect("you")) {
                MessageConsumer ofYours = yours.createSession().createDurableConsumer(topic, "s");
                MessageConsumer ofMine = session.createDurableConsumer(topic, "s");
                broker.publish(topic, "a");
                assertThat(TestBroker.all(ofYours)).containsExactly("a");
                assertThat(TestBroker.all(ofMine)).containsExactly("a");
            }
        }

        @Test
        @DisplayName("6.1.2: needs a client identifier")
        @Tag("6.1.2")
        void needsAClientIdentifier() throws JMSException {
            Session nobodys = broker.session(Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> nobodys.createDurableConsumer(topic, "s"))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> nobodys.createDurableSubscriber(topic, "s", null, false))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void hasATopicThatLastsAndAName() throws JMSException {
            assertThatThrownBy(() -> session.createDurableConsumer(null, "s"))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> session.createDurableConsumer(session.createTemporaryTopic(), "s"))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> session.createDurableConsumer(topic, null)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createDurableConsumer(topic, "")).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createDurableConsumer(topic, "s", "a =", false))
                    .isInstanceOf(InvalidSelectorException.class);
        }

        @Test
        void hasOneConsumerAtATime() throws JMSException {
            TopicSubscriber subscriber = session.createDurableSubscriber(topic, "s");
            assertThatThrownBy(() -> session.createDurableSubscriber(topic, "s"))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("1 open consumer");
            assertThatThrownBy(() -> mine.createSession().createDurableConsumer(topic, "s"))
                    .isInstanceOf(JMSException.class);
            subscriber.close();
            session.createDurableSubscriber(topic, "s");
        }

        @Test
        @Tag("W5")
        void isOneThoughWrittenInAnotherCaseWhereThatDoesNotCount() throws JMSException {
            try (TestBroker azure = new TestBroker("?profile=azure&clientId=me")) {
                Session own = azure.session(Session.AUTO_ACKNOWLEDGE);
                MessageConsumer open = own.createDurableConsumer(azure.topic("prices"), "s");
                assertThatThrownBy(() -> own.createDurableConsumer(azure.topic("Prices"), "S"))
                        .isInstanceOf(JMSException.class);
                open.close();
                own.createDurableConsumer(azure.topic("PRICES"), "S").close();
                own.createSharedConsumer(azure.topic("prices"), "v");
                own.createSharedConsumer(azure.topic("Prices"), "v");
                own.unsubscribe("s");
            }
        }

        @Test
        void isFreeWhenTheSessionOfItsConsumerIsClosed() throws JMSException {
            Session other = mine.createSession();
            other.createDurableConsumer(topic, "s");
            other.close();
            session.createDurableConsumer(topic, "s");
        }

        @Test
        @DisplayName("8.8: messages stay with the session that has them when the consumer is closed and opened again")
        @Tag("L9")
        void leavesUnacknowledgedMessagesWithTheirSession() throws JMSException {
            Session client = mine.createSession(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer first = client.createDurableConsumer(topic, "s");
            broker.publish(topic, "a", "b");
            assertThat(TestBroker.text(TestBroker.take(first))).isEqualTo("a");
            first.close();
            MessageConsumer second = client.createDurableConsumer(topic, "s");
            assertThat(TestBroker.all(second)).containsExactly("b");
            client.recover();
            assertThat(TestBroker.all(second)).containsExactly("a", "b");
        }
    }

    @Nested
    class NoLocal {

        @Test
        void keepsBackWhatItsClientPublishes() throws JMSException {
            MessageConsumer consumer = session.createDurableConsumer(topic, "s", null, true);
            TestBroker.publish(session, topic, "own");
            broker.publish(topic, "other's");
            assertThat(TestBroker.all(consumer)).containsExactly("other's");
        }

        @Test
        void goesForALaterConnectionOfTheClientToo() throws JMSException {
            session.createDurableConsumer(topic, "s", null, true);
            mine.close();
            try (Connection again = broker.connect("me")) {
                Session later = again.createSession();
                TestBroker.publish(later, topic, "own");
                broker.publish(topic, "other's");
                assertThat(TestBroker.all(later.createDurableConsumer(topic, "s", null, true)))
                        .containsExactly("other's");
            }
        }
    }

    @Nested
    class Changing {

        @Test
        void theSelectorIsLikeUnsubscribing() throws JMSException {
            session.createDurableConsumer(topic, "s").close();
            broker.publish(topic, "old");
            MessageConsumer changed = session.createDurableConsumer(topic, "s", "JMSPriority > 0", false);
            broker.publish(topic, "new");
            assertThat(TestBroker.all(changed)).containsExactly("new");
        }

        @Test
        void noLocalIsLikeUnsubscribing() throws JMSException {
            session.createDurableConsumer(topic, "s").close();
            broker.publish(topic, "old");
            MessageConsumer changed = session.createDurableConsumer(topic, "s", null, true);
            TestBroker.publish(session, topic, "own");
            broker.publish(topic, "new");
            assertThat(TestBroker.all(changed)).containsExactly("new");
        }

        @Test
        void theTopicIsLikeUnsubscribing() throws JMSException {
            session.createDurableConsumer(topic, "s").close();
            broker.publish(topic, "old");
            MessageConsumer changed = session.createDurableConsumer(news, "s");
            broker.publish(topic, "lost");
            broker.publish(news, "new");
            assertThat(TestBroker.all(changed)).containsExactly("new");
            assertThat(broker.subscriptions(topic)).isEmpty();
        }

        @Test
        void nothingKeepsTheMessages() throws JMSException {
            session.createDurableConsumer(topic, "s", "JMSPriority > 0", false).close();
            broker.publish(topic, "old");
            assertThat(TestBroker.all(session.createDurableConsumer(topic, "s", "JMSPriority > 0", false)))
                    .containsExactly("old");
        }

        @Test
        void anEmptySelectorIsNone() throws JMSException {
            session.createDurableConsumer(topic, "s", "", false).close();
            broker.publish(topic, "old");
            assertThat(TestBroker.all(session.createDurableConsumer(topic, "s")))
                    .containsExactly("old");
        }

        @Test
        void isRefusedWhileAConsumerIsOpen() throws JMSException {
            MessageConsumer open = session.createDurableConsumer(topic, "s");
            assertThatThrownBy(() -> session.createDurableConsumer(topic, "s", "JMSPriority > 0", false))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createDurableConsumer(news, "s")).isInstanceOf(JMSException.class);
            broker.publish(topic, "a");
            assertThat(TestBroker.all(open)).containsExactly("a");
        }

        @Test
        void isRefusedWhileMessagesAreNotAcknowledged() throws JMSException {
            Session client = mine.createSession(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = client.createDurableConsumer(topic, "s");
            broker.publish(topic, "a");
            TestBroker.take(consumer);
            consumer.close();
            assertThatThrownBy(() -> client.createDurableConsumer(news, "s"))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("not acknowledged");
            client.recover();
            client.createDurableConsumer(news, "s");
        }

        @Test
        void toSharedIsRefused() throws JMSException {
            session.createDurableConsumer(topic, "s").close();
            assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, "s"))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createSharedDurableConsumer(news, "s"))
                    .isInstanceOf(JMSException.class);
            session.unsubscribe("s");
            session.createSharedDurableConsumer(topic, "s").close();
            assertThatThrownBy(() -> session.createDurableConsumer(topic, "s")).isInstanceOf(JMSException.class);
        }
    }

    @Nested
    class Unsubscribe {

        @Test
        void deletesItWithItsMessages() throws JMSException {
            session.createDurableConsumer(topic, "s").close();
            broker.publish(topic, "a");
            session.unsubscribe("s");
            assertThat(broker.subscriptions(topic)).isEmpty();
            assertThat(TestBroker.all(session.createDurableConsumer(topic, "s")))
                    .isEmpty();
        }

        @Test
        void ofAnUnknownNameIsAnInvalidDestination() throws JMSException {
            session.createDurableConsumer(topic, "s").close();
            for (String name : new String[] {"S", "t", "", null}) {
                assertThatThrownBy(() -> session.unsubscribe(name)).isInstanceOf(InvalidDestinationException.class);
            }
            assertThatThrownBy(() -> broker.session(Session.AUTO_ACKNOWLEDGE).unsubscribe("s"))
                    .isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void isRefusedWhileAConsumerIsOpen() throws JMSException {
            MessageConsumer consumer = session.createDurableConsumer(topic, "s");
            assertThatThrownBy(() -> session.unsubscribe("s")).isInstanceOf(JMSException.class);
            consumer.close();
            session.unsubscribe("s");
        }

        @Test
        void isRefusedWhileAMessageIsInATransaction() throws JMSException {
            Session transacted = mine.createSession(Session.SESSION_TRANSACTED);
            MessageConsumer consumer = transacted.createDurableConsumer(topic, "s");
            broker.publish(topic, "a");
            TestBroker.take(consumer);
            consumer.close();
            assertThatThrownBy(() -> transacted.unsubscribe("s")).isInstanceOf(JMSException.class);
            transacted.commit();
            transacted.unsubscribe("s");
        }

        @Test
        void isNotHeldUpByWhatTheSessionAcknowledgesByItself() throws JMSException {
            for (int mode : new int[] {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE}) {
                for (int i = 0; i < 50; i++) {
                    Session acknowledging = mine.createSession(mode);
                    MessageConsumer consumer = acknowledging.createDurableConsumer(topic, "s");
                    broker.publish(topic, "a", "b");
                    TestBroker.take(consumer);
                    consumer.receive(1);
                    consumer.close();
                    session.unsubscribe("s");
                    acknowledging.close();
                }
            }
        }
    }
}
