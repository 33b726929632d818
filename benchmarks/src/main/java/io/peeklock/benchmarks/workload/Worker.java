/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

/**
 * One thread's share of a load.
 *
 * <p>Used by one thread, but closed by another after that thread has ended.
 */
public interface Worker extends AutoCloseable {

    /** What {@link #once} returns when nothing was done that is to be counted. */
    long NOT_COUNTED = -1;

    /**
     * Does one operation, or as many as {@link #operations()} says. Waits at most a fraction of a second for others, so that the load can be stopped.
     *
     * @return its latency in nanoseconds, or {@link #NOT_COUNTED}
     */
    long once() throws Exception;

    /** Operations that one counted call of {@link #once} stands for: the messages of a transaction. */
    default int operations() {
        return 1;
    }

    @Override
    default void close() throws Exception {}
}
