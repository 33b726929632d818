/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

/**
 * Chooses the lines that every consumer refuses, evenly over the input.
 *
 * <p>Immutable; any thread.
 *
 * @param lines lines of the input
 * @param count how many of them to refuse, at most, and at most a tenth of all
 */
record Refusals(int lines, int count) {

    /** How many there are: fewer than asked for if the input is short. */
    int actual() {
        return Math.min(lines / 10, count);
    }

    /** Whether the line, counted from 1, is refused. */
    boolean include(int line) {
        return step(line) != step(line - 1);
    }

    private long step(int line) {
        return (long) line * actual() / lines;
    }
}
