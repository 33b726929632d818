/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.runtime.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a load gives is the live state: after any prefix of any history, compacted or not. */
class PartitionHistorySimulationTest {
    private static final int HISTORIES = 160;
    private static final int STEPS = 100;

    @Test
    @Tag("L13")
    @Tag("N1")
    void survivorsOfAJournalAreTheDurableState() {
        Seeds.run(HISTORIES, seed -> {
            RandomPartition partition = new RandomPartition(seed);
            for (int step = 0; step < STEPS; step++) {
                partition.step();
                if (step % 5 == 0) {
                    partition.compareSomePrefix();
                }
            }
        });
    }
}
