/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The threads of a real process. */
class ThreadedRuntimeTest {

    @Test
    void tellsItsThreadsFromOthers() {
        try (ThreadedRuntime runtime = new ThreadedRuntime("test", 1)) {
            CompletableFuture<Boolean> inside = new CompletableFuture<>();
            runtime.executor().execute(() -> inside.complete(runtime.onBusThread()));
            assertThat(inside.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
            assertThat(runtime.onBusThread()).isFalse();
        }
    }

    @Test
    void goesOnAfterATaskThatFails() {
        try (ThreadedRuntime runtime = new ThreadedRuntime("test", 1)) {
            CompletableFuture<Boolean> next = new CompletableFuture<>();
            runtime.executor().execute(() -> {
                throw new IllegalStateException("a defect, as the test wished");
            });
            runtime.executor().execute(() -> next.complete(true));
            assertThat(next.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
        }
    }

    /** Opening a partition may take minutes, and must not keep the others waiting. */
    @Test
    void goesOnWhileTasksThatTakeLongHaveThreadsOfTheirOwn() {
        CompletableFuture<Void> end = new CompletableFuture<>();
        AtomicInteger ended = new AtomicInteger();
        try (ThreadedRuntime runtime = new ThreadedRuntime("test", 1)) {
            List<CompletableFuture<Boolean>> begun = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Boolean> one = new CompletableFuture<>();
                begun.add(one);
                runtime.executeAlone(() -> {
                    one.complete(runtime.onBusThread());
                    end.join();
                    ended.incrementAndGet();
                });
            }
            CompletableFuture<Boolean> next = new CompletableFuture<>();
            runtime.executor().execute(() -> next.complete(true));
            assertThat(next.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
            assertThat(begun)
                    .allSatisfy(one -> assertThat(
                                    one.orTimeout(10, TimeUnit.SECONDS).join())
                            .isTrue());
            end.complete(null);
        }
        assertThat(ended).hasValue(3);
    }

    /** A callback of the bus may run on one of its threads, which cannot wait for itself. */
    @Test
    void isClosedFromOneOfItsThreadsWithoutWaitingForIt() throws Exception {
        ThreadedRuntime runtime = new ThreadedRuntime("test", 2);
        LocalNamespace namespace =
                LocalNamespace.open(new MemoryJournalStore(4, true), NamespaceConfig.defaults(), runtime);
        CompletableFuture<Void> closed = new CompletableFuture<>();
        runtime.executor().execute(() -> {
            namespace.close();
            closed.complete(null);
        });
        assertThat(closed.orTimeout(10, TimeUnit.SECONDS)).succeedsWithin(10, TimeUnit.SECONDS);
    }
}
