/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import java.util.Random;

/**
 * What a power cut keeps of that which was never synced.
 *
 * <p>Immutable.
 *
 * @param keeps how much
 * @param seed decides for the random ones; the same seed keeps the same
 */
public record Crash(Keeps keeps, long seed) {

    /** How much of the unsynced survives. */
    public enum Keeps {
        /** Nothing: the worst that a correct disk does. */
        NOTHING,
        /** Everything: as if the process had been killed, but not the machine. */
        EVERYTHING,
        /** Any of the unsynced 512-byte sectors and directory changes, each by chance. */
        RANDOM,
        /** Each file's first unsynced sectors and the first directory changes, cut at a sector by chance. */
        TORN
    }

    public static Crash keepNothing() {
        return new Crash(Keeps.NOTHING, 0);
    }

    public static Crash keepEverything() {
        return new Crash(Keeps.EVERYTHING, 0);
    }

    public static Crash keepRandom(long seed) {
        return new Crash(Keeps.RANDOM, seed);
    }

    public static Crash tear(long seed) {
        return new Crash(Keeps.TORN, seed);
    }

    /** Of seeds that are close to each other {@link Random} alone would draw the same first numbers. */
    Random random() {
        return new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /** Decides for a row of unsynced things, in the order in which they were done, which of them survive. */
    boolean[] survivors(int count, Random random) {
        boolean[] survives = new boolean[count];
        int cut = keeps == Keeps.TORN ? random.nextInt(count + 1) : 0;
        for (int i = 0; i < count; i++) {
            survives[i] = switch (keeps) {
                case NOTHING -> false;
                case EVERYTHING -> true;
                case RANDOM -> random.nextBoolean();
                case TORN -> i < cut;
            };
        }
        return survives;
    }
}
