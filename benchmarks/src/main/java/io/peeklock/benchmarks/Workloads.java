/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * The workloads there are. A new one is a class and a line here.
 *
 * <p>Immutable.
 */
final class Workloads {

    /** Size of a message's body in bytes. */
    static final int BODY_BYTES = 1024;

    static final List<Workload> ALL = List.of(
            new SendWorkload("W1", 1),
            new SendWorkload("W2", 16),
            new SendAndAcknowledgeWorkload("W5", 8, 8),
            new NonPersistentWorkload("W7-1", 1, 1),
            new NonPersistentWorkload("W7-8", 8, 8));

    private Workloads() {}

    static Workload named(String id) {
        return ALL.stream()
                .filter(workload -> workload.id().equalsIgnoreCase(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown workload " + id + ", there are "
                        + ALL.stream().map(Workload::id).collect(Collectors.joining(", "))));
    }

    /** A message's body, the same in every run and different for every worker. */
    static byte[] body(int worker) {
        byte[] body = new byte[BODY_BYTES];
        new Random(worker).nextBytes(body);
        return body;
    }
}
