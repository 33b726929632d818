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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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

    private record Waiter(Command.Send send, long deadlineNanos) {}

    private final BusRuntime runtime;
    private final long timeoutNanos;
    private final int partition;
    private final Consumer<Command> submit;
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private long used;
    /** Somebody starts waiters: nobody overtakes them, and nobody else starts any, so that they keep their order. */
    private boolean starting;

    private boolean timerSet;

    /** @param submit starts a send that has waited */
    SendWindow(BusRuntime runtime, long timeoutNanos, int partition, Consumer<Command> submit) {
        this.runtime = runtime;
        this.timeoutNanos = timeoutNanos;
        this.partition = partition;
        this.submit = submit;
    }

    /**
     * Lets a send in if there is room, and says so; else it is submitted later, on another thread. Room is taken until
     * {@link #leave}.
     */
    boolean enter(Command.Send send) {
        boolean setTimer;
        synchronized (this) {
            if (!starting && waiting.isEmpty() && fits(send.message().sizeBytes())) {
                used += send.message().sizeBytes();
                return true;
            }
            waiting.add(new Waiter(send, runtime.clock().nanoTime() + timeoutNanos));
            setTimer = !timerSet;
            timerSet = true;
        }
        if (setTimer) {
            runtime.schedule(this::timeOut, timeoutNanos);
        }
        return false;
    }

    private boolean fits(long bytes) {
        return used == 0 || used + bytes <= BYTES;
    }

    /** Gives room back and starts whoever fits now. */
    void leave(long bytes) {
        synchronized (this) {
            used -= bytes;
            if (starting || waiting.isEmpty()) {
                return;
            }
            starting = true;
        }
        for (Waiter next = nextToStart(); next != null; next = nextToStart()) {
            submit.accept(next.send());
        }
    }

    private synchronized @Nullable Waiter nextToStart() {
        Waiter next = waiting.peekFirst();
        if (next == null || !fits(next.send().message().sizeBytes())) {
            starting = false;
            return null;
        }
        used += next.send().message().sizeBytes();
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
            waiter.send()
                    .reply()
                    .completeExceptionally(new BrokerException(
                            ErrorCode.Timeout,
                            "the message was not sent: partition " + partition + " had no room for it within "
                                    + TimeUnit.NANOSECONDS.toMillis(timeoutNanos)
                                    + " ms (operationTimeout), because its disk is slower than its senders"));
        }
    }
}
