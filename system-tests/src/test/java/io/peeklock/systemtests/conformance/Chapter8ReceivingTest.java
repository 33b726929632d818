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

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.Session;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 8 but for topics: receiving messages and bodies, listeners that fail, closing a consumer. */
final class Chapter8ReceivingTest extends ProviderTestCase {

    private final Heard heard = new Heard();

    @Nested
    @Tag("JMS-8.5")
    class Receive {

        @OnAnyEntity
        void waitsForAMessageThatIsNotThereYet(EntityKind kind) throws Exception {
            MessageConsumer consumer = provider.consumer(Session.AUTO_ACKNOWLEDGE, kind);
            Background<Message> receive = Background.call(consumer::receive).untilItWaits();
            provider.send(kind, "a");
            assertThat(textOf(receive.result())).isEqualTo("a");
        }

        @OnAnyEntity
        void withoutWaitingFindsEveryMessageThatIsThere(EntityKind kind) throws JMSException {
            provider.send(kind, Provider.numbered("m", 20));
            MessageConsumer consumer = provider.consumer(Session.AUTO_ACKNOWLEDGE, kind);
            for (int i = 0; i < 20; i++) {
                assertThat(consumer.receiveNoWait()).as("message %d", i).isNotNull();
            }
            assertThat(consumer.receiveNoWait()).isNull();
        }

        /** Also the message that is answered is acknowledged when the call has returned. */
        @OnAnyEntity
        @Tag("JMS-6.2.10")
        void acknowledgesByItselfInAutoMode(EntityKind kind) throws JMSException {
            provider.send(kind, "a");
            try (Session session = provider.session(Session.AUTO_ACKNOWLEDGE)) {
                take(session.createConsumer(provider.queue(kind)));
                session.recover();
            }
            assertThat(provider.drain(kind)).isEmpty();
        }

        /** They may come again after a failure, not after an orderly close. */
        @OnAnyEntity
        @Tag("JMS-6.2.10")
        void acknowledgesByTheTimeTheSessionIsClosedInLazyMode(EntityKind kind) throws JMSException {
            provider.send(kind, Provider.numbered("m", 50));
            try (Session session = provider.session(Session.DUPS_OK_ACKNOWLEDGE)) {
                Provider.take(session.createConsumer(provider.queue(kind)), 40);
            }
            assertThat(provider.drain(kind)).hasSize(10);
        }
    }

    @Nested
    @Tag("JMS-8.6")
    @NotPooled(NotPooled.HAS_NO_RECEIVE_BODY)
    class ReceiveBody {

        /** As if the call had not been: the message is the next one, and as new. */
        @InOnePartition
        void ofAWrongTypeLeavesTheMessageFirstAndUncounted(EntityKind kind) throws JMSException {
            provider.send(kind, "a", "b");
            try (JMSContext context = provider.factory.createContext()) {
                JMSConsumer consumer = context.createConsumer(provider.queue(kind));
                assertThatThrownBy(() -> consumer.receiveBody(Integer.class, Provider.LONG_MS))
                        .isInstanceOf(MessageFormatRuntimeException.class);
                Message message = consumer.receive(Provider.LONG_MS);
                assertThat(textOf(message)).isEqualTo("a");
                assertThat(deliveryCount(message)).isEqualTo(1);
                assertThat(message.getJMSRedelivered()).isFalse();
                assertThat(consumer.receiveBody(String.class, Provider.LONG_MS)).isEqualTo("b");
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {JMSContext.CLIENT_ACKNOWLEDGE, JMSContext.SESSION_TRANSACTED})
        void ofAWrongTypeCountsAsDeliveredWhereTheApplicationAcknowledges(int mode) throws JMSException {
            EntityKind kind = EntityKind.UNPARTITIONED;
            provider.send(kind, "a", "b");
            try (JMSContext context = provider.factory.createContext(mode)) {
                JMSConsumer consumer = context.createConsumer(provider.queue(kind));
                assertThatThrownBy(() -> consumer.receiveBody(Integer.class, Provider.LONG_MS))
                        .isInstanceOf(MessageFormatRuntimeException.class);
                assertThat(consumer.receiveBody(String.class, Provider.LONG_MS)).isEqualTo("b");
                if (mode == JMSContext.SESSION_TRANSACTED) {
                    context.rollback();
                } else {
                    context.recover();
                }
                Message again = consumer.receive(Provider.LONG_MS);
                assertThat(textOf(again)).isEqualTo("a");
                assertThat(deliveryCount(again)).isEqualTo(2);
            }
        }
    }

