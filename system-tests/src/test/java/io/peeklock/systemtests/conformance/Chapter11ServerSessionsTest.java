/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.deliveryCount;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Section 11.2, connection consumers and the sessions of an application server. */
@Tag("JMS-11.2")
@NotPooled(NotPooled.WRAPS_SERVER_SESSIONS)
@NotCached(NotCached.WRAPS_SERVER_SESSIONS)
final class Chapter11ServerSessionsTest extends ProviderTestCase {

    private static final int COUNT = 200;

    private final Heard heard = new Heard();

    private ConnectionConsumer consume(EntityKind kind, @Nullable String selector, ServerPool pool, int maxMessages)
            throws JMSException {
        return provider.connection.createConnectionConsumer(provider.queue(kind), selector, pool, maxMessages);
    }

    @Nested
    @Tag("JMS-11.2.4")
    class AConnectionConsumer {

        @OnAnyEntity
        void deliversEachMessageOnceToSomeSession(EntityKind kind) throws Exception {
            Set<Session> used = ConcurrentHashMap.newKeySet();
            CountDownLatch two = new CountDownLatch(2);
            ServerPool pool = new ServerPool(provider.connection, 3, Session.AUTO_ACKNOWLEDGE, (session, message) -> {
                if (used.add(session)) {
                    two.countDown();
                }
                // Nobody is done before a second session works beside.
                two.await(Provider.LONG_MS, TimeUnit.MILLISECONDS);
                heard.say(textOf(message));
            });
            ConnectionConsumer consumer = consume(kind, null, pool, 5);
            provider.send(kind, Provider.numbered("m", COUNT));
            assertThat(new HashSet<>(heard.next(COUNT))).hasSize(COUNT);
            consumer.close();
            assertThat(provider.drain(kind)).isEmpty();
            assertThat(heard.rest()).isEmpty();
        }

        /** With one session there is one order; with more, each works at its own pace. */
        @InOnePartition
        @Tag("JMS-6.2.9.1")
        void keepsTheOrderWithinASession(EntityKind kind) throws Exception {
            ServerPool pool = new ServerPool(
                    provider.connection, 1, Session.AUTO_ACKNOWLEDGE, (session, message) -> heard.say(textOf(message)));
            consume(kind, null, pool, 10);
            provider.send(kind, Provider.numbered("m", COUNT));
            assertThat(heard.next(COUNT)).isEqualTo(Provider.numbered("m", COUNT));
        }

        @OnAnyEntity
        void loadsNoMoreThanItMay(EntityKind kind) throws Exception {
            provider.connection.stop();
            ServerPool pool = new ServerPool(
                    provider.connection, 1, Session.AUTO_ACKNOWLEDGE, (session, message) -> heard.say(textOf(message)));
            consume(kind, null, pool, 3);
            provider.send(kind, Provider.numbered("m", 20));
            assertThat(heard.rest()).as("while the connection is stopped").isEmpty();
            provider.connection.start();
            assertThat(heard.next(20)).doesNotHaveDuplicates();
            Awaitility.await().until(() -> pool.mostInARun.get() > 0);
            assertThat(pool.mostInARun).hasValueBetween(1, 3);
        }

        @OnAnyEntity
        void takesWhatItsSelectorChoosesBesideOtherConsumers(EntityKind kind) throws Exception {
            ServerPool pool = new ServerPool(
                    provider.connection, 2, Session.AUTO_ACKNOWLEDGE, (session, message) -> heard.say(textOf(message)));
            consume(kind, "chosen", pool, 2);
            try (MessageProducer producer =
                    provider.session(Session.AUTO_ACKNOWLEDGE).createProducer(provider.queue(kind))) {
                for (int i = 0; i < 10; i++) {
                    TextMessage message = provider.text(kind, "m" + i);
                    message.setBooleanProperty("chosen", i % 2 == 0);
                    producer.send(message);
                }
            }
            assertThat(heard.next(5)).containsExactlyInAnyOrder("m0", "m2", "m4", "m6", "m8");
            assertThat(provider.drain(kind)).containsExactlyInAnyOrder("m1", "m3", "m5", "m7", "m9");
        }

