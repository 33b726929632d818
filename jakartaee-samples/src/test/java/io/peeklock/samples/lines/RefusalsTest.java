/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which lines are refused.
 *
 * <p>Not thread safe.
 */
final class RefusalsTest {

    @ParameterizedTest
    @CsvSource({"100, 3, 3", "100, 0, 0", "30, 3, 3", "29, 3, 2", "9, 1, 0", "5000000, 1000, 1000"})
    void areAsManyAsAskedForButATenthOfTheLinesAtMost(int lines, int asked, int expected) {
        Refusals refusals = new Refusals(lines, asked);
        assertThat(IntStream.rangeClosed(1, lines).filter(refusals::include).count())
                .isEqualTo(expected)
                .isEqualTo(refusals.actual());
    }
}
