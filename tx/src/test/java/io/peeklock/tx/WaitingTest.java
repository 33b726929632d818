/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.transaction.xa.XAException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a transaction manager's thread waits for an answer of the bus: rule X5. */
@Tag("X5")
class WaitingTest {

    /** A reaper interrupts; what has happened must be known all the same. */
    @Test
    void isNotEndedByAnInterrupt() throws InterruptedException {
        CompletableFuture<XaAnswer> coming = new CompletableFuture<>();
        AtomicReference<XaAnswer> answer = new AtomicReference<>();
        AtomicBoolean isInterrupted = new AtomicBoolean();
        Thread waiting = new Thread(() -> {
            answer.set(Waiting.atMost(Duration.ofMinutes(1)).await(coming));
            isInterrupted.set(Thread.currentThread().isInterrupted());
        });
        waiting.start();
        waiting.interrupt();
        Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        coming.complete(XaAnswer.OK);
        waiting.join();
        assertThat(answer.get()).isEqualTo(XaAnswer.OK);
        assertThat(isInterrupted).as("the flag is kept").isTrue();
    }

    @Test
    void endsWithTheOperationTimeOut() {
        XaAnswer answer = Waiting.atMost(Duration.ofMillis(1)).await(new CompletableFuture<>());
        assertThat(answer.code()).isEqualTo(XAException.XAER_RMFAIL);
    }

    @Test
    void endsWithAFailureToo() {
        XaAnswer answer = Waiting.atMost(Duration.ofMinutes(1))
                .await(CompletableFuture.failedFuture(new IllegalStateException("defect")));
        assertThat(answer.code()).isEqualTo(XAException.XAER_RMFAIL);
        assertThat(answer.why()).contains("defect");
    }
}