        @OnAnyEntity
        void givesNothingMoreOnceItIsClosed(EntityKind kind) throws Exception {
            ServerPool pool = new ServerPool(
                    provider.connection, 1, Session.AUTO_ACKNOWLEDGE, (session, message) -> heard.say(textOf(message)));
            ConnectionConsumer consumer = consume(kind, null, pool, 1);
            provider.send(kind, "a");
            assertThat(heard.next()).isEqualTo("a");
            consumer.close();
            provider.send(kind, "b");
            assertThat(provider.drain(kind)).containsExactly("b");
            assertThat(heard.rest()).isEmpty();
        }
    }

    @Nested
    @Tag("JMS-8.7")
    class FailingWork {

        @OnAnyEntity
        void isRedeliveredUntilItSucceedsAndThenNeverAgain(EntityKind kind) throws Exception {
            Set<String> failed = ConcurrentHashMap.newKeySet();
            ServerPool pool = new ServerPool(provider.connection, 3, Session.AUTO_ACKNOWLEDGE, (session, message) -> {
                if (failed.add(textOf(message))) {
                    assertThat(message.getJMSRedelivered()).isFalse();
                    throw new IllegalArgumentException("work that fails once");
                }
                heard.say(textOf(message) + " " + deliveryCount(message) + " " + message.getJMSRedelivered());
            });
            consume(kind, null, pool, 4);
            provider.send(kind, Provider.numbered("m", 60));
            List<String> expected = new ArrayList<>();
            Provider.numbered("m", 60).forEach(text -> expected.add(text + " 2 true"));
            assertThat(heard.next(60)).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(provider.drain(kind)).isEmpty();
            assertThat(heard.rest()).isEmpty();
        }

        /** In each transaction the message and what is sent for it: both or neither. */
        @InOnePartition
        @Tag("JMS-6.2.7")
        void ofATransactionIsUndoneAsAWhole(EntityKind kind) throws Exception {
            var replies = provider.queue(kind, "replies");
            Set<String> failed = ConcurrentHashMap.newKeySet();
            ServerPool pool = new ServerPool(provider.connection, 2, Session.SESSION_TRANSACTED, (session, message) -> {
                try (MessageProducer producer = session.createProducer(replies)) {
                    producer.send(kind.mark(session.createTextMessage("reply to " + textOf(message))));
                }
                if (failed.add(textOf(message))) {
                    session.rollback();
                } else {
                    session.commit();
                    heard.say(textOf(message));
                }
            });
            consume(kind, null, pool, 1);
            provider.send(kind, Provider.numbered("m", 30));
            assertThat(heard.next(30)).containsExactlyInAnyOrderElementsOf(Provider.numbered("m", 30));
            assertThat(provider.drain(kind)).isEmpty();
            assertThat(provider.drain(replies))
                    .containsExactlyInAnyOrderElementsOf(Provider.numbered("reply to m", 30));
        }

        @OnAnyEntity
        void isReturnedWhenItsSessionIsClosed(EntityKind kind) throws Exception {
            ServerPool pool = new ServerPool(
                    provider.connection, 1, Session.CLIENT_ACKNOWLEDGE, (session, message) -> heard.say("held"));
            ConnectionConsumer consumer = consume(kind, null, pool, 1);
            provider.send(kind, "a");
            heard.next();
            consumer.close();
            assertThat(provider.drain(kind)).as("while it is held").isEmpty();
            pool.sessions().get(0).close();
            try (MessageConsumer other = provider.consumer(Session.AUTO_ACKNOWLEDGE, kind)) {
                assertThat(deliveryCount(Provider.take(other))).isEqualTo(2);
            }
        }
    }

    @Nested
    @Tag("JMS-6.1.5")
    class Pausing {

        @OnAnyEntity
        void waitsForTheSessionsAtWork(EntityKind kind) throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            AtomicInteger atWork = new AtomicInteger();
            ServerPool pool = new ServerPool(provider.connection, 1, Session.AUTO_ACKNOWLEDGE, (session, message) -> {
                atWork.incrementAndGet();
                heard.say("in");
                go.await(Provider.LONG_MS, TimeUnit.MILLISECONDS);
                atWork.decrementAndGet();
            });
            consume(kind, null, pool, 1);
            provider.send(kind, "a");
            heard.next();
            Background<Integer> stop = Background.call(() -> {
                        provider.connection.stop();
                        return atWork.get();
                    })
                    .untilItWaits();
            go.countDown();
            assertThat(stop.result()).as("listeners at work after the stop").isZero();
            provider.send(kind, "b");
            provider.connection.start();
            assertThat(heard.next()).isEqualTo("in");
        }
    }
}
