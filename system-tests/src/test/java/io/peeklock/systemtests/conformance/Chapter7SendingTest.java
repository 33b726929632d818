/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.take;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Chapter 7, sending: producers, asynchronous sends, and what is set for the messages of a producer. */
final class Chapter7SendingTest extends ProviderTestCase {

    @Nested
    @Tag("JMS-7.1")
    class Producers {

        @OnAnyEntity
        void withoutADestinationAreToldAtEachSend(EntityKind kind) throws JMSException {
            Queue other = provider.queue(kind, "other");
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(null)) {
                producer.send(provider.queue(kind), provider.text(kind, "a"));
                producer.send(other, provider.text(kind, "b"));
                assertThatThrownBy(() -> producer.send(provider.text(kind, "c")))
                        .isInstanceOf(UnsupportedOperationException.class);
                assertThatThrownBy(() -> producer.send(null, provider.text(kind, "c")))
                        .isInstanceOf(InvalidDestinationException.class);
            }
            assertThat(provider.drain(kind)).containsExactly("a");
            assertThat(provider.drain(other)).containsExactly("b");
        }

        @OnAnyEntity
        void withADestinationSendNowhereElse(EntityKind kind) throws JMSException {
            Queue other = provider.queue(kind, "other");
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind))) {
                assertThatThrownBy(() -> producer.send(other, provider.text(kind, "c")))
                        .isInstanceOf(UnsupportedOperationException.class);
            }
            assertThat(provider.drain(other)).isEmpty();
        }
    }

    @Nested
    @Tag("JMS-7.3")
    class AsynchronousSends {

        @OnAnyEntity
        @Tag("JMS-7.3.1")
        void haveSentTheMessageWhenTheyComplete(EntityKind kind) throws Exception {
            CompletableFuture<String> found = new CompletableFuture<>();
            Session sender = provider.session(Session.AUTO_ACKNOWLEDGE);
            sender.createProducer(provider.queue(kind))
                    .send(
                            provider.text(kind, "a"),
                            onCompletion(message -> found.complete(String.valueOf(provider.drain(kind)))));
            assertThat(found.get(Provider.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo("[a]");
        }

        @OnAnyEntity
        @Tag("JMS-7.3.8")
        void callBackInTheirOrderOneAtATimeAndNotOnTheSendersThread(EntityKind kind) throws Exception {
            Heard heard = new Heard();
            Thread sender = Thread.currentThread();
            MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind));
            for (String text : Provider.numbered("m", 100)) {
                producer.send(
                        provider.text(kind, text),
                        onCompletion(message -> heard.say(
                                Thread.currentThread() == sender ? "on the sender's thread" : textOf(message))));
            }
            assertThat(heard.next(100)).isEqualTo(Provider.numbered("m", 100));
        }

        @OnAnyEntity
        @Tag("JMS-7.3.4")
        @NotPooled(NotPooled.CLOSES_NOTHING)
        @NotCached(NotCached.CLOSES_NOTHING)
        void areWaitedForByCloseWithTheirCallbacks(EntityKind kind) throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            Heard heard = new Heard();
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            session.createProducer(provider.queue(kind)).send(provider.text(kind, "a"), onCompletion(message -> {
                heard.say("in");
                go.await(Provider.LONG_MS, TimeUnit.MILLISECONDS);
                heard.say("out");
            }));
            heard.next();
            Background<Boolean> close = Background.run(() -> {
                        session.close();
                        heard.say("closed");
                    })
                    .untilItWaits();
            assertThat(close.isDone()).isFalse();
            go.countDown();
            close.result();
            assertThat(heard.rest()).containsExactly("out", "closed");
        }

        @InOnePartition
        @Tag("JMS-7.3.4")
        void areWaitedForByCommit(EntityKind kind) throws Exception {
            Heard heard = new Heard();
            Session session = provider.session(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(provider.queue(kind));
            for (String text : Provider.numbered("m", 10)) {
                producer.send(provider.text(kind, text), onCompletion(message -> heard.say(textOf(message))));
            }
            session.commit();
            assertThat(heard.rest()).isEqualTo(Provider.numbered("m", 10));
            assertThat(provider.drain(kind)).isEqualTo(Provider.numbered("m", 10));
        }

        @OnAnyEntity
        @Tag("JMS-7.3.4")
        @NotPooled(NotPooled.CLOSES_NOTHING)
        @NotCached(NotCached.CLOSES_NOTHING)
        void refuseCloseCommitAndRollbackInTheirCallbacks(EntityKind kind) throws Exception {
            CompletableFuture<List<Throwable>> refusals = new CompletableFuture<>();
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(provider.queue(kind));
            producer.send(
                    provider.text(kind, "a"),
                    onCompletion(message -> refusals.complete(List.of(
                            refusal(producer::close),
                            refusal(session::close),
                            refusal(provider.connection::close),
                            refusal(session::commit),
                            refusal(session::rollback)))));
            assertThat(refusals.get(Provider.LONG_MS, TimeUnit.MILLISECONDS))
                    .allMatch(IllegalStateException.class::isInstance);
        }

        @OnAnyEntity
        @Tag("JMS-7.3.2")
        void throwWhatCanBeToldAtOnceAndThenDoNotCallBack(EntityKind kind) throws Exception {
            Heard heard = new Heard();
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(provider.queue(kind));
            CompletionListener listener = onCompletion(message -> heard.say("called"));
            assertThatThrownBy(() -> producer.send(null, listener)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> producer.send(provider.text(kind, "a"), DeliveryMode.PERSISTENT, 10, 0, listener))
                    .isInstanceOf(JMSException.class);
            session.close();
            assertThat(heard.rest()).isEmpty();
        }

        /** Unlike a message listener's, which would wait for itself: deliveries stop, sends do not. */
        @OnAnyEntity
        @Tag("JMS-6.1.5")
        @NotPooled(NotPooled.NEVER_STOPS)
        void letTheirCallbacksStopTheConnection(EntityKind kind) throws Exception {
            CompletableFuture<Boolean> stopped = new CompletableFuture<>();
            provider.session(Session.AUTO_ACKNOWLEDGE)
                    .createProducer(provider.queue(kind))
                    .send(provider.text(kind, "a"), onCompletion(message -> {
                        provider.connection.stop();
                        stopped.complete(true);
                    }));
            assertThat(stopped.get(Provider.LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
            assertThat(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind).receiveNoWait())
                    .isNull();
        }

        @Test
        @Tag("JMS-7.3.2")
        void ofAFluentProducerThrowWhatCanBeToldAtOnceAndThenDoNotCallBack() throws JMSException {
            Heard heard = new Heard();
            CompletionListener listener = onCompletion(message -> heard.say("called"));
            Queue queue = provider.queue(EntityKind.UNPARTITIONED);
            try (JMSContext context = provider.factory.createContext()) {
                JMSProducer producer = context.createProducer().setAsync(listener);
                Message none = null;
                assertThatThrownBy(() -> producer.send(null, "a"))
                        .isInstanceOf(InvalidDestinationRuntimeException.class);
                assertThatThrownBy(() -> producer.send(queue, none)).isInstanceOf(MessageFormatRuntimeException.class);
                assertThatThrownBy(() -> producer.setProperty("p", 1).send(queue, received(context, queue)))
                        .isInstanceOf(MessageNotWriteableRuntimeException.class);
                assertThat(producer.getAsync()).isSameAs(listener);
                assertThat(producer.setAsync(null).getAsync()).isNull();
            }
            assertThat(heard.rest()).isEmpty();
        }

        private Message received(JMSContext context, Queue queue) throws JMSException {
            provider.send(EntityKind.UNPARTITIONED, "received");
            return context.createConsumer(queue).receive(Provider.LONG_MS);
        }

        private static Throwable refusal(Background.Task call) {
            try {
                call.run();
                return new AssertionError("not refused");
            } catch (Exception e) {
                return e;
            }
        }

        private static CompletionListener onCompletion(Heard.Work work) {
            return new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    try {
                        work.on(message);
                    } catch (Exception e) {
                        throw new IllegalArgumentException(e);
                    }
                }

                @Override
                public void onException(Message message, Exception exception) {
                    onCompletion(message);
                }
            };
        }
    }

    @Nested
    class Options {

        /** A view, not a copy: the Javadoc of the producer's {@code getPropertyNames}. */
        @Test
        @Tag("JMS-7.6")
        @NotPooled(NotPooled.KEEPS_ITS_PROPERTIES)
        void ofAFluentProducerShowTheirPropertyNamesAsTheyAre() {
            try (JMSContext context = provider.factory.createContext()) {
                JMSProducer producer = context.createProducer();
                Set<String> names = producer.getPropertyNames();
                producer.setProperty("p", 1).setProperty("q", "text");
                assertThat(names).containsExactlyInAnyOrder("p", "q");
                assertThatThrownBy(() -> names.remove("p")).isInstanceOf(UnsupportedOperationException.class);
                producer.clearProperties();
                assertThat(names).isEmpty();
                assertThat(producer.propertyExists("p")).isFalse();
            }
        }

        @OnAnyEntity
        @Tag("JMS-7.4")
        void ofTheSendComeBeforeThoseOfTheProducer(EntityKind kind) throws JMSException {
            MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind));
            producer.setPriority(8);
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            producer.send(provider.text(kind, "a"), DeliveryMode.PERSISTENT, 2, 60_000);
            Message message = take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind));
            assertThat(message.getJMSPriority()).isEqualTo(2);
            assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
            assertThat(message.getJMSExpiration()).isEqualTo(message.getJMSTimestamp() + 60_000);
        }

        /** The time of the send counts, not that of the commit. */
        @InOnePartition
        @Tag("JMS-7.8")
        void timeToLiveBeginsWithTheSendInATransaction(EntityKind kind) throws JMSException {
            Session session = provider.session(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(provider.queue(kind));
            producer.setTimeToLive(1);
            Message message = provider.text(kind, "short-lived");
            producer.send(message);
            Awaitility.await().until(() -> System.currentTimeMillis() > message.getJMSExpiration());
            session.commit();
            assertThat(provider.drain(kind)).isEmpty();
        }

        @Test
        @Tag("JMS-7.5")
        @Tag("JMS-7.6")
        @Tag("JMS-7.10")
        void ofAFluentProducerOverrideThoseOfTheMessage() throws JMSException {
            Queue queue = provider.queue(EntityKind.UNPARTITIONED);
            try (JMSContext context = provider.factory.createContext()) {
                Message message = context.createTextMessage("a");
                message.setStringProperty("p", "message's");
                message.setJMSType("message's");
                context.createProducer()
                        .setProperty("p", "producer's")
                        .setJMSType("producer's")
                        .setPriority(6)
                        .send(queue, message)
                        .send(queue, Map.of("k", "v"));
                var consumer = context.createConsumer(queue);
                Message first = consumer.receive(Provider.LONG_MS);
                assertThat(first.getStringProperty("p")).isEqualTo("producer's");
                assertThat(first.getJMSType()).isEqualTo("producer's");
                assertThat(first.getJMSPriority()).isEqualTo(6);
                assertThat(consumer.receive(Provider.LONG_MS).getBody(Map.class))
                        .isEqualTo(Map.of("k", "v"));
            }
        }
    }
}
