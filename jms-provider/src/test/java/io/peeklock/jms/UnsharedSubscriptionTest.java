/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Consumers of a topic with a non-durable subscription of their own (Jakarta Messaging 8.3.1). */
@Tag("8.3.1")
class UnsharedSubscriptionTest {

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

    private void awaitNoSubscriptions() {
        Awaitility.await().until(() -> broker.subscriptions(topic).isEmpty());
    }

    @Nested
    class EachConsumer {

        @Test
        void getsACopyOfItsOwn() throws JMSException {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer first = session.createConsumer(topic);
            MessageConsumer second = broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(topic);
            MessageConsumer third = session.createConsumer(topic);
            broker.publish(topic, "a", "b");
            for (MessageConsumer consumer : new MessageConsumer[] {first, second, third}) {
                assertThat(TestBroker.all(consumer)).containsExactly("a", "b");
            }
        }

        @Test
        void getsWhatIsPublishedFromItsCreationOnAlsoBeforeTheConnectionIsStarted() throws JMSException {
            broker.publish(topic, "before");
            try (Connection connection = broker.factory.createConnection()) {
                MessageConsumer consumer = connection.createSession().createConsumer(topic);
                broker.publish(topic, "a");
                connection.start();
                assertThat(TestBroker.all(consumer)).containsExactly("a");
            }
        }

        @Test
        @DisplayName("getsWhatItsSelectorMatches (3.8)")
        void getsWhatItsSelectorMatches() throws JMSException {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer dear = session.createConsumer(topic, "price > 10");
            try (MessageProducer producer = session.createProducer(topic)) {
                for (int price = 5; price < 20; price += 5) {
                    Message message = session.createTextMessage("" + price);
                    message.setIntProperty("price", price);
                    producer.send(message);
                }
            }
            assertThat(dear.getMessageSelector()).isEqualTo("price > 10");
            assertThat(TestBroker.all(dear)).containsExactly("15");
        }

        @Test
        void needsAnIntelligibleSelector() throws JMSException {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> session.createConsumer(topic, "price >"))
                    .isInstanceOf(InvalidSelectorException.class);
            assertThat(session.createConsumer(topic, "").getMessageSelector()).isNull();
        }

        @Test
        void isATopicSubscriber() throws JMSException {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            TopicSubscriber subscriber = (TopicSubscriber) session.createConsumer(topic, null, true);
            assertThat(subscriber.getTopic()).isEqualTo(topic);
            assertThat(subscriber.getNoLocal()).isTrue();
            assertThat(((TopicSubscriber) session.createConsumer(topic)).getNoLocal())
                    .isFalse();
        }

        @Test
        void seesTheTopicAsDestination() throws JMSException {
            MessageConsumer consumer = broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(topic);
            broker.publish(topic, "a");
            Message message = TestBroker.take(consumer);
            assertThat(message.getJMSDestination()).isEqualTo(topic);
            assertThat(message.getJMSRedelivered()).isFalse();
        }

