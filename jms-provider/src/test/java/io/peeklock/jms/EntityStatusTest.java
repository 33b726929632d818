/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A disabled queue as programs of Jakarta Messaging meet it: rule W3. */
@Tag("W3")
class EntityStatusTest {
    private static final String ORDERS = "orders";

    private TestBroker broker;
    private Session session;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        broker.namespace().createQueue(QueueDescription.builder(ORDERS).build()).join();
        session = broker.session(Session.AUTO_ACKNOWLEDGE);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void status(EntityStatus status) throws JMSException {
        QueueDescription queue = broker.namespace().queue(ORDERS).join();
        broker.namespace().updateQueue(queue.toBuilder().status(status).build()).join();
    }

    private static void assertDisabled(ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(JMSException.class))
                .extracting(JMSException::getErrorCode)
                .isEqualTo("EntityDisabled");
    }

    @Nested
    class AProducer {

        @Test
        void isToldAndSendsAgainLater() throws JMSException {
            try (MessageProducer producer = session.createProducer(broker.queue(ORDERS))) {
                status(EntityStatus.SEND_DISABLED);
                assertDisabled(() -> producer.send(session.createTextMessage("m")));
                status(EntityStatus.ACTIVE);
                producer.send(session.createTextMessage("m"));
            }
            assertThat(broker.drain(ORDERS)).containsExactly("m");
        }

        @Test
        void isToldInATransactionWhichStaysUsable() throws JMSException {
            Session transacted = broker.session(Session.SESSION_TRANSACTED);
            try (MessageProducer producer = transacted.createProducer(null)) {
                status(EntityStatus.DISABLED);
                assertDisabled(() -> producer.send(broker.queue(ORDERS), transacted.createTextMessage("m")));
                producer.send(broker.queue("others"), transacted.createTextMessage("m"));
                transacted.commit();
            }
            assertThat(broker.drain("others")).containsExactly("m");
        }
    }

    @Nested
    class AConsumer {

        @Test
        void thatWaitsIsToldAndReceivesAgainLater() throws Exception {
            try (MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS))) {
                CompletableFuture<Object> waiting = CompletableFuture.supplyAsync(() -> {
                    try {
                        return String.valueOf(consumer.receive(TestBroker.LONG_MS));
                    } catch (JMSException e) {
                        return String.valueOf(e.getErrorCode());
                    }
                });
                status(EntityStatus.RECEIVE_DISABLED);
                assertThat(waiting.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS))
                        .isEqualTo("EntityDisabled");
                broker.send(ORDERS, "m");
                assertDisabled(consumer::receiveNoWait);
                status(EntityStatus.ACTIVE);
                assertThat(TestBroker.text(TestBroker.take(consumer))).isEqualTo("m");
            }
        }

        @Test
        void withAListenerTellsTheExceptionListenerAndGoesOnLater() throws Exception {
            BlockingQueue<String> errors = new LinkedBlockingQueue<>();
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            try (var connection = broker.connect(null)) {
                connection.setExceptionListener(e -> errors.add(String.valueOf(e.getErrorCode())));
                Session listening = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                listening.createConsumer(broker.queue(ORDERS)).setMessageListener(message -> seen.add("m"));
                connection.start();
                status(EntityStatus.DISABLED);
                assertThat(errors.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS))
                        .isEqualTo("EntityDisabled");
                status(EntityStatus.ACTIVE);
                broker.send(ORDERS, "m");
                assertThat(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo("m");
            }
        }
    }
}
