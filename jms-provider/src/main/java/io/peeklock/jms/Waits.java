/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Waits for answers of the bus on the application's thread.
 *
 * <p>Has no state; any thread. Holds nothing while it waits, and can be interrupted.
 */
final class Waits {

    /** The bus ends an operation at its time-out by itself; this is for the answer to come through. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** By measuring: with fewer the threads of a busy queue park at each message, more gain nothing. */
    private static final int YIELDS = 16;

    private Waits() {}

    /**
     * The answer.
     *
     * @param timeout the bus's operation time-out
     * @param doing for the message of an exception
     */
    static <T> T answer(CompletableFuture<T> future, Duration timeout, String doing) throws JMSException {
        return answer(future, timeout, doing, JmsExceptions::unanswered);
    }

    /** As {@link #answer}, for what is looked up before anything is sent or opened: an interrupted call may be repeated. */
    static <T> T lookUp(CompletableFuture<T> future, Duration timeout, String doing) throws JMSException {
        return answer(future, timeout, doing, JmsExceptions::notFoundOut);
    }

    private static <T> T answer(
            CompletableFuture<T> future,
            Duration timeout,
            String doing,
            BiFunction<String, InterruptedException, JMSException> interrupted)
            throws JMSException {
        try {
            return future.get(nanos(timeout.plus(GRACE)), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted.apply(doing, e);
        } catch (TimeoutException e) {
            throw JmsExceptions.timeout(doing);
        } catch (ExecutionException e) {
            throw JmsExceptions.of(e.getCause() == null ? e : e.getCause());
        }
    }

    /** The answer, or null if it did not come in time: then it is given up, and what comes for it goes back. */
    static <T> @Nullable T answerInTime(CompletableFuture<T> future, Duration timeout, String doing)
            throws JMSException {
        try {
            return future.get(nanos(timeout), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            if (!future.cancel(false) && !future.isCompletedExceptionally()) {
                // It has come this very moment: nobody else would give it back.
                Thread.currentThread().interrupt();
                return future.getNow(null);
            }
            throw JmsExceptions.notBegun(doing, e);
        } catch (TimeoutException e) {
            // It may have come this very moment, as a failure too.
            return future.cancel(false) || future.isCompletedExceptionally() ? null : future.getNow(null);
        } catch (ExecutionException e) {
            throw JmsExceptions.of(e.getCause() == null ? e : e.getCause());
        }
    }

    /** As {@link #answer}; if nobody gets the answer, what it stands for is undone when it is known what became of it. */
    static <T> T answerOrUndo(CompletableFuture<T> future, Duration timeout, String doing, Runnable undo)
            throws JMSException {
        boolean given = false;
        try {
            T answer = answer(future, timeout, doing);
            given = true;
            return answer;
        } finally {
            if (!given) {
                // After a failure too: it may have been done in part.
                future.whenComplete((answer, failure) -> undo.run());
            }
        }
    }

    /** Waits for something that is about to come, also when interrupted; the flag stays set. */
    static <T> T withoutInterruption(Future<T> future) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Lets other threads run for a moment, if what comes waits for no disk: whoever drives the partition has it done in a few
     * microseconds, and to park and be woken costs more than that. Who goes on waiting parks.
     */
    static void letOthersRun(Future<?> future) {
        for (int i = 0; i < YIELDS && !future.isDone(); i++) {
            Thread.yield();
        }
    }

    /** In nanoseconds, as much as fits. */
    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }
}
