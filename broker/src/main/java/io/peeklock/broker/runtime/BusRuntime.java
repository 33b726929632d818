/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** Time, chance and threads as the bus uses them. A simulation brings its own. Thread safe. */
public interface BusRuntime extends AutoCloseable {

    BusClock clock();

    /** Runs tasks soon, on threads that are nobody's but the bus's. */
    Executor executor();

    /** Runs a task that may take long, and must not keep others of {@link #executor} waiting; on a thread like theirs. */
    default void executeAlone(Runnable task) {
        executor().execute(task);
    }

    /** Runs a task once after the delay, on a thread of the bus; the task is quick. */
    void schedule(Runnable task, long delayNanos);

    /** Random bits, for lock tokens. */
    LongSupplier random();

    /** Whether the calling thread belongs to {@link #executor()} and may wait for the disk. */
    boolean onBusThread();

    /** Stops every thread after the tasks that are running. */
    @Override
    void close();
}
