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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Chapter 3, the message model: who sets which header field, and what a message is worth after it was sent or received. */
final class Chapter3MessageModelTest extends ProviderTestCase {

    @Nested
    @Tag("JMS-3.4")
    class HeaderFields {

        @OnAnyEntity
        @Tag("JMS-3.4.11")
        void thatTheClientMaySetDoNotComeFromTheMessageOfTheSend(EntityKind kind) throws JMSException {
            TextMessage message = provider.text(kind, "a");
            message.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);
            message.setJMSPriority(9);
            message.setJMSExpiration(1);
            message.setJMSMessageID("ID:mine");
            message.setJMSTimestamp(1);
            message.setJMSDestination(provider.queue(kind, "elsewhere"));
            message.setJMSRedelivered(true);
            message.setJMSCorrelationID("correlation");
            message.setJMSType("type");
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind))) {
                producer.send(message, DeliveryMode.PERSISTENT, 3, 0);
            }
            Message received = take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind));
            for (Message seen : List.of(message, received)) {
                assertThat(seen.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
                assertThat(seen.getJMSPriority()).isEqualTo(3);
                assertThat(seen.getJMSExpiration()).isZero();
                assertThat(seen.getJMSMessageID()).startsWith("ID:").isNotEqualTo("ID:mine");
                assertThat(seen.getJMSTimestamp()).isGreaterThan(1);
                assertThat(seen.getJMSDestination()).isEqualTo(provider.queue(kind));
                assertThat(seen.getJMSCorrelationID()).isEqualTo("correlation");
                assertThat(seen.getJMSType()).isEqualTo("type");
            }
            assertThat(received.getJMSMessageID()).isEqualTo(message.getJMSMessageID());
            assertThat(received.getJMSRedelivered()).isFalse();
        }

        @OnAnyEntity
        @Tag("JMS-3.4.3")
        void messageIdsAreUnique(EntityKind kind) throws JMSException {
            provider.send(kind, Provider.numbered("m", 50));
            Set<String> ids = new HashSet<>();
            for (Message message : take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind), 50)) {
                ids.add(message.getJMSMessageID());
            }
            assertThat(ids).hasSize(50);
        }

        @OnAnyEntity
        @Tag("JMS-3.4.7")
        @Tag("JMS-3.5.11")
        void redeliveredIsSetAndTheCountRisesWithEachDelivery(EntityKind kind) throws JMSException {
            provider.send(kind, "a");
            Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            for (int delivery = 1; delivery <= 5; delivery++) {
                Message message = take(consumer);
                assertThat(deliveryCount(message)).isEqualTo(delivery);
                assertThat(message.getJMSRedelivered()).isEqualTo(delivery > 1);
                session.recover();
            }
        }

        @OnAnyEntity
        @Tag("JMS-3.4.9")
        void anExpiredMessageIsNotReceived(EntityKind kind) throws JMSException {
            TextMessage message = provider.text(kind, "short-lived");
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind))) {
                producer.setTimeToLive(1);
                producer.send(message);
            }
            long expiration = message.getJMSExpiration();
            assertThat(expiration).isEqualTo(message.getJMSTimestamp() + 1);
            Awaitility.await().until(() -> System.currentTimeMillis() > expiration);
            provider.send(kind, "lasting");
            assertThat(provider.drain(kind)).containsExactly("lasting");
        }

        /** Level by level, and within a level in the order of the sends. */
        @InOnePartition
        @Tag("JMS-3.4.10")
        void tenLevelsOfPriorityAreServedFromTheHighestDown(EntityKind kind) throws JMSException {
            List<String> expected = new ArrayList<>();
            IntStream.iterate(9, level -> level >= 0, level -> level - 1)
                    .forEach(level -> expected.addAll(List.of(level + " first", level + " second")));
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind))) {
                for (String order : List.of(" first", " second")) {
                    for (int level : new int[] {4, 0, 9, 5, 1, 8, 2, 7, 3, 6}) {
                        producer.setPriority(level);
                        producer.send(provider.text(kind, level + order));
                    }
                }
            }
            assertThat(provider.drain(kind)).isEqualTo(expected);
        }
    }

    @Nested
    class Texts {

        @OnAnyEntity
        @Tag("JMS-3.4.8")
        @Tag("JMS-3.4.5")
        @Tag("JMS-3.5.4")
        void thatAreEmptyAreNotMissing(EntityKind kind) throws JMSException {
            TextMessage message = provider.text(kind, "");
            message.setJMSType("");
            message.setJMSCorrelationID("");
            message.setStringProperty("p", "");
            message.setObjectProperty("none", null);
            provider.session(Session.AUTO_ACKNOWLEDGE)
                    .createProducer(provider.queue(kind))
                    .send(message);
            Message received = take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind));
            assertThat(textOf(received)).isEmpty();
            assertThat(received.getBody(String.class)).isEmpty();
            assertThat(received.getJMSType()).isEmpty();
            assertThat(received.getJMSCorrelationID()).isEmpty();
            assertThat(received.getStringProperty("p")).isEmpty();
            assertThat(received.getStringProperty("none")).isNull();
        }
    }

    @Nested
    @Tag("JMS-3.8.1")
    class Selectors {

        @OnAnyEntity
        void chooseAndLeaveTheRest(EntityKind kind) throws JMSException {
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind))) {
                for (int i = 0; i < 12; i++) {
                    TextMessage message = provider.text(kind, "m" + i);
                    message.setIntProperty("number", i);
                    producer.send(message);
                }
                producer.send(provider.text(kind, "without number"));
            }
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            try (MessageConsumer high = session.createConsumer(provider.queue(kind), "number >= 6")) {
                assertThat(takeTexts(high, 6))
                        .containsExactlyInAnyOrderElementsOf(List.of("m6", "m7", "m8", "m9", "m10", "m11"));
                assertThat(high.receiveNoWait()).isNull();
            }
            assertThat(provider.drain(kind))
                    .containsExactlyInAnyOrder("m0", "m1", "m2", "m3", "m4", "m5", "without number");
        }

        @InOnePartition
        @Tag("JMS-4.1.2")
        void keepTheOrderOfWhatTheyChoose(EntityKind kind) throws JMSException {
            List<String> chosen = new ArrayList<>();
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind))) {
                for (int i = 0; i < 60; i++) {
                    TextMessage message = provider.text(kind, "m" + i);
                    message.setBooleanProperty("chosen", i % 3 == 0);
                    producer.send(message);
                    if (i % 3 == 0) {
                        chosen.add("m" + i);
                    }
                }
            }
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            try (MessageConsumer consumer = session.createConsumer(provider.queue(kind), "chosen")) {
                assertThat(takeTexts(consumer, 20)).isEqualTo(chosen);
            }
        }
    }

    @Nested
    class AfterTheSend {

        @OnAnyEntity
        @Tag("JMS-3.9")
        void aMessageCanBeChangedAndSentAgain(EntityKind kind) throws JMSException {
            TextMessage message = provider.text(kind, "first");
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind))) {
                producer.send(message);
                message.setText("second");
                message.setStringProperty("added", "later");
                producer.send(message);
                message.clearBody();
            }
            List<Message> received = take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind), 2);
            assertThat(List.of(textOf(received.get(0)), textOf(received.get(1))))
                    .containsExactlyInAnyOrder("first", "second");
            for (Message each : received) {
                assertThat(each.propertyExists("added")).isEqualTo("second".equals(textOf(each)));
            }
        }
    }

    @Nested
    class ReceivedMessages {

        @OnAnyEntity
        @Tag("JMS-3.5.3")
        @Tag("JMS-3.11.2")
        void areReadOnlyUntilTheyAreCleared(EntityKind kind) throws JMSException {
            provider.send(kind, "a");
            TextMessage message = (TextMessage) take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind));
            assertThatThrownBy(() -> message.setText("b")).isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> message.setStringProperty("p", "b"))
                    .isInstanceOf(MessageNotWriteableException.class);
            message.clearBody();
            message.clearProperties();
            message.setText("b");
            message.setStringProperty("p", "b");
            assertThat(message.getText()).isEqualTo("b");
        }

        @OnAnyEntity
        @Tag("JMS-3.10")
        void areRedeliveredAsTheyWereSentWhateverTheReceiverDidToThem(EntityKind kind) throws JMSException {
            TextMessage sent = provider.text(kind, "original");
            sent.setStringProperty("p", "original");
            sent.setJMSType("original");
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind))) {
                producer.send(sent);
            }
            Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            TextMessage first = (TextMessage) take(consumer);
            first.clearBody();
            first.clearProperties();
            first.setText("changed");
            first.setStringProperty("p", "changed");
            first.setJMSType("changed");
            session.recover();
            TextMessage second = (TextMessage) take(consumer);
            assertThat(second.getText()).isEqualTo("original");
            assertThat(second.getStringProperty("p")).isEqualTo("original");
            assertThat(second.getJMSType()).isEqualTo("original");
            assertThat(second.getJMSMessageID()).isEqualTo(sent.getJMSMessageID());
        }
    }

    @Nested
    @Tag("JMS-3.12")
    class MessagesOfAnotherProvider {

        @OnAnyEntity
        void areSentAndToldWhatTheSendHasSet(EntityKind kind) throws JMSException {
            TextMessage body = provider.text(kind, "foreign");
            body.setJMSCorrelationID("correlation");
            // Not a class of this provider, though it happens to keep its values in one.
            TextMessage foreign = (TextMessage) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {TextMessage.class}, (proxy, method, arguments) -> {
                        try {
                            return method.invoke(body, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind))) {
                producer.setPriority(7);
                producer.send(foreign);
            }
            Message received = take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind));
            assertThat(textOf(received)).isEqualTo("foreign");
            assertThat(received.getJMSCorrelationID()).isEqualTo("correlation");
            assertThat(received.getJMSMessageID()).isEqualTo(foreign.getJMSMessageID());
            assertThat(foreign.getJMSPriority()).isEqualTo(7);
        }

        /** What the message throws when it is read is what the send throws, also one with a listener (7.3.2). */
        @OnAnyEntity
        @Tag("JMS-7.3.2")
        void thatCannotBeReadAreRefusedAtOnce(EntityKind kind) throws JMSException {
            Heard heard = new Heard();
            Class<?>[] types = {TextMessage.class};
            TextMessage body = provider.text(kind, "foreign");
            TextMessage foreign = (TextMessage)
                    Proxy.newProxyInstance(getClass().getClassLoader(), types, (proxy, method, arguments) -> {
                        if (method.getName().equals("getText")) {
                            throw new MessageFormatException("no text");
                        }
                        return method.invoke(body, arguments);
                    });
            MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind));
            CompletionListener listener = new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    heard.say("sent");
                }

                @Override
                public void onException(Message message, Exception exception) {
                    heard.say("failed");
                }
            };
            assertThatThrownBy(() -> producer.send(foreign)).isInstanceOf(MessageFormatException.class);
            assertThatThrownBy(() -> producer.send(foreign, listener)).isInstanceOf(MessageFormatException.class);
            producer.close();
            assertThat(heard.rest()).isEmpty();
            assertThat(provider.drain(kind)).isEmpty();
        }
    }
}
