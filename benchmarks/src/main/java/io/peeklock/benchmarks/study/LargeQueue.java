/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.Child;
import io.peeklock.benchmarks.process.Footprint;
import io.peeklock.benchmarks.process.Load;
import io.peeklock.benchmarks.subject.Contestant;
import io.peeklock.benchmarks.subject.JmsSubject;
import io.peeklock.benchmarks.subject.PeeklockPeer;
import io.peeklock.benchmarks.workload.Peer;
import io.peeklock.benchmarks.workload.Workloads;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The child process that fills one queue with very many messages, or that starts on such a queue and drains it.
 *
 * <p>Both with a few threads, each with a connection of its own, in transactions that are on disk when they end.
 */
public final class LargeQueue {

    /** The longest that a phase may take before the watchdog ends it. */
    static final Duration LIMIT = Duration.ofSeconds(210);

    private static final long RECEIVE_TIMEOUT_MS = 60_000;

    /** How long a drained queue is waited at before it is called empty: another may still roll back. */
    private static final long EMPTY_AFTER_MS = 200;

    /**
     * What is filled and drained.
     *
     * @param threads producers, later consumers
     * @param perTransaction messages in each transaction
     */
    record Load(int messages, int bodyBytes, int threads, int perTransaction) {

        List<String> toArguments() {
            return List.of(
                    Integer.toString(messages),
                    Integer.toString(bodyBytes),
                    Integer.toString(threads),
                    Integer.toString(perTransaction));
        }

        static Load of(List<String> arguments) {
            return new Load(
                    Integer.parseInt(arguments.get(0)),
                    Integer.parseInt(arguments.get(1)),
                    Integer.parseInt(arguments.get(2)),
                    Integer.parseInt(arguments.get(3)));
        }
    }

    private LargeQueue() {}

    /**
     * Arguments: fill or drain, contestant, directory, settings for Peeklock's URL, wall clock in milliseconds when this JVM
     * was asked for, then those of the load.
     */
    public static void main(String[] args) {
        List<String> arguments = List.of(args);
        Peer peer = arguments.get(3).isEmpty()
                ? ((JmsSubject) Contestant.named(arguments.get(1)).subject()).peer()
                : new PeeklockPeer(arguments.get(3));
        Path directory = Path.of(arguments.get(2));
        long askedForAtMs = Long.parseLong(arguments.get(4));
        Load load = Load.of(arguments.subList(5, arguments.size()));
        Child.run(
                LIMIT,
                () -> arguments.get(0).equals("fill")
                        ? fill(peer, directory, load)
                        : drain(peer, directory, load, askedForAtMs));
    }

    /** Sends all messages and closes in good order. */
    static Map<String, Long> fill(Peer peer, Path directory, Load load) throws Exception {
        peer.start(directory);
        int transactions = load.messages() / load.perTransaction();
        Map<String, Long> figures = new LinkedHashMap<>();
        // Holds the broker open while the heap is looked at.
        try (Connection held = peer.connectionFactory().createConnection()) {
            held.start();
            long start = System.nanoTime();
            AtomicLong taken = new AtomicLong();
            inThreads(load.threads(), () -> {
                send(peer.connectionFactory(), load, taken, transactions);
                return 0L;
            });
            figures.put("fillNanos", System.nanoTime() - start);
            figures.put("filled", (long) transactions * load.perTransaction());
            figures.put("filledHeap", liveHeap());
            figures.put("fillPeakKiB", Footprint.peakResidentKiB());
        }
        long closing = System.nanoTime();
        peer.stop();
        figures.put("closeNanos", System.nanoTime() - closing);
        figures.put("diskKiB", Footprint.now(directory, 0).diskKiB());
        return figures;
    }

