/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.Child;
import io.peeklock.benchmarks.process.Footprint;
import io.peeklock.benchmarks.workload.Workloads;
import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The child process that opens namespaces in memory: one after the other, then many side by side.
 *
 * <p>Runs on the main thread.
 */
public final class MemoryNamespaces {

    /** Opened and closed before any is measured. */
    static final int WARM_UP = 100;

    /** Opened and closed one after the other. */
    static final int OPENED = 500;

    /** Open at the same time. */
    static final int SIDE_BY_SIDE = 1000;

    private static final long RECEIVE_TIMEOUT_MS = 10_000;
    private static final int PERCENT = 100;
    private static final int P99 = 99;

    private MemoryNamespaces() {}

    /** Argument: a directory that stays empty. */
    public static void main(String[] args) {
        Child.run(Duration.ofSeconds(60), () -> run(Path.of(args[0])));
    }

    static Map<String, Long> run(Path directory) throws Exception {
        long[] opening = new long[OPENED];
        for (int i = -WARM_UP; i < OPENED; i++) {
            long start = System.nanoTime();
            try (Connection connection = open(i)) {
                connection.start();
                if (i >= 0) {
                    opening[i] = System.nanoTime() - start;
                }
                exchange(connection);
            }
        }
        Arrays.sort(opening);
        long heapBefore = LargeQueue.liveHeap();
        int threadsBefore = Footprint.liveThreads();
        List<Connection> open = new ArrayList<>();
        for (int i = 0; i < SIDE_BY_SIDE; i++) {
            Connection connection = open(i);
            connection.start();
            exchange(connection);
            open.add(connection);
        }
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("openNanos", opening[OPENED / 2]);
        figures.put("open99Nanos", opening[OPENED * P99 / PERCENT]);
        figures.put("heapEach", (LargeQueue.liveHeap() - heapBefore) / SIDE_BY_SIDE);
        Footprint footprint = Footprint.now(directory, threadsBefore);
        figures.put("threads", footprint.threads());
        figures.put("resident", footprint.residentKiB());
        for (Connection connection : open) {
            exchange(connection);
            connection.close();
        }
        figures.put("alive", (long) open.size());
        return figures;
    }

    private static Connection open(int number) throws JMSException {
        return new PeeklockConnectionFactory("peeklock:mem:namespace" + number + "?linger=0s").createConnection();
    }

    private static void exchange(Connection connection) throws JMSException {
        try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            Queue queue = session.createQueue(Workloads.QUEUE);
            session.createProducer(queue).send(session.createTextMessage("one"));
            if (session.createConsumer(queue).receive(RECEIVE_TIMEOUT_MS) == null) {
                throw new IllegalStateException("no message came within " + RECEIVE_TIMEOUT_MS + " ms");
            }
        }
    }
}
