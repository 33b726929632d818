/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.take;
import static io.peeklock.systemtests.conformance.Provider.takeTexts;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Section 8.3, the four kinds of subscription and what happens when their names, selectors and topics change. */
final class Chapter8SubscriptionsTest extends ProviderTestCase {

    private Connection connection;
    private Session session;

    @BeforeEach
    void open() throws JMSException {
        connection = provider.connection("client");
        session = connection.createSession();
    }

    @AfterEach
    void close() throws JMSException {
        connection.close();
    }

    private void publish(EntityKind kind, Topic topic, String... texts) throws JMSException {
        provider.send(kind, topic, List.of(texts));
    }

    private static void assertNothing(MessageConsumer consumer) throws JMSException {
        assertThat(textOf(consumer.receiveNoWait())).isNull();
    }

    @Nested
    @Tag("JMS-8.3.1")
    class UnsharedNonDurable {

        @OnAnyEntity
        void livesAsLongAsItsConsumer(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            session.createConsumer(topic).close();
            publish(kind, topic, "missed");
            MessageConsumer consumer = session.createConsumer(topic);
            publish(kind, topic, "a");
            assertThat(textOf(take(consumer))).isEqualTo("a");
            assertNothing(consumer);
        }

        @OnAnyEntity
        void leavesOutWhatItsConnectionPublishesIfItIsToldTo(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            MessageConsumer others = session.createConsumer(topic, null, true);
            MessageConsumer all = session.createConsumer(topic);
            session.createProducer(topic).send(provider.text(kind, "own"));
            publish(kind, topic, "another's");
            assertThat(takeTexts(all, 2)).containsExactlyInAnyOrder("own", "another's");
            assertThat(textOf(take(others))).isEqualTo("another's");
            assertNothing(others);
        }
    }

    @Nested
    @Tag("JMS-8.3.2")
    class SharedNonDurable {

        @OnAnyEntity
        void sharesItsMessagesAmongItsConsumers(EntityKind kind) throws Exception {
            Topic topic = provider.topic(kind);
            Heard heard = new Heard();
            for (int i = 0; i < 3; i++) {
                Heard.listen(
                        connection.createSession().createSharedConsumer(topic, "shared"),
                        message -> heard.say(textOf(message)));
            }
            provider.send(kind, topic, Provider.numbered("m", 60));
            assertThat(heard.next(60)).containsExactlyInAnyOrderElementsOf(Provider.numbered("m", 60));
            assertThat(heard.rest()).isEmpty();
        }

        @OnAnyEntity
        void endsWithItsLastConsumer(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            MessageConsumer first = session.createSharedConsumer(topic, "shared");
            MessageConsumer second = session.createSharedConsumer(topic, "shared");
            first.close();
            publish(kind, topic, "kept");
            assertThat(textOf(take(second))).isEqualTo("kept");
            publish(kind, topic, "dropped");
            second.close();
            assertNothing(session.createSharedConsumer(topic, "shared"));
        }

        @OnAnyEntity
        void refusesAnotherTopicOrSelectorWhileItHasConsumers(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            Topic other = provider.topic(kind, "other");
            session.createSharedConsumer(topic, "shared", "a = 1");
            assertThatThrownBy(() -> session.createSharedConsumer(topic, "shared", "a = 2"))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createSharedConsumer(other, "shared", "a = 1"))
                    .isInstanceOf(JMSException.class);
            session.createSharedConsumer(topic, "shared", "a = 1").close();
        }

