/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.runtime.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A transaction over several partitions is whole or not there, whatever fails and whenever the process ends. */
@Tag("X4")
@Tag("X5")
class SpanningSimulationTest {
    private static final int HISTORIES = 150;
    private static final int STEPS = 150;

    @Test
    void everyTransactionIsWholeOrNotThere() {
        Seeds.run(HISTORIES, seed -> new SpanningSimulation(seed, false).run(STEPS));
    }

    @Test
    void everyTransactionIsWholeOrNotThereWhereDriversStop() {
        Seeds.run(HISTORIES, seed -> new SpanningSimulation(seed, true).run(STEPS));
    }
}
