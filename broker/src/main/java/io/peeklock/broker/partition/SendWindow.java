/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.runtime.BusRuntime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the bytes of messages that are on their way into a partition: what does not fit waits, in order, up to the
 * operation time-out. Settlements do not pass here, so they always have room.
 *
 * <p>Thread safe; the lock is held for moments only.
 */
final class SendWindow {
    /** A message larger than this passes when nothing else is on its way. */
    static final long BYTES = 16L << 20;

    private static final class Waiter {
        final long bytes;
        final Runnable start;
        boolean over;

        Waiter(long bytes, Runnable start) {
            this.bytes = bytes;
            this.start = start;
        }
    }

    private final BusRuntime runtime;
    private final long timeoutNanos;
    private final int partition;
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private long used;

    SendWindow(BusRuntime runtime, long timeoutNanos, int partition) {
        this.runtime = runtime;
        this.timeoutNanos = timeoutNanos;
        this.partition = partition;
    }

    /** Runs {@code start} when there is room: now, or later on another thread. Room is taken until {@link #leave}. */
    void enter(long bytes, CompletableFuture<?> reply, Runnable start) {
        Waiter waiter;
        synchronized (this) {
            if (waiting.isEmpty() && fits(bytes)) {
                used += bytes;
                waiter = null;
            } else {
                waiter = new Waiter(bytes, start);
                waiting.add(waiter);
            }
        }
        if (waiter == null) {
            start.run();
        } else {
            runtime.schedule(() -> timeOut(waiter, reply), timeoutNanos);
        }
    }

    private boolean fits(long bytes) {
        return used == 0 || used + bytes <= BYTES;
    }

    /** Gives room back and starts whoever fits now. */
    void leave(long bytes) {
        Deque<Waiter> startable = null;
        synchronized (this) {
            used -= bytes;
            Waiter next = waiting.peekFirst();
            while (next != null && fits(next.bytes)) {
                waiting.removeFirst();
                next.over = true;
                used += next.bytes;
                startable = startable == null ? new ArrayDeque<>() : startable;
                startable.add(next);
                next = waiting.peekFirst();
            }
        }
        if (startable != null) {
            startable.forEach(waiter -> waiter.start.run());
        }
    }

    private void timeOut(Waiter waiter, CompletableFuture<?> reply) {
        synchronized (this) {
            if (waiter.over) {
                return;
            }
            waiter.over = true;
            waiting.remove(waiter);
        }
        reply.completeExceptionally(new BrokerException(
                ErrorCode.Timeout,
                "the message was not sent: partition " + partition + " had no room for it within "
                        + TimeUnit.NANOSECONDS.toMillis(timeoutNanos)
                        + " ms (operationTimeout), because its disk is slower than its senders"));
    }
}
