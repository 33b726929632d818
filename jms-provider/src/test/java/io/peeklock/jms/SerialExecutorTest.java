/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tasks that run one after the other on threads of others. */
class SerialExecutorTest {
    private final Deque<Runnable> started = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
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
}
