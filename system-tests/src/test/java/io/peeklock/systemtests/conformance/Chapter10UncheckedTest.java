/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Section 10.2: what the methods of the simplified API throw, as their Javadoc has it. */
@Tag("JMS-10.2")
final class Chapter10UncheckedTest extends ProviderTestCase {

    private JMSContext context;
    private Queue queue;
    private Topic topic;

    @BeforeEach
    void open() throws JMSException {
        queue = provider.queue(EntityKind.UNPARTITIONED);
        topic = provider.topic(EntityKind.UNPARTITIONED);
        context = provider.factory.createContext();
    }

    @AfterEach
    void close() {
        context.close();
    }

    private static void assertEachThrows(Class<? extends Exception> type, ThrowingCallable... calls) {
        List<@Nullable Throwable> thrown = new ArrayList<>();
        for (ThrowingCallable call : calls) {
            Throwable e = catchThrowable(call);
            thrown.add(e);
        }
        assertThat(thrown).hasSize(calls.length).allMatch(type::isInstance);
    }

    @Nested
    class InvalidDestinations {

        @Test
        void areTheMissingOnesOfSendsOfEachBody() {
            JMSProducer producer = context.createProducer();
            Destination none = null;
            assertEachThrows(
                    InvalidDestinationRuntimeException.class,
                    () -> producer.send(none, context.createMessage()),
                    () -> producer.send(none, "text"),
                    () -> producer.send(none, new byte[1]),
                    () -> producer.send(none, Map.of("a", 1)),
                    () -> producer.send(none, (Serializable) "object"));
        }

        /** Also where there is no client identifier, without which a durable subscription is refused as well. */
        @Test
        void areTheMissingOnesOfConsumersAndBrowsers() {
            assertEachThrows(
                    InvalidDestinationRuntimeException.class,
                    () -> context.createConsumer(null),
                    () -> context.createConsumer(null, "a = 1"),
                    () -> context.createConsumer(null, "a = 1", true),
                    () -> context.createBrowser(null),
                    () -> context.createBrowser(null, "a = 1"),
                    () -> context.createSharedConsumer(null, "name"),
                    () -> context.createSharedConsumer(null, "name", "a = 1"),
                    () -> context.createDurableConsumer(null, "name"),
                    () -> context.createDurableConsumer(null, "name", "a = 1", true),
                    () -> context.createSharedDurableConsumer(null, "name"),
                    () -> context.createSharedDurableConsumer(null, "name", "a = 1"));
        }

        @Test
        void areSubscriptionsThatAreNotThere() {
            assertEachThrows(InvalidDestinationRuntimeException.class, () -> context.unsubscribe("none"));
        }
    }

    @Test
    void invalidSelectorsAreRefusedByEveryMethodThatTakesOne() {
        context.setClientID("client");
        String bad = "=TEST 'test'";
        assertEachThrows(
                InvalidSelectorRuntimeException.class,
                () -> context.createConsumer(queue, bad),
                () -> context.createConsumer(topic, bad, true),
                () -> context.createBrowser(queue, bad),
                () -> context.createSharedConsumer(topic, "name", bad),
                () -> context.createDurableConsumer(topic, "name", bad, false),
                () -> context.createSharedDurableConsumer(topic, "name", bad));
    }

    @Nested
    class ClientIdentifiers {

        @Test
        @Tag("JMS-6.1.2")
        void areSetOnceBeforeAnythingElse() {
            context.setClientID("client");
            String url = provider.direct.getUrl() + "&clientId=configured";
            try (JMSContext used = provider.factory.createContext();
                    PeeklockConnectionFactory configured = new PeeklockConnectionFactory(url)) {
                used.createConsumer(queue);
                try (JMSContext named = configured.createContext()) {
                    assertThat(named.getClientID()).isEqualTo("configured");
                    assertEachThrows(
                            IllegalStateRuntimeException.class,
                            () -> context.setClientID("second"),
                            () -> used.setClientID("late"),
                            () -> named.setClientID("other"));
                }
            }
        }

        @Test
        @Tag("JMS-6.1.2")
        void areOfOneConnectionAtATime() {
            context.setClientID("client");
            try (JMSContext other = provider.factory.createContext()) {
                assertEachThrows(InvalidClientIDRuntimeException.class, () -> other.setClientID("client"));
            }
        }

