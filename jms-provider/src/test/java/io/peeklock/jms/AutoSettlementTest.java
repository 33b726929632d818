/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What AUTO_ACKNOWLEDGE completes after a receive has returned: whatever comes next waits until it is durable. */
class AutoSettlementTest {

    private InterceptedBroker broker;
    private BusSession session;
    private Queue orders;
    private MessageConsumer consumer;

    @BeforeEach
    void open() throws JMSException {
        broker = new InterceptedBroker("&partitions=4");
        broker.namespace
                .createQueue(
                        QueueDescription.builder("orders").partitioned(true).build())
                .join();
        session = (BusSession) broker.connection.createSession(Session.AUTO_ACKNOWLEDGE);
        orders = session.createQueue("orders");
        consumer = session.createConsumer(orders);
        try (MessageProducer producer = session.createProducer(orders)) {
            for (int i = 0; i < 8; i++) {
                producer.send(session.createTextMessage("m"));
            }
        }
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    /** That it waits for the settlement, and for nothing else. */
    private <T> T waits(Callable<T> call) throws Exception {
        Running<T> running = Running.<T>start(call::call).untilItWaits();
        broker.release("settle");
        return running.result();
    }

    @Test
    void theNextReceiveWaits() throws Exception {
        broker.hold("settle");
        assertThat(consumer.receiveNoWait()).isNotNull();
        Message next = waits(consumer::receiveNoWait);
        assertThat(next).isNotNull();
    }

    @Test
    void aStopWaits() throws Exception {
        broker.hold("settle");
        assertThat(consumer.receiveNoWait()).isNotNull();
        waits(() -> {
            broker.connection.stop();
            return true;
        });
    }

    /** Each of several deferred ones lies in a partition of its own, and the last is not the last to be durable. */
    @Test
    @Tag("F2")
    void aCloseWaitsForEachOfSeveralDeferredOnes() throws Exception {
        long[] numbers = new long[3];
        try (Session deferring = broker.connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer taking = deferring.createConsumer(orders)) {
            for (int i = 0; i < numbers.length; i++) {
                PeekLocked lock = PeekLocked.of(TestBroker.take(taking));
                numbers[i] = lock.sequenceNumber();
                lock.defer();
            }
        }
        broker.holdNext("settle");
        assertThat(session.receiveDeferred(orders, numbers)).hasSize(3);
        waits(() -> {
            session.close();
            return true;
        });
        assertThat(broker.namespace
                        .peek(Destinations.path(Destinations.own(orders)), 0, 250)
                        .join())
                .hasSize(5);
    }
}
