/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.time.Duration;

/**
 * Settings of a namespace, chosen when it is opened.
 *
 * @param profile defaults for which kind of program (service-bus-rules, "profiles")
 * @param operationTimeout how long an operation may wait for room or for a partition, default 60 s (rule P7)
 * @param autoCreate whether plain queues are created on first use (rule W5)
 * @param autoCreatePartitioned whether such queues are partitioned
 * @param bodyMemoryBytes budget for bodies in memory; beyond it they go to the swap file
 * @param indexMemoryBytes budget for what is kept of each message in memory; beyond it sends get QuotaExceeded
 */
public record NamespaceConfig(
        Profile profile,
        Duration operationTimeout,
        boolean autoCreate,
        boolean autoCreatePartitioned,
        long bodyMemoryBytes,
        long indexMemoryBytes) {

    /** Which program the defaults are for. */
    public enum Profile {
        JMS,
        AZURE
    }

    /** The defaults of profile jms. */
    public static NamespaceConfig defaults() {
        long heap = Runtime.getRuntime().maxMemory();
        return new NamespaceConfig(
                Profile.JMS, Duration.ofSeconds(60), true, false, heap / 8, heap / 4);
    }
}
