/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import static org.assertj.core.api.Assertions.fail;

/**
 * Runs a simulation with one seed after the other, and says which one failed: {@code -Dpeeklock.seed} runs that one alone,
 * {@code -Dpeeklock.seeds} another number of them.
 *
 * <p>Stateless, thread safe.
 */
public final class Seeds {

    /** A simulation that fails by throwing. */
    public interface Simulation {
        void run(long seed) throws Exception;
    }

    private Seeds() {}

    /** Runs so many of them. */
    public static void run(int count, Simulation simulation) {
        Long only = Long.getLong("peeklock.seed");
        long first = only == null ? System.nanoTime() : only;
        int runs = only == null ? Integer.getInteger("peeklock.seeds", count) : 1;
        for (long seed = first; seed < first + runs; seed++) {
            try {
                simulation.run(seed);
            } catch (Exception | AssertionError e) {
                fail("to repeat it: -Dpeeklock.seed=" + seed, e);
            }
        }
    }
}