        @OnAnyEntity
        void isAnotherThanTheDurableOneOfItsName(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            MessageConsumer durable = session.createSharedDurableConsumer(topic, "name");
            MessageConsumer nonDurable = session.createSharedConsumer(topic, "name");
            publish(kind, topic, "a");
            assertThat(textOf(take(durable))).isEqualTo("a");
            assertThat(textOf(take(nonDurable))).isEqualTo("a");
        }
    }

    @Nested
    @Tag("JMS-8.3.3")
    class UnsharedDurable {

        @OnAnyEntity
        void keepsMessagesForItsConsumerWhoIsAway(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            session.createDurableConsumer(topic, "name").close();
            connection.close();
            publish(kind, topic, "a", "b");
            open();
            assertThat(takeTexts(session.createDurableConsumer(topic, "name"), 2))
                    .containsExactlyInAnyOrder("a", "b");
        }

        @OnAnyEntity
        void hasOneConsumerAtATime(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            MessageConsumer consumer = session.createDurableConsumer(topic, "name");
            assertThatThrownBy(() -> connection.createSession().createDurableConsumer(topic, "name"))
                    .isInstanceOf(JMSException.class);
            consumer.close();
            session.createDurableConsumer(topic, "name").close();
        }

        @OnAnyEntity
        void needsAClientIdentifier(EntityKind kind) {
            assertThatThrownBy(() -> provider.session(Session.AUTO_ACKNOWLEDGE)
                            .createDurableConsumer(provider.topic(kind), "name"))
                    .isInstanceOf(IllegalStateException.class);
        }

        @OnAnyEntity
        void startsAnewWithAnotherSelectorTopicOrNoLocal(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            Topic other = provider.topic(kind, "other");
            session.createDurableConsumer(topic, "name").close();
            publish(kind, topic, "gone with the first");
            try (MessageConsumer changed = session.createDurableConsumer(topic, "name", "a IS NULL", false)) {
                assertNothing(changed);
            }
            publish(kind, topic, "gone with the second");
            try (MessageConsumer changed = session.createDurableConsumer(topic, "name", "a IS NULL", true)) {
                assertNothing(changed);
            }
            publish(kind, topic, "gone with the third");
            try (MessageConsumer changed = session.createDurableConsumer(other, "name", "a IS NULL", true)) {
                assertNothing(changed);
                publish(kind, topic, "nobody's");
                publish(kind, other, "a");
                assertThat(textOf(take(changed))).isEqualTo("a");
                assertNothing(changed);
            }
        }

        @OnAnyEntity
        @Tag("JMS-6.2.15")
        @NotPooled(NotPooled.KEEPS_WHAT_IT_HOLDS)
        @NotCached(NotCached.KEEPS_WHAT_IT_HOLDS)
        void givesAgainWhatWasNotAcknowledged(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            try (Session failing = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
                MessageConsumer consumer = failing.createDurableConsumer(topic, "name");
                publish(kind, topic, "a");
                take(consumer);
            }
            var again = take(session.createDurableConsumer(topic, "name"));
            assertThat(again.getJMSRedelivered()).isTrue();
            assertThat(Provider.deliveryCount(again)).isEqualTo(2);
        }

        @OnAnyEntity
        void isGoneWhenItIsUnsubscribed(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            MessageConsumer consumer = session.createDurableConsumer(topic, "name");
            publish(kind, topic, "gone");
            assertThatThrownBy(() -> session.unsubscribe("name"))
                    .as("while it has a consumer")
                    .isInstanceOf(JMSException.class);
            consumer.close();
            session.unsubscribe("name");
            assertNothing(session.createDurableConsumer(topic, "name"));
            assertThatThrownBy(() -> session.unsubscribe("unknown")).isInstanceOf(InvalidDestinationException.class);
        }

        @OnAnyEntity
        void hasNotTheNameOfASharedOne(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            session.createDurableConsumer(topic, "unshared").close();
            session.createSharedDurableConsumer(topic, "shared").close();
            assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, "unshared"))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createDurableConsumer(topic, "shared"))
                    .isInstanceOf(JMSException.class);
        }
    }

    @Nested
    @Tag("JMS-8.3.4")
    class SharedDurable {

        @OnAnyEntity
        void isSharedAndKeptWithAndWithoutAClientIdentifier(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            Session anonymous = provider.session(Session.AUTO_ACKNOWLEDGE);
            session.createSharedDurableConsumer(topic, "name").close();
            anonymous.createSharedDurableConsumer(topic, "name").close();
            publish(kind, topic, "a");
            for (Session each : List.of(session, anonymous)) {
                try (MessageConsumer first = each.createSharedDurableConsumer(topic, "name");
                        MessageConsumer second = each.createSharedDurableConsumer(topic, "name")) {
                    var message = first.receiveNoWait();
                    assertThat(textOf(message == null ? take(second) : message)).isEqualTo("a");
                    assertNothing(first);
                    assertNothing(second);
                }
            }
        }

        @OnAnyEntity
        void startsAnewWithAnotherSelectorOnlyWithoutConsumers(EntityKind kind) throws JMSException {
            Topic topic = provider.topic(kind);
            MessageConsumer consumer = session.createSharedDurableConsumer(topic, "name", "a = 1");
            assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, "name", "a IS NULL"))
                    .isInstanceOf(JMSException.class);
            consumer.close();
            MessageConsumer changed = session.createSharedDurableConsumer(topic, "name", "a IS NULL");
            publish(kind, topic, "a");
            assertThat(textOf(take(changed))).isEqualTo("a");
        }
    }
}
