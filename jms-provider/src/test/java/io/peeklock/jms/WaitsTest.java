/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What becomes of an answer that comes just when nobody wants to wait for it any more. */
class WaitsTest {
    private static final Duration TIME = Duration.ofSeconds(30);

    @AfterEach
    void clearTheFlag() {
        Thread.interrupted();
    }

    @Nested
    class InTime {

        /** Else a session that was accepted would have an owner that does not know of it. */
        @Test
        void isGivenIfItComesWithAnInterruption() throws JMSException {
            CompletableFuture<String> future = new CompletableFuture<>() {
                @Override
                public String get(long timeout, TimeUnit unit) throws InterruptedException {
                    complete("answer");
                    throw new InterruptedException();
                }
            };
            assertThat(Waits.answerInTime(future, TIME, "doing")).isEqualTo("answer");
            assertThat(Thread.interrupted()).isTrue();
        }

        @Test
        void isGivenUpByAnInterruption() {
            CompletableFuture<String> future = new CompletableFuture<>();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> Waits.answerInTime(future, TIME, "doing"))
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("Interrupted"));
            assertThat(future).isCancelled();
        }

        @Test
        void isNoneIfAFailureComesWhenTheTimeIsOver() throws JMSException {
            CompletableFuture<String> future = new CompletableFuture<>() {
                @Override
                public String get(long timeout, TimeUnit unit) throws TimeoutException {
                    completeExceptionally(new IllegalStateException("failed"));
                    throw new TimeoutException();
                }
            };
            assertThat(Waits.answerInTime(future, TIME, "doing")).isNull();
        }
    }
}
