/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.deliveryCount;
import static io.peeklock.systemtests.conformance.Provider.take;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Chapter 4, messaging domains: what a queue is to several consumers, and to those who only look. */
final class Chapter4DomainsTest extends ProviderTestCase {

    @Nested
    @Tag("JMS-4.1.2")
    class SeveralConsumers {

        @OnAnyEntity
        @NotCached(NotCached.HAS_ONE_CONNECTION)
        void getEachMessageOnceTogether(EntityKind kind) throws Exception {
            int count = 400;
            Queue<String> got = new ConcurrentLinkedQueue<>();
            List<Background<Boolean>> receivers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                MessageConsumer consumer = provider.consumer(Session.AUTO_ACKNOWLEDGE, kind);
                receivers.add(Background.run(() -> {
                    for (Message m = consumer.receive(); m != null; m = consumer.receive()) {
                        got.add(String.valueOf(textOf(m)));
                    }
                }));
            }
            provider.send(kind, Provider.numbered("m", count));
            Awaitility.await().until(() -> got.size() >= count);
            provider.connection.close();
            for (Background<Boolean> receiver : receivers) {
                receiver.result();
            }
            assertThat(got).containsExactlyInAnyOrderElementsOf(Provider.numbered("m", count));
        }

        @OnAnyEntity
        void neverSeeAMessageThatAnotherHolds(EntityKind kind) throws JMSException {
            provider.send(kind, "a", "b");
            Message held = take(provider.consumer(Session.CLIENT_ACKNOWLEDGE, kind));
            MessageConsumer other = provider.consumer(Session.CLIENT_ACKNOWLEDGE, kind);
            assertThat(textOf(take(other))).isNotEqualTo(textOf(held));
            assertThat(other.receiveNoWait()).isNull();
        }
    }

    @Nested
    @Tag("JMS-4.1.6")
    class Browsers {

        @OnAnyEntity
        void takeNothingAndCountNothing(EntityKind kind) throws JMSException {
            provider.send(kind, Provider.numbered("m", 20));
            assertThat(browse(kind, null)).containsExactlyInAnyOrderElementsOf(Provider.numbered("m", 20));
            assertThat(browse(kind, null)).hasSize(20);
            Message message = take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind));
            assertThat(deliveryCount(message)).isEqualTo(1);
            assertThat(message.getJMSRedelivered()).isFalse();
        }

        @InOnePartition
        @Tag("JMS-6.2.9.1")
        void showMessagesInTheOrderOfTheirSends(EntityKind kind) throws JMSException {
            provider.send(kind, Provider.numbered("m", 20));
            assertThat(browse(kind, null)).isEqualTo(Provider.numbered("m", 20));
        }

        /** "In the order they would be received", as the Javadoc of a browser's {@code getEnumeration} has it. */
        @InOnePartition
        @Tag("JMS-3.4.10")
        void showMessagesOfHigherPrioritiesFirst(EntityKind kind) throws JMSException {
            MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind));
            for (int i = 0; i < 100; i++) {
                producer.setPriority(i % 10);
                producer.send(provider.text(kind, "m" + i));
            }
            List<String> browsed = browse(kind, null);
            assertThat(browsed).isEqualTo(provider.drain(kind));
            assertThat(browsed).startsWith("m9", "m19").endsWith("m80", "m90");
        }

        @OnAnyEntity
        void showWhatTheirSelectorChooses(EntityKind kind) throws JMSException {
            for (int i = 0; i < 8; i++) {
                TextMessage message = provider.text(kind, "m" + i);
                message.setIntProperty("number", i);
                provider.session(Session.AUTO_ACKNOWLEDGE)
                        .createProducer(provider.queue(kind))
                        .send(message);
            }
            assertThat(browse(kind, "number BETWEEN 2 AND 4")).containsExactlyInAnyOrder("m2", "m3", "m4");
        }

        @OnAnyEntity
        void needNoStartedConnection(EntityKind kind) throws JMSException {
            provider.send(kind, "a");
            provider.connection.stop();
            assertThat(browse(kind, null)).containsExactly("a");
        }

        private List<String> browse(EntityKind kind, @Nullable String selector) throws JMSException {
            List<String> texts = new ArrayList<>();
            try (Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
                    QueueBrowser browser = session.createBrowser(provider.queue(kind), selector)) {
                for (Object message : Collections.list(browser.getEnumeration())) {
                    texts.add(textOf((Message) message));
                }
            }
            return texts;
        }
    }

    @Nested
    @Tag("JMS-4.1.8")
    class WithoutConsumers {

        @OnAnyEntity
        void aQueueHoldsWhatIsSent(EntityKind kind) throws JMSException {
            provider.send(kind, Provider.numbered("m", 30));
            try (var later = provider.factory.createConnection()) {
                later.start();
                MessageConsumer consumer = later.createSession().createConsumer(provider.queue(kind));
                assertThat(Provider.takeTexts(consumer, 30))
                        .containsExactlyInAnyOrderElementsOf(Provider.numbered("m", 30));
            }
        }
    }
}
