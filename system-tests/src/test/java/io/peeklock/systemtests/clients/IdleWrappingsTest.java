/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static io.peeklock.systemtests.clients.WrappedBroker.LONG_MS;
import static io.peeklock.systemtests.clients.WrappedBroker.deliveryCount;
import static io.peeklock.systemtests.clients.WrappedBroker.take;
import static io.peeklock.systemtests.clients.WrappedBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.SteppedBroker;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a pool or a cache has kept for ten hours is as good afterwards as before; the hours pass in a moment. */
@ParameterizedClass
@EnumSource(FactoryWrapping.class)
class IdleWrappingsTest {

    private static final Duration HOURS = Duration.ofHours(10);
    private static final String ORDERS = "orders";

    @Parameter
    FactoryWrapping wrapping;

    private final SteppedBroker broker = new SteppedBroker("&linger=1h");
    private WrappedFactory wrapped;
    /** Of somebody else, so that the broker stays open where the application has no pool. */
    private Connection outside;

    @BeforeEach
    void open() throws JMSException {
        wrapped = wrapping.wrap(broker.factory());
        outside = broker.factory().createConnection();
        outside.start();
    }

    @AfterEach
    void close() throws JMSException {
        wrapped.close();
        outside.close();
        broker.close();
    }

    private <T> T inSession(int mode, WrappedBroker.Work<T> work) throws JMSException {
        try (Connection connection = wrapped.factory().createConnection()) {
            connection.start();
            try (Session session = connection.createSession(mode)) {
                return work.with(session);
            }
        }
    }

    private void send(String text, long timeToLiveMs) throws JMSException {
        inSession(Session.AUTO_ACKNOWLEDGE, session -> {
            try (MessageProducer producer = session.createProducer(session.createQueue(ORDERS))) {
                producer.setTimeToLive(timeToLiveMs);
                producer.send(session.createTextMessage(text));
                return text;
            }
        });
    }

    private @Nullable String receiveNow() throws JMSException {
        return inSession(Session.AUTO_ACKNOWLEDGE, session -> {
            try (MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS))) {
                return text(consumer.receiveNoWait());
            }
        });
    }

    @Test
    void sendAndReceiveAfterwardsAndWakeNobodyMeanwhile() throws JMSException {
        send("a", 0);
        assertThat(receiveNow()).isEqualTo("a");
        broker.pass(SteppedBroker.LOCK);
        assertThat(broker.pass(HOURS)).as("wake-ups").isZero();
        send("b", 0);
        assertThat(receiveNow()).isEqualTo("b");
        assertThat(receiveNow()).isNull();
    }

    @Test
    @Tag("T1")
    void doNotBringWhatHasExpiredMeanwhile() throws JMSException {
        send("short", 1_000);
        send("long", HOURS.multipliedBy(2).toMillis());
        broker.pass(HOURS);
        assertThat(receiveNow()).isEqualTo("long");
        assertThat(receiveNow()).isNull();
    }

    /** Renewals end after five minutes: whoever holds a message so long has lost it, and its session works on. */
    @Test
    @Tag("L7")
    void haveLostWhatASessionHeldAndGoOn() throws JMSException {
        send("a", 0);
        try (Connection connection = wrapped.factory().createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            take(session.createConsumer(session.createQueue(ORDERS)));
            session.close();
        }
        broker.pass(HOURS);
        inSession(Session.CLIENT_ACKNOWLEDGE, session -> {
            session.recover();
            try (MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS))) {
                Message again = take(consumer);
                assertThat(text(again)).isEqualTo("a");
                assertThat(deliveryCount(again)).isEqualTo(2);
                again.acknowledge();
                return again;
            }
        });
        broker.pass(HOURS);
        assertThat(receiveNow()).isNull();
    }

    @Test
    @Tag("X2")
    void commitWhatATransactionHasHeldAllThatTime() throws JMSException {
        send("in", 0);
        inSession(Session.SESSION_TRANSACTED, session -> {
            MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
            assertThat(text(take(consumer))).isEqualTo("in");
            session.createProducer(session.createQueue("results")).send(session.createTextMessage("out"));
            broker.pass(HOURS);
            session.commit();
            return session;
        });
        assertThat(receiveNow()).isNull();
        try (Session session = outside.createSession()) {
            assertThat(text(take(session.createConsumer(session.createQueue("results")))))
                    .isEqualTo("out");
        }
    }

    @Test
    void keepTemporaryQueuesOfAConnectionThatIsOpen() throws JMSException {
        try (Connection connection = wrapped.factory().createConnection()) {
            connection.start();
            Session session = connection.createSession();
            TemporaryQueue replies = session.createTemporaryQueue();
            MessageConsumer consumer = session.createConsumer(replies);
            for (int round = 0; round < 3; round++) {
                broker.pass(HOURS);
                try (Session other = outside.createSession()) {
                    other.createProducer(replies).send(other.createTextMessage("reply " + round));
                }
                assertThat(text(take(consumer))).isEqualTo("reply " + round);
            }
            consumer.close();
            replies.delete();
        }
    }

    @Test
    void listenAfterwards() throws Exception {
        BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
        try (Connection connection = wrapped.factory().createConnection()) {
            connection.start();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
            consumer.setMessageListener(heard::add);
            broker.pass(HOURS);
            send("a", 0);
            assertThat(text(heard.poll(LONG_MS, TimeUnit.MILLISECONDS))).isEqualTo("a");
            consumer.setMessageListener(null);
            consumer.close();
        }
    }
}
