/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a namespace, its users can rely on what they were told, and in the end everything goes on. */
class NamespaceSimulationTest {
    private static final int RUNS = 50;
    private static final int STEPS = 400;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @Tag("L2")
    @Tag("L6")
    @Tag("L10")
    @Tag("L13")
    @Tag("N1")
    @Tag("P6")
    @Tag("P8")
    void whatWasPromisedHolds(long group) {
        for (long seed = group * 1_000_000; seed < group * 1_000_000 + RUNS; seed++) {
            run(seed);
        }
    }

    private static void run(long seed) {
        try {
            BusSimulation simulation = new BusSimulation(seed);
            for (int step = 0; step < STEPS; step++) {
                simulation.step();
            }
            simulation.heal();
        } catch (RuntimeException | AssertionError e) {
            fail("seed " + seed, e);
        }
    }
}
