/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends while there is room: without a bound a slow consumer would make it a measure of the queue's growth. Not counted
 * itself.
 *
 * <p>Owned by one thread.
 *
 * @param turn room that a turn of the producer takes
 */
public record BoundedProducer(Producer producer, Semaphore room, int turn) implements Worker {

    @Override
    public long once() throws Exception {
        if (room.tryAcquire(turn, Workloads.WAIT_MS, TimeUnit.MILLISECONDS)) {
            producer.once();
        }
        return NOT_COUNTED;
    }

    @Override
    public void close() throws Exception {
        producer.close();
    }
}
