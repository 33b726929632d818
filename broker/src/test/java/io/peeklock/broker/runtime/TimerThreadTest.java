/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One thread for the timers of many namespaces. */
class TimerThreadTest {
    private static final String NAME = "peeklock-timer-of-this-test";
    private static final long FAR_AWAY_NANOS = TimeUnit.DAYS.toNanos(1);
    private static final long LONG_S = 10;

    private final TimerThread thread = new TimerThread(NAME);

    private ThreadedRuntime runtime(int number) {
        return new ThreadedRuntime("test-" + number, 1, thread);
    }

    private static long timerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().contains("timer-of-this-test")
                        || each.getName().matches(".*test-\\d+-timer"))
                .count();
    }

    @Test
    void isOneForAllAndEndsWithTheLast() {
        List<ThreadedRuntime> runtimes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ThreadedRuntime runtime = runtime(i);
            runtimes.add(runtime);
            runtime.schedule(() -> {}, FAR_AWAY_NANOS);
        }
        assertThat(timerThreads()).isOne();
        runtimes.forEach(ThreadedRuntime::close);
        assertThat(timerThreads()).isZero();
    }

    /** What is scheduled knows the namespace: it must not outlive that. */
    @Test
    void keepsNothingOfWhoIsClosed() {
        ThreadedRuntime closed = runtime(0);
        try (ThreadedRuntime stays = runtime(1)) {
            closed.schedule(() -> {}, FAR_AWAY_NANOS);
            stays.schedule(() -> {}, FAR_AWAY_NANOS);
            closed.close();
            closed.schedule(() -> {}, FAR_AWAY_NANOS);
            assertThat(thread.scheduled()).isOne();
            assertThat(timerThreads()).isOne();
        }
        assertThat(thread.scheduled()).isZero();
    }

    @Test
    void startsAgainForOneWhoComesAfterTheLast() {
        runtime(0).close();
        try (ThreadedRuntime next = runtime(1)) {
            CompletableFuture<Boolean> ran = new CompletableFuture<>();
            next.schedule(() -> ran.complete(next.onBusThread()), 1);
            assertThat(ran.orTimeout(LONG_S, TimeUnit.SECONDS).join()).isTrue();
        }
    }

    @Test
    void runsNothingItself() {
        CountDownLatch go = new CountDownLatch(1);
        try (ThreadedRuntime busy = runtime(0);
                ThreadedRuntime other = runtime(1)) {
            CompletableFuture<Void> begun = new CompletableFuture<>();
            busy.schedule(
                    () -> {
                        begun.complete(null);
                        try {
                            go.await(LONG_S, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    1);
            begun.orTimeout(LONG_S, TimeUnit.SECONDS).join();
            CompletableFuture<Void> ran = new CompletableFuture<>();
            other.schedule(() -> ran.complete(null), 1);
            ran.orTimeout(LONG_S / 2, TimeUnit.SECONDS).join();
            go.countDown();
        }
    }

    @Test
    void isEndedByACloserWhoIsInterruptedToo() {
        ThreadedRuntime runtime = runtime(0);
        runtime.schedule(() -> {}, FAR_AWAY_NANOS);
        Thread.currentThread().interrupt();
        runtime.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(thread.scheduled()).isZero();
    }
}
