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
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.runtime.ThreadedRuntime;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.time.Duration;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads at once, on real clocks: nothing is lost, nothing is completed twice. */
@Timeout(60)
class NamespaceConcurrencyTest {
    private static final int SENDERS = 8;
    private static final int RECEIVERS = 8;
    private static final int MESSAGES = 20_000;
    private static final EntityPath QUEUE = EntityPath.queue("busy");

    private final AtomicInteger completed = new AtomicInteger();
    private final ConcurrentHashMap<String, AtomicInteger> completions = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, AtomicInteger> abandons = new ConcurrentHashMap<>();

    /** What a receiving thread does with a request that is not answered at once. */
    private interface Patience {
        Delivery await(Receiver receiver, CompletableFuture<Delivery> request, Random random) throws Exception;
    }

    private static LocalNamespace open(boolean retain, boolean partitioned) throws Exception {
        LocalNamespace namespace = LocalNamespace.open(
                new MemoryJournalStore(4, retain), TestBus.config(Profile.JMS), new ThreadedRuntime("test", 2));
        namespace
                .createQueue(QueueDescription.builder(QUEUE.name())
                        .partitioned(partitioned)
                        .maxDeliveryCount(1_000_000)
                        .build())
                .join();
        return namespace;
    }

    private void send(LocalNamespace namespace, int sender, int count) {
        for (int i = 0; i < count; i++) {
            String text = sender + "/" + i;
            namespace.send(QUEUE, TestBus.text(text).durable(i % 3 > 0).build()).join();
        }
    }

    private void receive(LocalNamespace namespace, long seed, int total, Patience patience) throws Exception {
        Random random = new Random(seed);
        try (Receiver receiver = namespace.openReceiver(QUEUE, ReceiverOptions.peekLock())) {
            while (completed.get() < total) {
                Delivery delivery = patience.await(receiver, receiver.receive(), random);
                if (delivery != null) {
                    settle(namespace, delivery, random);
                }
            }
        }
    }

    private void settle(LocalNamespace namespace, Delivery delivery, Random random) {
        String text = TestBus.textOf(delivery);
        AtomicInteger abandoned = abandons.computeIfAbsent(text, t -> new AtomicInteger());
        // Counted by abandons alone: time-outs and cancellations release uncounted (rule L10).
        assertThat(delivery.deliveryCount()).as(text).isEqualTo(abandoned.get());
        if (random.nextInt(10) == 0) {
            abandoned.incrementAndGet();
            namespace.settle(delivery.requireLockToken(), Settlement.ABANDON).join();
        } else {
            namespace.settle(delivery.requireLockToken(), Settlement.COMPLETE).join();
            completions.computeIfAbsent(text, t -> new AtomicInteger()).incrementAndGet();
            completed.incrementAndGet();
        }
    }

    private static Delivery shortly(Receiver receiver, CompletableFuture<Delivery> request) throws Exception {
        try {
            return request.get(20, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return receiver.cancel(request) ? null : request.get();
        }
    }

    private void run(LocalNamespace namespace, int total, Patience patience) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS + RECEIVERS);
        try {
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                int sender = i;
                tasks.add(threads.submit(() -> send(namespace, sender, total / SENDERS)));
            }
            for (int i = 0; i < RECEIVERS; i++) {
                long seed = i;
                tasks.add(threads.submit(() -> {
                    receive(namespace, seed, total, patience);
                    return null;
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(completions)
                .hasSize(total)
                .allSatisfy((text, times) -> assertThat(times).hasValue(1));
        var counters = namespace.counters(QUEUE).join();
        assertThat(counters.active() + counters.locked() + counters.sizeBytes()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    @Tag("L2")
    @Tag("P8")
    void nothingIsLostOrCompletedTwice(boolean retain, boolean partitioned) throws Exception {
        try (LocalNamespace namespace = open(retain, partitioned)) {
            run(namespace, MESSAGES, (receiver, request, random) -> shortly(receiver, request));
        }
    }

    /** A receiver gives up at any moment, by taking its request back, or by letting it go. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("L10")
    void requestsThatAreTakenBackLoseNothingAndCountNothing(boolean partitioned) throws Exception {
        try (LocalNamespace namespace = open(true, partitioned)) {
            run(namespace, MESSAGES / 2, (receiver, request, random) -> {
                switch (random.nextInt(3)) {
                    case 0 -> {
                        return receiver.cancel(request) ? null : request.get();
                    }
                    case 1 -> {
                        // Not the way it is meant to be, and yet nothing is lost.
                        return request.cancel(false) ? null : request.get();
                    }
                    default -> {
                        return shortly(receiver, request);
                    }
                }
            });
        }
    }

    /** Several requests of one receiver wait at once: none is forgotten. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("P8")
    void oneReceiverWithManyRequests(boolean partitioned) throws Exception {
        try (LocalNamespace namespace = open(true, partitioned);
                Receiver shared = namespace.openReceiver(QUEUE, ReceiverOptions.peekLock())) {
            List<CompletableFuture<Delivery>> requests = new ArrayList<>();
            int total = 4000;
            for (int i = 0; i < total; i++) {
                requests.add(shared.receive());
            }
            Thread sender = new Thread(() -> send(namespace, 0, total));
            sender.start();
            for (CompletableFuture<Delivery> request : requests) {
                namespace
                        .settle(request.get(30, TimeUnit.SECONDS).requireLockToken(), Settlement.COMPLETE)
                        .join();
            }
            sender.join();
            assertThat(namespace.counters(QUEUE).join().active()).isZero();
        }
    }

    /** Application threads that drive a partition are interrupted all the time; it must not notice. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptedApplicationThreadsBreakNothing(boolean partitioned) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ConcurrentHashMap<Thread, Boolean> victims = new ConcurrentHashMap<>();
        Thread storm = new Thread(() -> {
            while (!over.get()) {
                victims.keySet().forEach(Thread::interrupt);
                Thread.onSpinWait();
            }
        });
        try (LocalNamespace namespace = open(true, partitioned)) {
            storm.start();
            run(namespace, MESSAGES / 4, (receiver, request, random) -> {
                victims.put(Thread.currentThread(), true);
                try {
                    return shortly(receiver, request);
                } catch (InterruptedException e) {
                    return receiver.cancel(request) ? null : request.join();
                } finally {
                    victims.remove(Thread.currentThread());
                }
            });
            assertThat(namespace.health()).allMatch(health -> health.reason() == null);
        } finally {
            over.set(true);
            storm.join();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingEndsWhoeverWaits(boolean partitioned) throws Exception {
        LocalNamespace namespace = open(true, partitioned);
        Receiver receiver = namespace.openReceiver(QUEUE, ReceiverOptions.peekLock());
        CompletableFuture<Delivery> request = receiver.receive();
        namespace.close();
        assertThat(request).failsWithin(Duration.ofSeconds(30));
    }
}
