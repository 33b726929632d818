/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.benchmarks.workload.Worker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoadTest {

    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void aWorkerThatFailsEndsTheRunWithItsError() {
        Worker failing = () -> {
            throw new IllegalArgumentException("queue is gone");
        };
        Worker other = () -> 1;

        assertThatThrownBy(() -> new Load(List.of(other, failing)).run(LONG, LONG))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("queue is gone");
    }

    @Test
    void whatIsNotToBeCountedIsNotCounted() throws Exception {
        Worker idle = () -> Worker.NOT_COUNTED;

        Measurement measurement = new Load(List.of(idle)).run(Duration.ZERO, Duration.ofMillis(1));

        assertThat(measurement.operations()).isZero();
        assertThat(measurement.cpuMicrosPerOperation()).isZero();
    }

    @Test
    void aTransactionCountsAsItsMessages() throws Exception {
        Worker transaction = new Worker() {
            @Override
            public long once() {
                return 1;
            }

            @Override
            public int operations() {
                return 100;
            }
        };

        Measurement measurement = new Load(List.of(transaction)).run(Duration.ZERO, Duration.ofMillis(1));

        assertThat(measurement.operations() % 100).isZero();
        assertThat(measurement.p50Nanos()).isEqualTo(1);
    }
}
