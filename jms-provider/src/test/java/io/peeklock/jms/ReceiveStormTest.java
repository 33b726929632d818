/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receives that are interrupted, run out of time, are stopped and closed, all at once. */
class ReceiveStormTest {

    private static final String ORDERS = "orders";
    private static final int MESSAGES = 1_000;

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();

    /** Receives until the storm is over, in sessions of its own that it closes now and then. */
    private Void receiveOnAndOn(TestBroker broker, int mode, long seed) throws JMSException {
        Random random = new Random(seed);
        while (!over.get()) {
            try (Session session = broker.session(mode);
                    MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS))) {
                for (int i = 0; i < 20 && !over.get(); i++) {
                    receiveOne(consumer, random.nextInt(3));
                }
            } catch (JMSException e) {
                // Interrupted while it opened or closed: that must lose nothing either.
                Thread.interrupted();
            }
        }
        return null;
    }

    private void receiveOne(MessageConsumer consumer, int patienceMs) throws JMSException {
        try {
            Message message = patienceMs == 0 ? consumer.receiveNoWait() : consumer.receive(patienceMs);
            if (message != null) {
                seen.add(TestBroker.text(message) + " " + TestBroker.deliveryCount(message));
            }
        } catch (JMSException e) {
            if (!(e.getCause() instanceof InterruptedException)) {
                throw e;
            }
            Thread.interrupted();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE, BusSession.PRE_ACKNOWLEDGE})
    @Tag("L10")
    void loseNothingAndCountNothing(int mode) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        try (TestBroker broker = new TestBroker("?partitions=4&autoCreate.partitioned=true")) {
            List<Running<Void>> receivers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                long own = seed + i;
                receivers.add(Running.start(() -> receiveOnAndOn(broker, mode, own)));
            }
            for (int i = 0; i < MESSAGES; i++) {
                broker.send(ORDERS, "m" + i);
                expected.add("m" + i + " 1");
                receivers.get(random.nextInt(receivers.size())).interrupt();
                if (i % 100 == 0) {
                    broker.connection.stop();
                    broker.connection.start();
                }
            }
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(seen).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected));
            over.set(true);
            for (Running<Void> receiver : receivers) {
                receiver.result();
            }
            assertThat(broker.drain(ORDERS)).isEmpty();
        }
    }
}
