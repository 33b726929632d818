/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.runtime.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactions over several partitions happen whole or not, whatever partition fails and whenever the process ends. */
class BranchSimulationTest {
    private static final int HISTORIES = 200;
    private static final int STEPS = 250;

    @Test
    @Tag("X4")
    @Tag("X5")
    void everyTransactionHappensWholeOrNotAndAsWasSaidOfIt() {
        Seeds.run(HISTORIES, seed -> new BranchSimulation(seed).run(STEPS));
    }
}
