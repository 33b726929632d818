/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.runtime.BusRuntime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of messages that are on their way into a partition: what does not fit waits, in order, up to the
 * operation time-out. Settlements do not pass here, so they always have room.
 *
 * <p>Thread safe; the lock is held for moments only.
 */
final class SendWindow {
    /** A message larger than this passes when nothing else is on its way. */
    static final long BYTES = 16L << 20;

    private record Waiter(long bytes, long deadlineNanos, CompletableFuture<?> reply, Runnable start) {}

    private final BusRuntime runtime;
    private final long timeoutNanos;
    private final int partition;
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private long used;
    /** Somebody starts waiters: nobody overtakes them, and nobody else starts any, so that they keep their order. */
    private boolean starting;

    private boolean timerSet;

    SendWindow(BusRuntime runtime, long timeoutNanos, int partition) {
        this.runtime = runtime;
        this.timeoutNanos = timeoutNanos;
        this.partition = partition;
    }

    /** Runs {@code start} when there is room: now, or later on another thread. Room is taken until {@link #leave}. */
    void enter(long bytes, CompletableFuture<?> reply, Runnable start) {
        boolean now;
        boolean setTimer = false;
        synchronized (this) {
            now = !starting && waiting.isEmpty() && fits(bytes);
            if (now) {
                used += bytes;
            } else {
                waiting.add(new Waiter(bytes, runtime.clock().nanoTime() + timeoutNanos, reply, start));
                setTimer = !timerSet;
                timerSet = true;
            }
        }
        if (now) {
            start.run();
        } else if (setTimer) {
            runtime.schedule(this::timeOut, timeoutNanos);
        }
    }

    private boolean fits(long bytes) {
        return used == 0 || used + bytes <= BYTES;
    }

    /** Gives room back and starts whoever fits now. */
    void leave(long bytes) {
        synchronized (this) {
            used -= bytes;
            if (starting) {
                return;
            }
            starting = true;
        }
        for (Waiter next = nextToStart(); next != null; next = nextToStart()) {
            next.start().run();
        }
    }

    private synchronized @Nullable Waiter nextToStart() {
        Waiter next = waiting.peekFirst();
        if (next == null || !fits(next.bytes())) {
            starting = false;
            return null;
        }
        used += next.bytes();
        return waiting.removeFirst();
    }

    /** Ends those whose time is over: all wait equally long, so they are the first. */
    private void timeOut() {
        List<Waiter> late = new ArrayList<>();
        long next = 0;
        synchronized (this) {
            long now = runtime.clock().nanoTime();
            Waiter first = waiting.peekFirst();
            while (first != null && first.deadlineNanos() - now <= 0) {
                late.add(waiting.removeFirst());
                first = waiting.peekFirst();
            }
            timerSet = first != null;
            if (first != null) {
                next = first.deadlineNanos() - now;
            }
        }
        if (next > 0) {
            runtime.schedule(this::timeOut, next);
        }
        for (Waiter waiter : late) {
            waiter.reply()
                    .completeExceptionally(new BrokerException(
                            ErrorCode.Timeout,
                            "the message was not sent: partition " + partition + " had no room for it within "
                                    + TimeUnit.NANOSECONDS.toMillis(timeoutNanos)
                                    + " ms (operationTimeout), because its disk is slower than its senders"));
        }
    }
}
