/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * The workloads there are. A new one is a class and a line here.
 *
 * <p>Immutable.
 */
public final class Workloads {

    /** Size of a message's body in bytes, where a workload does not say otherwise. */
    public static final int BODY_BYTES = 1024;

    public static final String QUEUE = "benchmark";

    /** What a worker waits at most for others. */
    public static final long WAIT_MS = 100;

    private static final int KIB = 1024;

    public static final List<Workload> ALL = List.of(
            new SendWorkload("W1", 1, 1, 1, false),
            new SendWorkload("W2", 16, 1, 1, false),
            new SendWorkload("W3-Q", 16, 16, 1, false),
            new SendWorkload("W3-P", 16, 1, 1, true),
            new SendWorkload("W4-1", 1, 1, 100, false),
            new SendWorkload("W4-8", 8, 1, 100, false),
            ExchangeWorkload.durable("W5", 8, Consumer.Mode.CLIENT_ACKNOWLEDGE, BODY_BYTES),
            ExchangeWorkload.durable("W6-A", 8, Consumer.Mode.AUTO_ACKNOWLEDGE, BODY_BYTES),
            ExchangeWorkload.transacted("W6-T", 8, 50),
            ExchangeWorkload.nonPersistent("W7-1", 1),
            ExchangeWorkload.nonPersistent("W7-8", 8),
            new TopicWorkload("W8-1", 1, 8),
            new TopicWorkload("W8-8", 8, 8),
            new XaWorkload("W9-1", 1),
            new XaWorkload("W9-8", 8),
            ExchangeWorkload.durable("W12-64-1", 1, Consumer.Mode.AUTO_ACKNOWLEDGE, 64 * KIB),
            ExchangeWorkload.durable("W12-64-8", 8, Consumer.Mode.AUTO_ACKNOWLEDGE, 64 * KIB),
            ExchangeWorkload.durable("W12-200-1", 1, Consumer.Mode.AUTO_ACKNOWLEDGE, 200 * KIB),
            ExchangeWorkload.durable("W12-200-8", 8, Consumer.Mode.AUTO_ACKNOWLEDGE, 200 * KIB));

    private Workloads() {}

    public static Workload named(String id) {
        return ALL.stream()
                .filter(workload -> workload.id().equalsIgnoreCase(id))
                .findFirst()
                .orElseThrow(() -> unknown(id));
    }

    /** The one of this name, or all of whose names this is the beginning up to a hyphen: W4 is W4-1 and W4-8. */
    public static List<Workload> matching(String id) {
        String name = id.toUpperCase(Locale.ROOT);
        List<Workload> matching = ALL.stream()
                .filter(workload -> workload.id().equals(name) || workload.id().startsWith(name + "-"))
                .toList();
        if (matching.isEmpty()) {
            throw unknown(id);
        }
        return matching;
    }

    private static IllegalArgumentException unknown(String id) {
        return new IllegalArgumentException("unknown workload " + id + ", there are "
                + ALL.stream().map(Workload::id).collect(Collectors.joining(", ")));
    }

    /** A message's body, the same in every run and different for every worker. */
    public static byte[] body(int worker, int bytes) {
        byte[] body = new byte[bytes];
        new Random(worker).nextBytes(body);
        return body;
    }
}
