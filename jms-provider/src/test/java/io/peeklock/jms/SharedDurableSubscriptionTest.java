/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Durable subscriptions that several consumers share (Jakarta Messaging 8.3.4), and those of administrators. */
@Tag("8.3.4")
class SharedDurableSubscriptionTest {

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
    class TheSubscription {

        @Test
        void hasAnyNumberOfConsumersAndKeepsMessagesWithoutOne() throws JMSException {
            MessageConsumer first = session.createSharedDurableConsumer(topic, "s");
            MessageConsumer second = session.createSharedDurableConsumer(topic, "s");
            broker.publish(topic, "a", "b");
            List<String> got = new ArrayList<>(List.of(TestBroker.text(TestBroker.take(second))));
            got.addAll(TestBroker.all(first));
            assertThat(got).containsExactlyInAnyOrder("a", "b");
            first.close();
            second.close();
            broker.publish(topic, "c");
            try (Connection other = broker.connect(null)) {
                assertThat(TestBroker.all(other.createSession().createSharedDurableConsumer(topic, "s")))
                        .containsExactly("c");
            }
        }

        @Test
        void isTheClientsIfItHasAnIdentifier() throws JMSException {
            try (Connection mine = broker.connect("me")) {
                Session own = mine.createSession();
                own.createSharedDurableConsumer(topic, "s").close();
                broker.publish(topic, "a");
                assertThat(TestBroker.all(session.createSharedDurableConsumer(topic, "s")))
                        .isEmpty();
                assertThat(TestBroker.all(own.createSharedDurableConsumer(topic, "s")))
                        .containsExactly("a");
                assertThat(broker.subscriptions(topic)).hasSize(2);
            }
        }

        @Test
        void isReplacedWithAnotherSelectorOrTopicWhenNoConsumerIsOpen() throws JMSException {
            MessageConsumer open = session.createSharedDurableConsumer(topic, "s");
            broker.publish(topic, "old");
            assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, "s", "a = 1"))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createSharedDurableConsumer(broker.topic("news"), "s"))
                    .isInstanceOf(JMSException.class);
            open.close();
            MessageConsumer news = session.createSharedDurableConsumer(broker.topic("news"), "s");
            broker.publish(topic, "lost");
            broker.publish(broker.topic("news"), "new");
            assertThat(TestBroker.all(news)).containsExactly("new");
            news.close();
            MessageConsumer selecting = session.createSharedDurableConsumer(broker.topic("news"), "s", "a = 1");
            assertThat(selecting.getMessageSelector()).isEqualTo("a = 1");
        }

        @Test
        void isUnsubscribedByItsName() throws JMSException {
            session.createSharedDurableConsumer(topic, "s").close();
            session.unsubscribe("s");
            assertThat(broker.subscriptions(topic)).isEmpty();
            assertThatThrownBy(() -> session.unsubscribe("s")).isInstanceOf(InvalidDestinationException.class);
        }

        @Test
        void isNotUnsubscribedUnderItsConsumers() throws JMSException {
            MessageConsumer open = session.createSharedDurableConsumer(topic, "s");
            assertThatThrownBy(() -> session.unsubscribe("s")).isInstanceOf(JMSException.class);
            open.close();
            MessageConsumer byPath = session.createConsumer(session.createQueue("prices/Subscriptions/s"));
            assertThatThrownBy(() -> session.unsubscribe("s")).isInstanceOf(JMSException.class);
            byPath.close();
            session.unsubscribe("s");
        }
    }

    @Nested
    class AnAdministratorsSubscription {

        @BeforeEach
        void create() throws Exception {
            broker.namespace().createTopic(TopicDescription.of("prices")).get();
            broker.namespace()
                    .createSubscription(SubscriptionDescription.builder("prices", "audit")
                            .maxDeliveryCount(1)
                            .filter(SubscriptionFilter.of("price > 10"))
                            .build())
                    .get();
        }

        private void publish(int price) throws JMSException {
            Message message = session.createTextMessage("" + price);
            message.setIntProperty("price", price);
            session.createProducer(topic).send(message);
        }

        @Test
        void isTheSharedDurableOneOfThatName() throws JMSException {
            publish(5);
            publish(15);
            assertThat(TestBroker.all(session.createSharedDurableConsumer(topic, "audit", "price > 10")))
                    .containsExactly("15");
            assertThat(broker.subscriptions(topic)).containsExactly("audit");
        }

        @Test
        void keepsItsSettings() throws JMSException {
            publish(15);
            Session client = broker.session(Session.CLIENT_ACKNOWLEDGE);
            TestBroker.take(client.createSharedDurableConsumer(topic, "audit", "price > 10"));
            client.recover();
            MessageConsumer dead =
                    session.createConsumer(session.createQueue("prices/Subscriptions/audit/$deadletterqueue"));
            Message message = TestBroker.take(dead);
            assertThat(message.getStringProperty("DeadLetterReason")).isEqualTo("MaxDeliveryCountExceeded");
            assertThat(message.getJMSDestination()).isEqualTo(topic);
        }

        @Test
        void isNotReplacedOrDeletedByApplications() {
            assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, "audit"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("administrator");
            assertThatThrownBy(() -> session.unsubscribe("audit")).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void isOfItsTopicAlone() throws JMSException {
            Topic news = broker.topic("news");
            MessageConsumer ofNews = session.createSharedDurableConsumer(news, "audit");
            publish(15);
            broker.publish(news, "a");
            assertThat(TestBroker.all(ofNews)).containsExactly("a");
            ofNews.close();
            session.unsubscribe("audit");
            assertThat(broker.subscriptions(topic)).containsExactly("audit");
            assertThat(broker.subscriptions(news)).isEmpty();
        }

        @Test
        void isReceivedFromAndBrowsedByItsPath() throws JMSException {
            publish(15);
            for (String path : List.of("prices/Subscriptions/audit", "prices/subscriptions/audit")) {
                List<?> browsed = Collections.list(
                        session.createBrowser(session.createQueue(path)).getEnumeration());
                assertThat(browsed).hasSize(1);
            }
            MessageConsumer consumer = session.createConsumer(session.createQueue("prices/SUBSCRIPTIONS/audit"));
            Message message = TestBroker.take(consumer);
            assertThat(TestBroker.text(message)).isEqualTo("15");
            assertThat(message.getJMSDestination()).isEqualTo(topic);
        }

        @Test
        @Tag("W5")
        void isNotSentToAndNotCreatedOnUse() {
            assertThatThrownBy(() -> session.createProducer(session.createQueue("prices/Subscriptions/audit"))
                            .send(session.createMessage()))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createConsumer(session.createQueue("prices/Subscriptions/other")))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> session.createConsumer(session.createQueue("none/Subscriptions/audit")))
                    .isInstanceOf(InvalidDestinationException.class);
        }
    }
}