        @Test
        @Tag("JMS-8.3.3")
        void areNeededByUnsharedDurableSubscriptions() {
            assertEachThrows(
                    IllegalStateRuntimeException.class,
                    () -> context.createDurableConsumer(topic, "name"),
                    () -> context.createDurableConsumer(topic, "name", "a = 1", true),
                    () -> context.createDurableConsumer(topic, "name", "", false));
        }
    }

    @Nested
    class Subscriptions {

        private Topic other;

        @BeforeEach
        void open() throws JMSException {
            other = provider.topic(EntityKind.UNPARTITIONED, "other");
            context.setClientID("client");
        }

        @Test
        @Tag("JMS-8.3.2")
        void thatAreSharedAreNotChangedWhileTheyAreInUse() {
            context.createSharedConsumer(topic, "name", "a = 1");
            assertEachThrows(
                    JMSRuntimeException.class,
                    () -> context.createSharedConsumer(topic, "name"),
                    () -> context.createSharedConsumer(topic, "name", "a = 2"),
                    () -> context.createSharedConsumer(other, "name", "a = 1"));
        }

        @Test
        @Tag("JMS-8.3.4")
        void thatAreSharedAndDurableAreNotChangedWhileTheyAreInUse() {
            context.createSharedDurableConsumer(topic, "name", "a = 1");
            assertEachThrows(
                    JMSRuntimeException.class,
                    () -> context.createSharedDurableConsumer(topic, "name"),
                    () -> context.createSharedDurableConsumer(topic, "name", "a = 2"),
                    () -> context.createSharedDurableConsumer(other, "name", "a = 1"),
                    () -> context.createDurableConsumer(topic, "name", "a = 1", false),
                    () -> context.unsubscribe("name"));
        }

        @Test
        @Tag("JMS-8.3.3")
        void thatAreDurableAreNeitherSharedNorChangedNorEndedWhileTheyAreInUse() {
            context.createDurableConsumer(topic, "name", "a = 1", false);
            assertEachThrows(
                    JMSRuntimeException.class,
                    () -> context.createDurableConsumer(topic, "name", "a = 1", false),
                    () -> context.createDurableConsumer(topic, "name", "a = 1", true),
                    () -> context.createDurableConsumer(other, "name", "a = 1", false),
                    () -> context.createSharedDurableConsumer(topic, "name", "a = 1"),
                    () -> context.unsubscribe("name"));
        }

        @Test
        @Tag("JMS-8.3")
        void needANameOfOneCharacterAtLeast() {
            for (String name : new String[] {null, ""}) {
                assertEachThrows(
                        JMSRuntimeException.class,
                        () -> context.createSharedConsumer(topic, name),
                        () -> context.createDurableConsumer(topic, name),
                        () -> context.createSharedDurableConsumer(topic, name));
            }
        }
    }

    @Nested
    class IllegalStates {

        @Test
        void areATransactionWhereThereIsNoneAndARecoveryWhereThereIsOne() {
            try (JMSContext transacted = context.createContext(JMSContext.SESSION_TRANSACTED)) {
                assertEachThrows(
                        IllegalStateRuntimeException.class, context::commit, context::rollback, transacted::recover);
            }
        }

        @Test
        @Tag("JMS-6.1.8")
        @NotPooled(NotPooled.ACKNOWLEDGES_ANYWAY)
        void areAllUsesOfAClosedContextAndOfWhatItMade() {
            JMSProducer producer = context.createProducer();
            JMSConsumer consumer = context.createConsumer(queue);
            context.close();
            assertEachThrows(
                    IllegalStateRuntimeException.class,
                    context::acknowledge,
                    context::recover,
                    context::createProducer,
                    context::createTextMessage,
                    context::createTemporaryQueue,
                    context::getMetaData,
                    context::getTransacted,
                    context::getSessionMode,
                    context::getClientID,
                    context::getExceptionListener,
                    context::start,
                    context::stop,
                    () -> context.createQueue("queue"),
                    () -> context.createTopic("topic"),
                    () -> context.createBrowser(queue),
                    () -> context.createContext(JMSContext.AUTO_ACKNOWLEDGE),
                    () -> context.setExceptionListener(null),
                    () -> context.unsubscribe("name"),
                    () -> producer.send(queue, "text"),
                    consumer::receiveNoWait,
                    consumer::getMessageListener,
                    consumer::getMessageSelector,
                    () -> consumer.receiveBody(String.class));
        }

