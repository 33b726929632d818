/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.deliveryCount;
import static io.peeklock.systemtests.conformance.Provider.take;
import static io.peeklock.systemtests.conformance.Provider.takeTexts;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicRequestor;
import jakarta.jms.TopicSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Section 4.2, topics: a copy for each subscription, each a message of its own. */
final class Chapter4TopicsTest extends ProviderTestCase {

    @Nested
    @Tag("JMS-4.2.2")
    class Copies {

        @OnAnyEntity
        void goToEverySubscriptionThatIsThereAndMatches(EntityKind kind) throws Exception {
            Topic topic = provider.topic(kind);
            provider.send(kind, topic, List.of("too early"));
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer all = session.createConsumer(topic);
            MessageConsumer some = session.createConsumer(topic, "chosen");
            try (MessageProducer producer = session.createProducer(topic)) {
                for (int i = 0; i < 10; i++) {
                    TextMessage message = provider.text(kind, "m" + i);
                    message.setBooleanProperty("chosen", i < 3);
                    producer.send(message);
                }
            }
            assertThat(takeTexts(all, 10)).containsExactlyInAnyOrderElementsOf(Provider.numbered("m", 10));
            assertThat(takeTexts(some, 3)).containsExactlyInAnyOrder("m0", "m1", "m2");
            assertThat(all.receiveNoWait()).isNull();
            assertThat(some.receiveNoWait()).isNull();
        }

        @OnAnyEntity
        void areAcknowledgedAndFailEachForItself(EntityKind kind) throws Exception {
            Topic topic = provider.topic(kind);
            Session failing = provider.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer one = failing.createConsumer(topic);
            MessageConsumer other = provider.session(Session.CLIENT_ACKNOWLEDGE).createConsumer(topic);
            provider.send(kind, topic, List.of("a"));
            take(one);
            failing.recover();
            assertThat(deliveryCount(take(one))).isEqualTo(2);
            Message untouched = take(other);
            assertThat(deliveryCount(untouched)).isEqualTo(1);
            untouched.acknowledge();
            failing.recover();
            assertThat(deliveryCount(take(one))).isEqualTo(3);
        }

        @InOnePartition
        @Tag("JMS-6.2.9.1")
        void areInTheOrderOfTheSends(EntityKind kind) throws Exception {
            Topic topic = provider.topic(kind);
            MessageConsumer consumer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createConsumer(topic);
            provider.send(kind, topic, Provider.numbered("m", 200));
            assertThat(takeTexts(consumer, 200)).isEqualTo(Provider.numbered("m", 200));
        }

        /** All subscriptions of a publish see it, or none: also in a transaction. */
        @InOnePartition
        @Tag("JMS-6.2.7")
        void ofATransactionComeWithItsCommit(EntityKind kind) throws Exception {
            Topic topic = provider.topic(kind);
            Session receiving = provider.session(Session.AUTO_ACKNOWLEDGE);
            List<MessageConsumer> consumers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                consumers.add(receiving.createConsumer(topic));
            }
            Session session = provider.session(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(topic);
            producer.send(provider.text(kind, "never"));
            session.rollback();
            producer.send(provider.text(kind, "a"));
            producer.send(provider.text(kind, "b"));
            for (MessageConsumer consumer : consumers) {
                assertThat(consumer.receiveNoWait()).as("before the commit").isNull();
            }
            session.commit();
            for (MessageConsumer consumer : consumers) {
                assertThat(takeTexts(consumer, 2)).containsExactly("a", "b");
            }
        }

        @OnAnyEntity
        @Tag("JMS-6.2.12")
        void areOneForEachSubscriptionUnderLoad(EntityKind kind) throws Exception {
            int count = 100;
            Topic topic = provider.topic(kind);
            List<MessageConsumer> consumers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                consumers.add(provider.session(Session.AUTO_ACKNOWLEDGE).createConsumer(topic));
            }
            CountDownLatch together = new CountDownLatch(2);
            List<Background<Boolean>> senders = new ArrayList<>();
            for (String prefix : List.of("x", "y")) {
                Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
                senders.add(Background.run(() -> {
                    MessageProducer producer = session.createProducer(topic);
                    together.countDown();
                    together.await();
                    for (String text : Provider.numbered(prefix, count)) {
                        producer.send(kind.mark(session.createTextMessage(text)));
                    }
                }));
            }
            List<String> sent = new ArrayList<>(Provider.numbered("x", count));
            sent.addAll(Provider.numbered("y", count));
            for (MessageConsumer consumer : consumers) {
                assertThat(takeTexts(consumer, 2 * count)).containsExactlyInAnyOrderElementsOf(sent);
                assertThat(consumer.receiveNoWait()).isNull();
            }
            for (Background<Boolean> sender : senders) {
                sender.result();
            }
        }
    }

    @Nested
    @Tag("JMS-4.2.4")
    class SubscriptionNames {

        @Test
        void haveLettersDigitsAndSomeSignsUpTo128Characters() throws Exception {
            Topic topic = provider.topic(EntityKind.UNPARTITIONED);
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            for (String name : List.of("größe_1.2-3", "n".repeat(128))) {
                session.createSharedDurableConsumer(topic, name).close();
                provider.send(EntityKind.UNPARTITIONED, topic, List.of("kept for " + name));
                try (MessageConsumer consumer = session.createSharedDurableConsumer(topic, name)) {
                    assertThat(textOf(take(consumer))).isEqualTo("kept for " + name);
                }
                session.unsubscribe(name);
            }
        }
    }

    @Nested
    @Tag("JMS-4.2.10")
    class Requestors {

        @Test
        void sendAndWaitForTheReply() throws Exception {
            try (TopicConnection connection = provider.topicConnection()) {
                connection.start();
                TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
                Topic topic = provider.topic(EntityKind.UNPARTITIONED);
                Session answering = provider.session(Session.AUTO_ACKNOWLEDGE);
                Heard.listen(
                        answering.createConsumer(topic),
                        request -> answering
                                .createProducer(request.getJMSReplyTo())
                                .send(answering.createTextMessage("reply to " + textOf(request))));
                TopicRequestor requestor = new TopicRequestor(session, topic);
                assertThat(textOf(requestor.request(session.createTextMessage("request"))))
                        .isEqualTo("reply to request");
            }
        }
    }
}
