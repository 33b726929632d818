/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is locked that the application has not asked for. */
@Tag("Q5")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class NoPrefetchTest {

    @Parameter
    boolean partitioned;

    private TestBroker broker;
    private Queue orders;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        broker.namespace()
                .createQueue(QueueDescription.builder("orders")
                        .partitioned(partitioned)
                        .build())
                .join();
        orders = broker.queue("orders");
        broker.send("orders", "1", "2", "3");
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    @Test
    void anOpenConsumerLocksNothing() throws JMSException {
        try (MessageConsumer idle = broker.session(Session.CLIENT_ACKNOWLEDGE).createConsumer(orders)) {
            assertThat(broker.locked("orders")).isEmpty();
            assertThat(broker.drain("orders")).hasSize(3);
            assertThat(idle.receiveNoWait()).isNull();
        }
    }

    @Test
    void aReceiveLocksOneMessage() throws JMSException {
        MessageConsumer consumer = broker.session(Session.CLIENT_ACKNOWLEDGE).createConsumer(orders);
        String first = text(take(consumer));
        assertThat(broker.locked("orders")).containsExactly(first);
        assertThat(broker.drain("orders")).hasSize(2).doesNotContain(first);
    }

    @Test
    void aListenerAtWorkHoldsOneMessage() throws Exception {
        assertListenersAtWorkHoldOneMessage(1);
    }

    @Test
    void aListenerAtWorkHoldsOneMessageAlsoBesideOtherListenersOfItsSession() throws Exception {
        assertListenersAtWorkHoldOneMessage(3);
    }

    private void assertListenersAtWorkHoldOneMessage(int listeners) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
        broker.connection.stop();
        for (int i = 0; i < listeners; i++) {
            session.createConsumer(orders).setMessageListener(message -> {
                begun.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        broker.connection.start();
        try {
            begun.await();
            await().until(() -> broker.locked("orders").size() == 1);
            assertThat(broker.drain("orders")).hasSize(2);
        } finally {
            go.countDown();
        }
    }
}
