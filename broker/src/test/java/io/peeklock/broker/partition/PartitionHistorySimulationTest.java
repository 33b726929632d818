/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a load gives is the live state: after any prefix of any history, compacted or not. */
class PartitionHistorySimulationTest {
    private static final int HISTORIES = 40;
    private static final int STEPS = 100;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @Tag("L13")
    @Tag("N1")
    void survivorsOfAJournalAreTheDurableState(long group) {
        for (long seed = group * 1_000_000; seed < group * 1_000_000 + HISTORIES; seed++) {
            history(seed);
        }
    }

    private static void history(long seed) {
        try {
            RandomPartition partition = new RandomPartition(seed);
            for (int step = 0; step < STEPS; step++) {
                partition.step();
                if (step % 5 == 0) {
                    partition.compareSomePrefix();
                }
            }
        } catch (Exception | AssertionError e) {
            fail("seed " + seed, e);
        }
    }
}
