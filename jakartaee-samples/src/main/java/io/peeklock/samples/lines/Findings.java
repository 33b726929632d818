/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.util.List;
import java.util.SortedMap;

/**
 * What became of the lines.
 *
 * <p>Immutable; any thread.
 *
 * @param sent how many were sent
 * @param lost lines that ended nowhere
 * @param completedTwice lines that were acknowledged twice, or acknowledged and dead-lettered
 * @param cameBack lines that were delivered again after they had been acknowledged
 * @param changed lines whose text was not what was sent
 * @param unknown entries about lines that were never sent
 * @param inDoubt lines whose acknowledge was under way at the kill
 * @param scatteredKeys keys whose lines were in more than one partition
 * @param partitions counts of each partition; those of lines that nobody received are under {@link #NOWHERE}
 */
record Findings(
        int sent,
        List<Integer> lost,
        List<Integer> completedTwice,
        List<Integer> cameBack,
        List<Integer> changed,
        List<Integer> unknown,
        List<InDoubt> inDoubt,
        List<String> scatteredKeys,
        SortedMap<Integer, Counts> partitions) {

    /**
     * A line whose acknowledge was under way when its process was killed.
     *
     * @param line its number
     * @param cameAgain whether it was delivered again: the acknowledge had not reached the disk. If not, it had.
     */
    record InDoubt(int line, boolean cameAgain) {}

    /** Stands for the partition of lines that nobody ever received. */
    static final int NOWHERE = -1;

    /**
     * Counts of one partition, or of all.
     *
     * @param sent lines that lie in it
     * @param received deliveries
     * @param redelivered deliveries after the first
     * @param completed acknowledges that succeeded
     * @param deadLettered lines found in the dead-letter queue
     */
    record Counts(int sent, int received, int redelivered, int completed, int deadLettered) {

        static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    sent + other.sent,
                    received + other.received,
                    redelivered + other.redelivered,
                    completed + other.completed,
                    deadLettered + other.deadLettered);
        }
    }

    /** Whether every line ended, once, where it should, as it was sent. */
    boolean good() {
        return lost.isEmpty()
                && completedTwice.isEmpty()
                && cameBack.isEmpty()
                && changed.isEmpty()
                && unknown.isEmpty()
                && scatteredKeys.isEmpty();
    }

    Counts total() {
        return partitions.values().stream().reduce(Counts.NONE, Counts::plus);
    }
}
