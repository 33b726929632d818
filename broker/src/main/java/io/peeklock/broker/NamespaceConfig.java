/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.time.Duration;
import java.util.List;

/**
 * Settings of a namespace, chosen when it is opened.
 *
 * @param profile defaults for which kind of program (service-bus-rules, "profiles")
 * @param operationTimeout how long an operation may wait for room or for a partition, default 60 s (rule P7)
 * @param autoCreate whether plain queues are created on first use (rule W5)
 * @param autoCreatePartitioned whether such queues are partitioned
 * @param bodyMemoryBytes budget for bodies in memory; beyond it they go to the swap file
 * @param indexMemoryBytes budget for what is kept of each message in memory; beyond it sends get QuotaExceeded
 * @param expireWholeSessions whether the first message of a session takes with it, when it expires, those that wait behind it
 *     (rule T9); by default each message expires for itself
 */
public record NamespaceConfig(
        Profile profile,
        Duration operationTimeout,
        boolean autoCreate,
        boolean autoCreatePartitioned,
        long bodyMemoryBytes,
        long indexMemoryBytes,
        boolean expireWholeSessions) {

    /** With messages that expire each for itself. */
    public NamespaceConfig(
            Profile profile,
            Duration operationTimeout,
            boolean autoCreate,
            boolean autoCreatePartitioned,
            long bodyMemoryBytes,
            long indexMemoryBytes) {
        this(profile, operationTimeout, autoCreate, autoCreatePartitioned, bodyMemoryBytes, indexMemoryBytes, false);
    }

    /** Which program the defaults are for. */
    public enum Profile {
        JMS,
        AZURE
    }

    /** Operations that have no more than this fail where they only needed patience. */
    private static final Duration SHORT_OPERATION_TIMEOUT = Duration.ofSeconds(15);

    /** What of it is allowed and seldom meant, in sentences; empty if nothing. */
    public List<String> warnings() {
        return operationTimeout.compareTo(SHORT_OPERATION_TIMEOUT) > 0
                ? List.of()
                : List.of("the operation time-out is " + operationTimeout.toMillis() + " ms, and 15 s or less is short:"
                        + " a send that waits for room, for a partition that is reopened or for a slow disk fails with"
                        + " Timeout, and its message may have been stored all the same; 60 s is the default");
    }

    /** The defaults of profile jms. */
    public static NamespaceConfig defaults() {
        long heap = Runtime.getRuntime().maxMemory();
        return new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, false, heap / 8, heap / 4);
    }
}
