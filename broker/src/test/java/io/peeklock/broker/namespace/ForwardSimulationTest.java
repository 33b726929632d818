/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.runtime.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A forward loses nothing and doubles nothing, whatever partition fails and whenever the process ends. */
class ForwardSimulationTest {
    private static final int HISTORIES = 150;
    private static final int STEPS = 120;

    @Test
    @Tag("W1")
    @Tag("D5")
    void everyMessageIsInOnePlace() {
        Seeds.run(HISTORIES, seed -> new ForwardSimulation(seed, false).run(STEPS));
    }

    @Test
    @Tag("W1")
    void noMessageIsInTwoPlacesWhereDestinationsAreDeleted() {
        Seeds.run(HISTORIES, seed -> new ForwardSimulation(seed, true).run(STEPS));
    }
}
