/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
