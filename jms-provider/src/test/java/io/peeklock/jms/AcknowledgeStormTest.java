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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are acknowledged, committed, given up, interrupted and closed under, all at once. */
class AcknowledgeStormTest {

    private static final String ORDERS = "orders";
    private static final int MESSAGES = 600;

    private final Queue<String> done = new ConcurrentLinkedQueue<>();
    private final Set<String> inDoubt = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean over = new AtomicBoolean();

    private Void workOnAndOn(TestBroker broker, int mode, long seed) {
        Random random = new Random(seed);
        while (!over.get()) {
            try (Session session = broker.session(mode);
                    MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS))) {
                for (int i = 0; i < 10 && !over.get(); i++) {
                    workOnce(session, consumer, random);
                }
            } catch (JMSException e) {
                // Interrupted while it opened, received or closed: that must lose nothing.
                Thread.interrupted();
            }
        }
        return null;
    }

    private void workOnce(Session session, MessageConsumer consumer, Random random) throws JMSException {
        List<String> texts = new ArrayList<>();
        Message last = null;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            Message message = consumer.receive(2);
            if (message != null) {
                texts.add(String.valueOf(TestBroker.text(message)));
                last = message;
            }
        }
        if (last == null) {
            return;
        }
        boolean givesUp = random.nextInt(4) == 0;
        boolean interrupted = true;
        try {
            if (session.getTransacted()) {
                if (givesUp) {
                    session.rollback();
                } else {
                    session.commit();
                }
            } else if (givesUp) {
                session.recover();
            } else {
                last.acknowledge();
            }
            interrupted = false;
        } finally {
            if (!givesUp) {
                (interrupted ? inDoubt : done).addAll(texts);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, Session.SESSION_TRANSACTED})
    void loseNothingAndDoNothingTwice(int mode) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<String> expected = ConcurrentHashMap.newKeySet();
        try (TestBroker broker =
                new TestBroker("?partitions=4&autoCreate.partitioned=true&defaultMaxDeliveryCount=100000")) {
            List<Running<Void>> workers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                long own = seed + i;
                workers.add(Running.start(() -> workOnAndOn(broker, mode, own)));
            }
            for (int i = 0; i < MESSAGES; i++) {
                broker.send(ORDERS, "m" + i);
                expected.add("m" + i);
                workers.get(random.nextInt(workers.size())).interrupt();
                if (i % 50 == 0) {
                    broker.connection.stop();
                    broker.connection.start();
                }
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(done.size() + inDoubt.size())
                            .as("seed %d", seed)
                            .isGreaterThanOrEqualTo(MESSAGES));
            Awaitility.await().untilAsserted(() -> {
                Set<String> seen = ConcurrentHashMap.newKeySet();
                seen.addAll(done);
                seen.addAll(inDoubt);
                assertThat(seen).as("seed %d", seed).isEqualTo(expected);
            });
            over.set(true);
            for (Running<Void> worker : workers) {
                worker.result();
            }
            assertThat(done).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(broker.drain(ORDERS)).as("seed %d, not in doubt", seed).isSubsetOf(inDoubt);
            assertThat(broker.drain(ORDERS + "/$deadletterqueue")).isEmpty();
        }
    }
}
