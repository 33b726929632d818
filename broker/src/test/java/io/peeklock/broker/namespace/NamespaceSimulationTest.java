/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.runtime.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever happens to a namespace, its users can rely on what they were told, and in the end everything goes on. */
class NamespaceSimulationTest {
    private static final int RUNS = 200;
    private static final int STEPS = 400;

    @Test
    @Tag("L2")
    @Tag("L6")
    @Tag("L10")
    @Tag("L13")
    @Tag("N1")
    @Tag("P6")
    @Tag("P8")
    @Tag("U1")
    void whatWasPromisedHolds() {
        Seeds.run(RUNS, seed -> {
            BusSimulation simulation = new BusSimulation(seed);
            for (int step = 0; step < STEPS; step++) {
                simulation.step();
            }
            simulation.heal();
        });
    }
}
