/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.runtime.ThreadedRuntime;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers that come and go on many threads: each session in order, and nobody waits for ever while one is free. */
@Timeout(60)
class SessionConcurrencyTest {
    private static final int SESSIONS = 24;
    private static final int RECEIVERS = 6;
    private static final int MESSAGES_PER_SESSION = 100;
    private static final int TOTAL = SESSIONS * MESSAGES_PER_SESSION;
    private static final EntityPath QUEUE = EntityPath.queue("busy");

    private final AtomicInteger completed = new AtomicInteger();
    /** The last message of each session that was completed. */
    private final ConcurrentHashMap<String, Integer> done = new ConcurrentHashMap<>();

    private static void send(LocalNamespace namespace) {
        for (int number = 1; number <= MESSAGES_PER_SESSION; number++) {
            for (int session = 0; session < SESSIONS; session++) {
                namespace
                        .send(
                                QUEUE,
                                TestBus.text(String.valueOf(number))
                                        .sessionId("session" + session)
                                        .durable(number % 2 == 0)
                                        .build())
                        .join();
            }
        }
    }

    private void receive(LocalNamespace namespace, long seed) throws Exception {
        Random random = new Random(seed);
        while (completed.get() < TOTAL) {
            if (random.nextBoolean()) {
                try (Receiver moving = namespace.openReceiver(QUEUE, ReceiverOptions.peekLock())) {
                    receiveSome(namespace, moving, random);
                }
            } else {
                CompletableFuture<SessionReceiver> accepted =
                        namespace.acceptSession(QUEUE, null, SessionOptions.peekLock());
                SessionReceiver session = await(accepted);
                if (session != null) {
                    // Its session may be dry: nobody waits in it.
                    receiveNow(namespace, session, random);
                    session.close();
                }
            }
        }
    }

    private void receiveSome(LocalNamespace namespace, Receiver receiver, Random random) throws Exception {
        for (int i = random.nextInt(8); i > 0; i--) {
            CompletableFuture<Delivery> request = receiver.receive();
            Delivery delivery = await(request);
            if (delivery == null) {
                return;
            }
            settle(namespace, delivery, random);
        }
    }

    private void receiveNow(LocalNamespace namespace, Receiver receiver, Random random) throws Exception {
        for (int i = random.nextInt(8); i > 0; i--) {
            CompletableFuture<Delivery> request = receiver.receiveNow(-1);
            try {
                settle(namespace, request.get(), random);
            } catch (java.util.concurrent.CancellationException e) {
                return;
            }
        }
    }

    /** What comes, or null when everything is done. */
    private <T> @Nullable T await(CompletableFuture<T> request) throws Exception {
        while (true) {
            try {
                return request.get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (completed.get() == TOTAL && request.cancel(false)) {
                    return null;
                }
            }
        }
    }

    private void settle(LocalNamespace namespace, Delivery delivery, Random random) {
        String session = String.valueOf(delivery.message().sessionId());
        int number = Integer.parseInt(TestBus.textOf(delivery));
        assertThat(number).as(session).isEqualTo(done.getOrDefault(session, 0) + 1);
        int choice = random.nextInt(10);
        Settlement settlement =
                choice == 0 ? Settlement.ABANDON : choice == 1 ? Settlement.RELEASE : Settlement.COMPLETE;
        if (settlement == Settlement.COMPLETE) {
            done.put(session, number);
        }
        CompletableFuture<Void> settled = namespace.settle(delivery.requireLockToken(), settlement);
        // Who asks for the next before a message is back may be given the one behind it, as if it had asked for both at
        // first.
        if (settlement != Settlement.COMPLETE || choice % 2 == 0) {
            settled.join();
        }
        if (settlement == Settlement.COMPLETE) {
            completed.incrementAndGet();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("G2")
    @Tag("G3")
    @Tag("P8")
    void keepTheOrderAndMissNothing(boolean partitioned) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(RECEIVERS + 1);
        try (LocalNamespace namespace = LocalNamespace.open(
                new MemoryJournalStore(4, false), TestBus.config(Profile.JMS), new ThreadedRuntime("test", 2))) {
            namespace
                    .createQueue(QueueDescription.builder(QUEUE.name())
                            .partitioned(partitioned)
                            .sessionRequired(true)
                            .maxDeliveryCount(1_000_000)
                            .build())
                    .join();
            List<Future<?>> all = new ArrayList<>();
            all.add(threads.submit(() -> send(namespace)));
            for (int i = 0; i < RECEIVERS; i++) {
                long seed = i;
                all.add(threads.submit(() -> {
                    receive(namespace, seed);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(50, TimeUnit.SECONDS);
            }
            assertThat(done)
                    .hasSize(SESSIONS)
                    .allSatisfy((id, last) -> assertThat(last).isEqualTo(MESSAGES_PER_SESSION));
        } finally {
            threads.shutdownNow();
        }
    }
}
