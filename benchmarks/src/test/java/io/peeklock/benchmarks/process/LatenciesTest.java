/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.api.Test;

final class LatenciesTest {

    private static final double BUCKET_WIDTH_PERCENT = 100.0 / 32;

    private final Latencies latencies = new Latencies();

    @Test
    void quantilesLieWithinABucketOfTheExactOnes() {
        for (int i = 1; i <= 100_000; i++) {
            latencies.record(i * 1_000L);
        }

        assertThat(latencies.total()).isEqualTo(100_000);
        assertThat(latencies.quantile(0.5)).isCloseTo(50_000_000, withPercentage(BUCKET_WIDTH_PERCENT));
        assertThat(latencies.quantile(0.99)).isCloseTo(99_000_000, withPercentage(BUCKET_WIDTH_PERCENT));
    }

    @Test
    void smallAndHugeLatenciesAreCounted() {
        latencies.record(0);
        latencies.record(7);
        latencies.record(Long.MAX_VALUE);

        assertThat(latencies.quantile(0.5)).isEqualTo(7);
        assertThat(latencies.quantile(1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void mergedOnesCountTogether() {
        Latencies other = new Latencies();
        latencies.record(10);
        other.record(20);
        other.record(21);

        latencies.add(other);

        assertThat(latencies.total()).isEqualTo(3);
        assertThat(latencies.quantile(0.5)).isEqualTo(20);
    }

    @Test
    void withoutAnyTheQuantileIsZero() {
        assertThat(latencies.quantile(0.5)).isZero();
    }
}