        @Test
        @NotPooled(NotPooled.CLOSES_NOTHING)
        void areTheEndsOfWhatAListenerRunsFor() throws Exception {
            Heard heard = new Heard();
            context.createConsumer(queue).setMessageListener(message -> {
                heard.say(refused(context::close));
                heard.say(refused(context::stop));
            });
            provider.send(EntityKind.UNPARTITIONED, "a");
            assertThat(heard.next(2)).containsOnly("refused");
        }

        private static String refused(Runnable call) {
            try {
                call.run();
                return "done";
            } catch (IllegalStateRuntimeException e) {
                return "refused";
            }
        }
    }

    @Nested
    class Messages {

        @Test
        @Tag("JMS-3.5.3")
        void thatWereReceivedTakeNoPropertyOfTheProducer() throws JMSException {
            provider.send(EntityKind.UNPARTITIONED, "a");
            Message received = context.createConsumer(queue).receive(Provider.LONG_MS);
            JMSProducer producer = context.createProducer().setProperty("p", 1);
            assertEachThrows(MessageNotWriteableRuntimeException.class, () -> producer.send(queue, received));
            producer.clearProperties().send(queue, received);
        }

        @Test
        void thatAreMissingOrHaveABodyOfAWrongTypeAreInvalid() {
            JMSProducer producer = context.createProducer();
            Message none = null;
            assertEachThrows(
                    MessageFormatRuntimeException.class,
                    () -> producer.send(queue, none),
                    () -> producer.send(queue, Map.of("a", new Object())),
                    () -> producer.setProperty("p", new Object()),
                    () -> producer.send(queue, new ArrayList<>(List.of(new Object()))));
        }

        @Test
        @NotPooled(NotPooled.KEEPS_ITS_PROPERTIES)
        void thatAreMapsWithoutNamesAreInvalid() {
            JMSProducer producer = context.createProducer();
            Map<String, Object> unnamed = Collections.singletonMap(null, 1);
            assertEachThrows(
                    MessageFormatRuntimeException.class,
                    () -> producer.send(queue, Map.of("", 1)),
                    () -> producer.send(queue, unnamed));
        }

        @Test
        @Tag("JMS-8.6")
        @NotPooled(NotPooled.HAS_NO_RECEIVE_BODY)
        void ofAWrongTypeAreRefusedByReceiveBody() throws JMSException {
            MapMessage map = context.createMapMessage();
            map.setInt("a", 1);
            context.createProducer().send(queue, map).send(queue, context.createMessage());
            JMSConsumer consumer = context.createConsumer(queue);
            assertEachThrows(
                    MessageFormatRuntimeException.class,
                    () -> consumer.receiveBody(String.class),
                    () -> consumer.receiveBody(byte[].class, Provider.LONG_MS),
                    () -> consumer.receiveBodyNoWait(Boolean.class));
            assertThat(consumer.receiveBody(Map.class, Provider.LONG_MS)).isEqualTo(Map.of("a", 1));
            assertEachThrows(
                    MessageFormatRuntimeException.class, () -> consumer.receiveBody(String.class, Provider.LONG_MS));
        }

        @Test
        @Tag("JMS-3.5.4")
        void haveNoPropertiesThatTheProducerReadsAsAnotherType() {
            JMSProducer producer =
                    context.createProducer().setProperty("truth", true).setProperty("number", 1);
            assertEachThrows(
                    MessageFormatRuntimeException.class,
                    () -> producer.getByteProperty("truth"),
                    () -> producer.getShortProperty("truth"),
                    () -> producer.getIntProperty("truth"),
                    () -> producer.getLongProperty("truth"),
                    () -> producer.getFloatProperty("number"),
                    () -> producer.getDoubleProperty("number"),
                    () -> producer.getBooleanProperty("number"));
        }
    }
}
