/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.routing;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Spreads messages without a key over the fragments of an entity, one after the other (rule P6).
 *
 * <p>Thread safe; deterministic for calls one after the other.
 */
public final class RoundRobin {

    private final int fragments;

    /** Counts turns; the fragment is the rest of dividing it, unsigned, by their number. */
    private final AtomicInteger turn;

    /** Begins with the fragment that {@code seed} chooses, so that entities do not all begin with the same. */
    public RoundRobin(int fragments, int seed) {
        if (fragments <= 0) {
            throw new IllegalArgumentException("number of fragments " + fragments + " is not positive");
        }
        this.fragments = fragments;
        this.turn = new AtomicInteger(Math.floorMod(seed, fragments));
    }

    /**
     * The next fragment that can take a message, empty if none can. A skipped one loses its turn, so that its messages are
     * shared by all others and do not all fall to its neighbour.
     *
     * @param usable false for fragments that are unavailable, full, or were tried for this message
     */
    public OptionalInt next(IntPredicate usable) {
        int first = turn.getAndIncrement();
        for (int skipped = 0; skipped < fragments; skipped++) {
            int fragment = Integer.remainderUnsigned(first + skipped, fragments);
            if (usable.test(fragment)) {
                if (skipped > 0) {
                    // Only if nobody took a turn meanwhile: who did has seen the same fragments and skips for us.
                    turn.compareAndSet(first + 1, first + skipped + 1);
                }
                return OptionalInt.of(fragment);
            }
        }
        return OptionalInt.empty();
    }
}