    /** Starts, receives the first message, looks at the heap, and receives the others. */
    static Map<String, Long> drain(Peer peer, Path directory, Load load, long askedForAtMs) throws Exception {
        Map<String, Long> figures = new LinkedHashMap<>();
        long starting = System.nanoTime();
        peer.start(directory);
        ConnectionFactory factory = peer.connectionFactory();
        try (Connection first = factory.createConnection()) {
            first.start();
            Session session = first.createSession(true, Session.SESSION_TRANSACTED);
            MessageConsumer consumer = session.createConsumer(session.createQueue(Workloads.QUEUE));
            Message message = consumer.receive(RECEIVE_TIMEOUT_MS);
            long firstMs = System.currentTimeMillis() - askedForAtMs;
            if (message == null) {
                throw new IllegalStateException("no message came within " + RECEIVE_TIMEOUT_MS + " ms");
            }
            figures.put("firstMs", firstMs);
            figures.put("openNanos", System.nanoTime() - starting);
            figures.put("startedPeakKiB", Footprint.peakResidentKiB());
            figures.put("startedHeap", liveHeap());
            figures.put("startedDiskKiB", Footprint.now(directory, 0).diskKiB());
            // Others hold the broker open from now on, and this one's message comes to one of them.
            long start = System.nanoTime();
            AtomicLong received = new AtomicLong();
            AtomicLong lastAt = new AtomicLong(start);
            List<Callable<Long>> consumers = new ArrayList<>();
            for (int i = 0; i < load.threads(); i++) {
                consumers.add(() -> receive(factory, load, received, lastAt));
            }
            session.rollback();
            consumer.close();
            run(consumers);
            figures.put("drained", received.get());
            figures.put("drainNanos", lastAt.get() - start);
            figures.put("drainedHeap", liveHeap());
            figures.put("drainPeakKiB", Footprint.peakResidentKiB());
        }
        peer.stop();
        figures.put("drainedDiskKiB", Footprint.now(directory, 0).diskKiB());
        return figures;
    }

    private static void send(ConnectionFactory factory, Load load, AtomicLong taken, int transactions)
            throws JMSException {
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(session.createQueue(Workloads.QUEUE));
            byte[] body = new byte[load.bodyBytes()];
            new Random(1).nextBytes(body);
            while (taken.getAndIncrement() < transactions) {
                for (int i = 0; i < load.perTransaction(); i++) {
                    BytesMessage message = session.createBytesMessage();
                    message.writeBytes(body);
                    producer.send(message);
                }
                session.commit();
            }
        }
    }

    private static long receive(ConnectionFactory factory, Load load, AtomicLong received, AtomicLong lastAt)
            throws JMSException {
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
            MessageConsumer consumer = session.createConsumer(session.createQueue(Workloads.QUEUE));
            while (true) {
                int inTransaction = 0;
                while (inTransaction < load.perTransaction()) {
                    Message message = consumer.receive(EMPTY_AFTER_MS);
                    if (message == null) {
                        break;
                    }
                    if (((BytesMessage) message).getBodyLength() != load.bodyBytes()) {
                        throw new IllegalStateException("a body of another length came");
                    }
                    inTransaction++;
                }
                if (inTransaction > 0) {
                    session.commit();
                    lastAt.accumulateAndGet(System.nanoTime(), Math::max);
                    received.addAndGet(inTransaction);
                }
                if (received.get() >= load.messages()) {
                    return received.get();
                }
                if (inTransaction == 0 && System.nanoTime() - lastAt.get() > RECEIVE_TIMEOUT_MS * 1_000_000) {
                    throw new IllegalStateException("only " + received + " of " + load.messages() + " messages came");
                }
            }
        }
    }

    private static void inThreads(int threads, Callable<Long> work) throws Exception {
        List<Callable<Long>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(work);
        }
        run(all);
    }

    private static void run(List<Callable<Long>> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(work.size());
        try {
            for (Future<Long> each : executor.invokeAll(work)) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a thread failed: " + e.getCause(), e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }

    /** What a full collection leaves. */
    static long liveHeap() {
        // The second one takes what the first one gave to reference queues.
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
