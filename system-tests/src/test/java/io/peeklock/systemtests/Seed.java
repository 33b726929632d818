/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Where the randomness of a test comes from: {@code -Dpeeklock.seed=...}, or chance.
 *
 * <p>Has no state; any thread.
 */
public final class Seed {

    private static final String PROPERTY = "peeklock.seed";

    private Seed() {}

    public static long next() {
        Long given = Long.getLong(PROPERTY);
        return given != null ? given : ThreadLocalRandom.current().nextLong();
    }

    /** For a failure's message: how to run it again. */
    public static String describe(long seed) {
        return "-D" + PROPERTY + "=" + seed;
    }
}
