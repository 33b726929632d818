/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.deliveryCount;
import static io.peeklock.systemtests.conformance.Provider.take;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections 6.2.10 to 6.2.15: acknowledgement, no duplicates, one listener at a time, closing a session. */
final class Chapter6AcknowledgementTest extends ProviderTestCase {

    @Nested
    @Tag("JMS-6.2.10")
    class ByTheClient {

        @OnAnyEntity
        @NotPooled(NotPooled.KEEPS_WHAT_IT_HOLDS)
        @NotCached(NotCached.KEEPS_WHAT_IT_HOLDS)
        void coversAllThatTheSessionHasConsumedFromWhateverQueue(EntityKind kind) throws JMSException {
            Queue other = provider.queue(kind, "other");
            provider.send(kind, "a", "b", "c");
            provider.send(kind, other, List.of("d"));
            Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            Message first = take(consumer);
            take(consumer);
            take(session.createConsumer(other));
            first.acknowledge();
            String third = textOf(take(consumer));
            session.close();
            assertThat(provider.drain(kind)).containsExactly(third);
            assertThat(provider.drain(other)).isEmpty();
        }

        @OnAnyEntity
        @NotPooled(NotPooled.KEEPS_WHAT_IT_HOLDS)
        @NotCached(NotCached.KEEPS_WHAT_IT_HOLDS)
        void isNotDoneByAnythingElse(EntityKind kind) throws JMSException {
            provider.send(kind, "a", "b");
            try (Session session = provider.session(Session.CLIENT_ACKNOWLEDGE)) {
                MessageConsumer consumer = session.createConsumer(provider.queue(kind));
                take(consumer);
                take(consumer);
                consumer.close();
            }
            assertThat(provider.drain(kind)).containsExactlyInAnyOrder("a", "b");
        }

        @OnAnyEntity
        void leavesNothingToRecover(EntityKind kind) throws JMSException {
            provider.send(kind, "a", "b");
            Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            take(consumer).acknowledge();
            Message second = take(consumer);
            session.recover();
            Message again = take(consumer);
            assertThat(textOf(again)).isEqualTo(textOf(second));
            assertThat(again.getJMSRedelivered()).isTrue();
            assertThat(deliveryCount(again)).isEqualTo(2);
            again.acknowledge();
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }

    @Nested
    @Tag("JMS-6.2.11")
    class Duplicates {

        /** Sessions fail at random, alone and under load; what was acknowledged never comes again, what was not does. */
        @OnAnyEntity
        @NotPooled(NotPooled.KEEPS_WHAT_IT_HOLDS)
        @NotCached(NotCached.KEEPS_WHAT_IT_HOLDS)
        void ofAnAcknowledgedMessageAreNeverDelivered(EntityKind kind) throws Exception {
            int count = 300;
            Map<String, AtomicInteger> acknowledged = new ConcurrentHashMap<>();
            Queue queue = provider.queue(kind);
            provider.send(kind, Provider.numbered("m", count));
            List<Background<Boolean>> receivers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Random random = new Random(i);
                receivers.add(Background.run(() -> {
                    while (acknowledged.size() < count) {
                        failOften(queue, random, acknowledged);
                    }
                }));
            }
            for (Background<Boolean> receiver : receivers) {
                receiver.result();
            }
            assertThat(acknowledged).hasSize(count);
            assertThat(acknowledged.values()).allMatch(times -> times.get() == 1);
            assertThat(provider.drain(kind)).isEmpty();
            assertThat(provider.drain(provider.connection.createSession().createQueue("queue/$deadletterqueue")))
                    .isEmpty();
        }

        /** One life of a session: it takes some and acknowledges them, or fails, but never with the last deliveries of one. */
        private void failOften(Queue queue, Random random, Map<String, AtomicInteger> acknowledged)
                throws JMSException {
            try (Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
                    MessageConsumer consumer = session.createConsumer(queue)) {
                List<String> held = new ArrayList<>();
                Message last = null;
                boolean tooOften = false;
                while (held.size() < 9) {
                    Message message = consumer.receive(5);
                    if (message == null) {
                        break;
                    }
                    assertThat(acknowledged).doesNotContainKey(textOf(message));
                    tooOften |= deliveryCount(message) > 3;
                    held.add(textOf(message));
                    last = message;
                }
                switch (tooOften ? 3 : random.nextInt(5)) {
                    case 0 -> session.recover();
                    case 1 -> {
                        // Closed with what it holds.
                    }
                    default -> {
                        if (last != null) {
                            last.acknowledge();
                            held.forEach(text -> acknowledged
                                    .computeIfAbsent(text, key -> new AtomicInteger())
                                    .incrementAndGet());
                        }
                    }
                }
            }
        }

