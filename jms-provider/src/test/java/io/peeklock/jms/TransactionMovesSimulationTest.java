/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Messages are moved about in transactions while disks fail and the power does: whatever each commit said, every message is
 * there once in the end.
 */
@Tag("X1")
@Tag("X4")
class TransactionMovesSimulationTest {

    private static final int TOKENS = 80;
    private static final int MOVERS = 6;
    private static final int ROUNDS = Integer.getInteger("peeklock.moves.rounds", 3);
    private static final int FAILURES_A_ROUND = 12;

    private final Queue<TokenMover.Deferred> deferred = new ConcurrentLinkedQueue<>();
    private final AtomicInteger transactions = new AtomicInteger();

    @Test
    void loseAndDoubleNothing() throws Exception {
        long seed = Long.getLong("peeklock.moves.seed", System.nanoTime());
        Random random = new Random(seed);
        try (CrashingBroker broker = new CrashingBroker()) {
            MovingBus.create(broker.namespace());
            try (Session session = broker.connect("").createSession()) {
                for (int i = 0; i < TOKENS; i++) {
                    TokenMover.send(session, "q" + i % 4, "t" + i, random);
                }
            }
            for (int round = 0; round < ROUNDS; round++) {
                move(broker, random);
                assertEachIsThereOnce(broker, "seed " + seed + ", round " + round);
            }
        }
    }

    private void move(CrashingBroker broker, Random random) throws Exception {
        AtomicBoolean stopping = new AtomicBoolean();
        List<Running<Void>> movers = new ArrayList<>();
        for (int i = 0; i < MOVERS; i++) {
            PeeklockConnection connection = broker.connect(i < 2 ? "&crossPartition=true" : "");
            Random own = new Random(random.nextLong());
            movers.add(Running.start(() -> {
                new TokenMover(connection, own, deferred, transactions, stopping).run();
                return null;
            }));
        }
        for (int i = 0; i < FAILURES_A_ROUND; i++) {
            awaitTransactions(broker, random.nextInt(40));
            broker.failSomehow(random);
            awaitTransactions(broker, random.nextInt(20));
            broker.repair();
        }
        boolean isPowerCut = random.nextBoolean();
        if (isPowerCut) {
            broker.crash(random);
        }
        stopping.set(true);
        for (Running<Void> mover : movers) {
            mover.result();
        }
        broker.repair();
    }

    private void awaitTransactions(CrashingBroker broker, int more) {
        int goal = transactions.get() + more;
        Awaitility.await()
                .pollInterval(1, TimeUnit.MILLISECONDS)
                .until(() -> transactions.get() >= goal || broker.isStuck());
    }

    private static void assertEachIsThereOnce(CrashingBroker broker, String when) {
        Awaitility.await(when).atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            broker.repair();
            Map<String, String> places = places(broker);
            assertThat(places).as(when).hasSize(TOKENS);
            assertThat(places.values()).as(when).noneMatch(place -> place.contains(",") || place.contains("Locked"));
        });
    }

    /** Of each message where it is, and how. */
    private static Map<String, String> places(CrashingBroker broker) throws JMSException {
        Map<String, String> places = new TreeMap<>();
        try (PeeklockConnection connection = broker.connect("");
                BusSession session = (BusSession) connection.createSession()) {
            for (String queue : MovingBus.ALL) {
                for (Message message : session.peek(session.createQueue(queue), 0, 250)) {
                    String place = queue + " " + message.getStringProperty("JMS_SB_State");
                    places.merge(String.valueOf(text(message)), place, (one, other) -> one + ", " + other);
                }
            }
        }
        return places;
    }
}
