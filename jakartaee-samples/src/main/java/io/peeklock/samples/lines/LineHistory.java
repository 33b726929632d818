/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.util.Arrays;

/**
 * What the side logs say about every line, in a few numbers a line.
 *
 * <p>Not thread safe. Entries may come in any order: their stamps order them.
 */
final class LineHistory {

    private final long[] lastReceived;
    private final long[] lastIntent;
    private final long[] firstDone;
    private final int[] intents;
    private final int[] dones;
    private final int[] deads;
    private final short[] partition;

    /** A history without entries of the lines 1 to {@code lines}. */
    LineHistory(int lines) {
        lastReceived = new long[lines + 1];
        lastIntent = new long[lines + 1];
        firstDone = new long[lines + 1];
        intents = new int[lines + 1];
        dones = new int[lines + 1];
        deads = new int[lines + 1];
        partition = new short[lines + 1];
        Arrays.fill(firstDone, Long.MAX_VALUE);
        Arrays.fill(partition, (short) Findings.NOWHERE);
    }

    /** Whether the line is one of the input's. */
    boolean knows(int line) {
        return line >= 1 && line <= lines();
    }

    int lines() {
        return lastReceived.length - 1;
    }

    void add(SideLogEntry entry) {
        int line = entry.line();
        if (partition[line] == Findings.NOWHERE) {
            partition[line] = (short) entry.partition();
        }
        switch (entry.kind()) {
            case RECEIVED -> lastReceived[line] = Math.max(lastReceived[line], entry.stamp());
            case INTENT -> {
                lastIntent[line] = Math.max(lastIntent[line], entry.stamp());
                intents[line]++;
            }
            case DONE -> {
                firstDone[line] = Math.min(firstDone[line], entry.stamp());
                dones[line]++;
            }
            case DEAD -> deads[line]++;
        }
    }

    /** The partition it came from first, {@link Findings#NOWHERE} if it never came. */
    int partition(int line) {
        return partition[line];
    }

    boolean completed(int line) {
        return dones[line] > 0;
    }

    boolean deadLettered(int line) {
        return deads[line] > 0;
    }

    /** Two acknowledges succeeded, or one did and the line was dead-lettered besides. */
    boolean completedTwice(int line) {
        return dones[line] + deads[line] > 1;
    }

    /** It was delivered once more after its {@code acknowledge()} had returned. */
    boolean cameBack(int line) {
        return completed(line) && lastReceived[line] > firstDone[line];
    }

    /** An {@code acknowledge()} began of which nobody knows whether it succeeded. */
    boolean inDoubt(int line) {
        return intents[line] > dones[line];
    }

    /** It was delivered again after the last {@code acknowledge()} that began. */
    boolean receivedAfterIntent(int line) {
        return lastReceived[line] > lastIntent[line];
    }

    /** It has ended nowhere: nobody completed it, or may have, after its last delivery, if it had any. */
    boolean lost(int line) {
        boolean mayBeCompleted = inDoubt(line) && !receivedAfterIntent(line);
        return !completed(line) && !deadLettered(line) && !mayBeCompleted;
    }
}