    @Nested
    @Tag("JMS-8.7")
    class ListenersThatThrow {

        @InOnePartition
        void getTheSameMessageAgainAtOnceInAutoMode(EntityKind kind) throws Exception {
            failFirst(provider.session(Session.AUTO_ACKNOWLEDGE), kind);
            assertThat(heard.next(3)).containsExactly("a 1 false", "a 2 true", "b 1 false");
        }

        @InOnePartition
        void getTheSameMessageAgainAtOnceInLazyMode(EntityKind kind) throws Exception {
            failFirst(provider.session(Session.DUPS_OK_ACKNOWLEDGE), kind);
            assertThat(heard.next(3)).containsExactly("a 1 false", "a 2 true", "b 1 false");
        }

        @InOnePartition
        @NotPooled(NotPooled.KEEPS_WHAT_IT_HOLDS)
        @NotCached(NotCached.KEEPS_WHAT_IT_HOLDS)
        void getTheNextMessageWhereTheClientAcknowledges(EntityKind kind) throws Exception {
            Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
            failFirst(session, kind);
            assertThat(heard.next(2)).containsExactly("a 1 false", "b 1 false");
            session.close();
            assertThat(provider.drain(kind)).containsExactly("a", "b");
        }

        @InOnePartition
        @NotCached(NotCached.KEEPS_ITS_CONSUMERS)
        void getTheNextMessageInATransaction(EntityKind kind) throws Exception {
            Session session = provider.session(Session.SESSION_TRANSACTED);
            failFirst(session, kind);
            assertThat(heard.next(2)).containsExactly("a 1 false", "b 1 false");
            session.close();
            assertThat(provider.drain(kind)).containsExactly("a", "b");
        }

        private void failFirst(Session session, EntityKind kind) throws Exception {
            AtomicBoolean failed = new AtomicBoolean();
            Heard.listen(session.createConsumer(provider.queue(kind)), message -> {
                heard.say(textOf(message) + " " + deliveryCount(message) + " " + message.getJMSRedelivered());
                if (failed.compareAndSet(false, true)) {
                    throw new IllegalArgumentException("a listener that fails");
                }
            });
            provider.send(kind, "a", "b");
        }
    }

    @Nested
    @Tag("JMS-8.8")
    class ClosingAConsumer {

        @OnAnyEntity
        void leavesWhatItReceivedToBeAcknowledged(EntityKind kind) throws JMSException {
            provider.send(kind, "a");
            Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            Message message = take(consumer);
            consumer.close();
            assertThat(provider.drain(kind)).as("while it is held").isEmpty();
            message.acknowledge();
            session.close();
            assertThat(provider.drain(kind)).isEmpty();
        }

        @OnAnyEntity
        void leavesWhatItReceivedToBeRecovered(EntityKind kind) throws JMSException {
            provider.send(kind, "a");
            Session session = provider.session(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            take(consumer);
            consumer.close();
            session.recover();
            Message again = take(session.createConsumer(provider.queue(kind)));
            assertThat(deliveryCount(again)).isEqualTo(2);
        }

        @OnAnyEntity
        void endsItsReceiveWithNull(EntityKind kind) throws Exception {
            MessageConsumer consumer = provider.consumer(Session.AUTO_ACKNOWLEDGE, kind);
            Background<Boolean> receive =
                    Background.call(() -> consumer.receive() == null).untilItWaits();
            consumer.close();
            assertThat(receive.result()).as("null was received").isTrue();
        }

        @OnAnyEntity
        void waitsForItsListener(EntityKind kind) throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            MessageConsumer consumer = provider.consumer(Session.AUTO_ACKNOWLEDGE, kind);
            Heard.listen(consumer, message -> {
                heard.say("in");
                go.await(Provider.LONG_MS, TimeUnit.MILLISECONDS);
                heard.say("out");
            });
            provider.send(kind, "a");
            heard.next();
            Background<Boolean> close = Background.run(() -> {
                        consumer.close();
                        heard.say("closed");
                    })
                    .untilItWaits();
            go.countDown();
            close.result();
            assertThat(heard.rest()).containsExactly("out", "closed");
        }

        @OnAnyEntity
        void fromItsListenerLetsThatEndAndAcknowledges(EntityKind kind) throws Exception {
            Session session = provider.session(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            Heard.listen(consumer, message -> {
                consumer.close();
                heard.say(textOf(message));
            });
            provider.send(kind, "a");
            assertThat(heard.next()).isEqualTo("a");
            provider.send(kind, "b");
            session.close();
            assertThat(provider.drain(kind)).containsExactly("b");
        }
    }
}