        @Test
        @Tag("P8")
        void getsWhatIsInAnyPartition() throws JMSException {
            try (TestBroker partitioned = new TestBroker("?partitions=4&autoCreate.partitioned=true")) {
                Session client = partitioned.session(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer consumer = client.createConsumer(topic);
                MessageConsumer shared = client.createSharedConsumer(topic, "s");
                partitioned.publish(topic, "a", "b", "c", "d", "e");
                assertThat(TestBroker.all(consumer)).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
                assertThat(TestBroker.all(shared)).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
                consumer.close();
                client.recover();
                assertThat(TestBroker.all(shared)).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
                Awaitility.await().until(() -> partitioned.subscriptions(topic).size() == 1);
            }
        }

        @Test
        void mayHaveAListener() throws Exception {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            for (int mode : new int[] {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE}) {
                broker.session(mode)
                        .createConsumer(topic)
                        .setMessageListener(message -> heard.add(mode + assertText(message)));
            }
            broker.publish(topic, "a");
            assertThat(heard.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isIn("1a", "3a");
            assertThat(heard.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isIn("1a", "3a");
        }

        private String assertText(Message message) {
            try {
                return TestBroker.text(message);
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Nested
    class NoLocal {

        @Test
        void keepsBackWhatItsOwnConnectionPublishes() throws JMSException {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(topic, null, true);
            try (Connection other = broker.connect(null)) {
                broker.publish(topic, "own");
                TestBroker.publish(session, topic, "own too");
                TestBroker.publish(other.createSession(), topic, "other's");
            }
            assertThat(TestBroker.all(consumer)).containsExactly("other's");
        }

        @Test
        void goesWithASelector() throws JMSException {
            try (Connection other = broker.connect(null)) {
                MessageConsumer consumer =
                        broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(topic, "JMSPriority < 9", true);
                broker.publish(topic, "own");
                Session session = other.createSession();
                MessageProducer producer = session.createProducer(topic);
                producer.setPriority(9);
                producer.send(session.createTextMessage("urgent"));
                TestBroker.publish(session, topic, "other's");
                assertThat(TestBroker.all(consumer)).containsExactly("other's");
            }
        }

        @Test
        void goesForMessagesOfTransactionsToo() throws JMSException {
            Session session = broker.session(Session.SESSION_TRANSACTED);
            MessageConsumer deaf = session.createConsumer(topic, null, true);
            MessageConsumer all = session.createConsumer(topic);
            TestBroker.publish(session, topic, "own");
            session.commit();
            assertThat(TestBroker.all(deaf)).isEmpty();
            assertThat(TestBroker.all(all)).containsExactly("own");
        }
    }

    @Nested
    class TheSubscription {

        @Test
        void endsWithItsConsumer() throws JMSException {
            MessageConsumer consumer = broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(topic);
            broker.publish(topic, "a");
            assertThat(broker.subscriptions(topic)).hasSize(1);
            consumer.close();
            awaitNoSubscriptions();
        }

        @ParameterizedTest
        @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, Session.SESSION_TRANSACTED, Session.DUPS_OK_ACKNOWLEDGE})
        void endsWithItsSessionAndItsConnection(int mode) throws JMSException {
            Session session = broker.session(mode);
            MessageConsumer consumer = session.createConsumer(topic);
            try (Connection other = broker.connect(null)) {
                other.createSession().createConsumer(topic);
                assertThat(broker.subscriptions(topic)).hasSize(2);
                broker.publish(topic, "a");
                TestBroker.take(consumer);
                session.close();
            }
            awaitNoSubscriptions();
        }

        @ParameterizedTest
        @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, Session.SESSION_TRANSACTED, 101})
        @DisplayName(
                "8.8: what was handed over belongs to the session, which may settle it when the consumer is closed")
        @Tag("L9")
        void lastsUntilTheSessionHasSettledItsMessages(int mode) throws JMSException {
            Session session = broker.session(mode);
            MessageConsumer consumer = session.createConsumer(topic);
            broker.publish(topic, "a", "b");
            Message message = TestBroker.take(consumer);
            consumer.close();
            // Nobody will ever see this one; and it takes no room.
            broker.publish(topic, "late");
            assertThat(broker.subscriptions(topic)).hasSize(1);
            if (mode == Session.SESSION_TRANSACTED) {
                session.commit();
            } else {
                message.acknowledge();
            }
            awaitNoSubscriptions();
        }

        @Test
        void endsWhenTheSessionRecoversWithoutTheConsumer() throws JMSException {
            Session session = broker.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(topic);
            broker.publish(topic, "a");
            TestBroker.take(consumer);
            consumer.close();
            session.recover();
            awaitNoSubscriptions();
        }

        @ParameterizedTest
        @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
        void isEndedByItsOwnListenerWithoutAFailure(int mode) throws Exception {
            BlockingQueue<Exception> failures = new LinkedBlockingQueue<>();
            broker.connection.setExceptionListener(failures::add);
            MessageConsumer consumer = broker.session(mode).createConsumer(topic);
            consumer.setMessageListener(message -> {
                try {
                    consumer.close();
                } catch (JMSException e) {
                    failures.add(e);
                }
            });
            broker.publish(topic, "a");
            awaitNoSubscriptions();
            assertThat(failures).isEmpty();
        }

        @Test
        void isNotLeftBehindByASelectorThatIsRefused() throws JMSException {
            Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> session.createConsumer(topic, "= 1")).isInstanceOf(JMSException.class);
            session.createProducer(topic);
            assertThat(broker.subscriptions(topic)).isEmpty();
        }
    }

    @Nested
    @DisplayName("8.3: redelivery")
    class Redelivery {

        @Test
        void isOfEachSubscriptionForItself() throws JMSException {
            Session recovering = broker.session(Session.CLIENT_ACKNOWLEDGE);
            Session other = broker.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer first = recovering.createConsumer(topic);
            MessageConsumer second = other.createConsumer(topic);
            broker.publish(topic, "a", "b");
            assertThat(TestBroker.all(first)).containsExactly("a", "b");
            recovering.recover();
            Message again = TestBroker.take(first);
            assertThat(TestBroker.text(again)).isEqualTo("a");
            assertThat(again.getJMSRedelivered()).isTrue();
            assertThat(TestBroker.deliveryCount(again)).isEqualTo(2);
            Message once = TestBroker.take(second);
            assertThat(once.getJMSRedelivered()).isFalse();
            assertThat(TestBroker.deliveryCount(once)).isEqualTo(1);
        }

        @Test
        void afterARollbackIsOfThatSessionsSubscriptionsOnly() throws JMSException {
            Session transacted = broker.session(Session.SESSION_TRANSACTED);
            MessageConsumer first = transacted.createConsumer(topic);
            MessageConsumer second = broker.session(Session.AUTO_ACKNOWLEDGE).createConsumer(topic);
            broker.publish(topic, "a");
            assertThat(TestBroker.all(second)).containsExactly("a");
            TestBroker.take(first);
            transacted.rollback();
            assertThat(TestBroker.take(first).getJMSRedelivered()).isTrue();
            transacted.commit();
            assertThat(TestBroker.all(first)).isEmpty();
            assertThat(TestBroker.all(second)).isEmpty();
        }
    }
}