        @OnAnyEntity
        @Tag("JMS-6.2.12")
        void areNeverProduced(EntityKind kind) throws Exception {
            int count = 400;
            MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind));
            for (int i = 0; i < count; i++) {
                producer.send(provider.text(kind, "m" + i));
            }
            assertThat(provider.drain(kind)).containsExactlyInAnyOrderElementsOf(Provider.numbered("m", count));
        }
    }

    @Nested
    class Listeners {

        @OnAnyEntity
        @Tag("JMS-6.2.13")
        void ofASessionRunOneAfterTheOther(EntityKind kind) throws Exception {
            AtomicInteger inside = new AtomicInteger();
            Heard heard = new Heard();
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            Queue other = provider.queue(kind, "other");
            provider.connection.stop();
            for (Queue queue : List.of(provider.queue(kind), other)) {
                Heard.listen(session.createConsumer(queue), message -> {
                    int together = inside.incrementAndGet();
                    Thread.yield();
                    inside.decrementAndGet();
                    heard.say(together == 1 ? "alone" : "together with another");
                });
            }
            provider.send(kind, Provider.numbered("m", 100));
            provider.send(kind, other, Provider.numbered("m", 100));
            provider.connection.start();
            assertThat(heard.next(200)).containsOnly("alone");
        }

        @OnAnyEntity
        @Tag("JMS-6.2.14")
        void ofTwoSessionsRunTogether(EntityKind kind) throws Exception {
            CountDownLatch both = new CountDownLatch(2);
            Heard heard = new Heard();
            for (int i = 0; i < 2; i++) {
                Heard.listen(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind), message -> {
                    both.countDown();
                    heard.say(both.await(Provider.LONG_MS, TimeUnit.MILLISECONDS) ? "met" : "alone");
                });
            }
            provider.send(kind, "a", "b");
            assertThat(heard.next(2)).containsOnly("met");
        }
    }

    @Nested
    @Tag("JMS-6.2.15")
    class ClosingASession {

        @ParameterizedTest
        @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, Session.SESSION_TRANSACTED})
        @NotPooled(NotPooled.KEEPS_WHAT_IT_HOLDS)
        @NotCached(NotCached.KEEPS_WHAT_IT_HOLDS)
        void returnsWhatIsNotAcknowledged(int mode) throws JMSException {
            EntityKind kind = EntityKind.UNPARTITIONED;
            provider.send(kind, "a");
            try (Session session = provider.session(mode)) {
                take(session.createConsumer(provider.queue(kind)));
            }
            Message again = take(provider.consumer(Session.AUTO_ACKNOWLEDGE, kind));
            assertThat(again.getJMSRedelivered()).isTrue();
            assertThat(deliveryCount(again)).isEqualTo(2);
        }

        @OnAnyEntity
        @NotPooled(NotPooled.KEEPS_WHAT_IT_HOLDS)
        @NotCached(NotCached.KEEPS_WHAT_IT_HOLDS)
        void endsUseOfItAndOfWhatItMade(EntityKind kind) throws Exception {
            provider.send(kind, "a");
            Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            Message held = take(consumer);
            session.close();
            session.close();
            consumer.close();
            assertThatThrownBy(held::acknowledge).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(session::createTextMessage).isInstanceOf(IllegalStateException.class);
        }

        @OnAnyEntity
        @NotCached(NotCached.KEEPS_ITS_CONSUMERS)
        void endsItsReceive(EntityKind kind) throws Exception {
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            Background<Boolean> receive =
                    Background.call(() -> consumer.receive() == null).untilItWaits();
            session.close();
            assertThat(receive.result()).as("null was received").isTrue();
            provider.send(kind, "for others");
            assertThat(provider.drain(kind)).containsExactly("for others");
        }

        @OnAnyEntity
        @NotCached(NotCached.KEEPS_ITS_CONSUMERS)
        void waitsForItsListener(EntityKind kind) throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            Heard heard = new Heard();
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            Heard.listen(session.createConsumer(provider.queue(kind)), message -> {
                heard.say("in");
                go.await(Provider.LONG_MS, TimeUnit.MILLISECONDS);
                heard.say("out");
            });
            provider.send(kind, "a");
            heard.next();
            Background<Boolean> close = Background.run(() -> {
                        session.close();
                        heard.say("closed");
                    })
                    .untilItWaits();
            go.countDown();
            close.result();
            assertThat(heard.rest()).containsExactly("out", "closed");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(provider.drain(kind)).isEmpty());
        }
    }
}
