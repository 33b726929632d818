/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tasks that run one after the other on threads of others. */
class SerialExecutorTest {
    private final Deque<Runnable> started = new ArrayDeque<>();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private boolean exhausted;
    private final SerialExecutor executor = new SerialExecutor(task -> {
        if (exhausted) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        started.add(task);
    });

    private void runStarted() {
        while (!started.isEmpty()) {
            Objects.requireNonNull(started.poll()).run();
        }
    }

    @Test
    void runInOrderOnOneThread() {
        executor.execute(() -> done.add("a"));
        executor.execute(() -> done.add("b"));
        assertThat(started).hasSize(1);
        runStarted();
        assertThat(done).containsExactly("a", "b");
    }

    @Test
    void areNotHeldUpByOneThatThrows() {
        executor.execute(() -> {
            throw new IllegalStateException("as the test wished");
        });
        executor.execute(() -> done.add("b"));
        runStarted();
        assertThat(done).containsExactly("b");
    }

    @Test
    void runWithTheNextOneIfNoThreadCouldBeStarted() {
        exhausted = true;
        assertThatThrownBy(() -> executor.execute(() -> done.add("a"))).isInstanceOf(OutOfMemoryError.class);
        exhausted = false;
        executor.execute(() -> done.add("b"));
        runStarted();
        assertThat(done).containsExactly("a", "b");
    }

    @Test
    void thatAreThereRunBeforeItEnds() throws Exception {
        SerialExecutor threaded = new SerialExecutor(task -> new Thread(task).start());
        CountDownLatch goesOn = new CountDownLatch(1);
        threaded.execute(() -> {
            awaitLatch(goesOn);
            done.add("a");
        });
        threaded.execute(() -> done.add("b"));
        Running<Boolean> ending = Running.start(() -> {
                    threaded.end(Duration.ofMillis(TestBroker.LONG_MS));
                    return done.add("end");
                })
                .untilItWaits();
        goesOn.countDown();
        ending.result();
        assertThat(threaded.offer(() -> done.add("c"))).isFalse();
        assertThat(done).containsExactly("a", "b", "end");
    }

    @Test
    void thatHaveNotBegunAreDroppedWhenItsPatienceIsOver() {
        executor.execute(() -> done.add("a"));
        executor.end(Duration.ZERO);
        runStarted();
        assertThat(done).isEmpty();
    }

    @Test
    void mayEndItThemselvesAndAreTheLast() throws Exception {
        executor.execute(() -> {
            executor.end(Duration.ofDays(1));
            done.add("a");
        });
        executor.execute(() -> done.add("b"));
        Running.start(() -> {
                    runStarted();
                    return null;
                })
                .result();
        assertThat(done).containsExactly("a");
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
