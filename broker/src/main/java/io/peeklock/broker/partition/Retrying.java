/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Says when dead letters are tried again for which their destination was full: some of them at a time, and ever later as long as
 * none goes (rule D5).
 *
 * <p>Owned by the partition's driver; not thread safe. Nothing of it is kept: after a load all of them are tried anyway.
 */
final class Retrying {
    static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** A trial ends when so many were refused: each may have to be read from the swap, and written to another partition. */
    static final int REFUSED_PER_TRIAL = 1000;

    private static final int LONGEST_PAUSE_SHIFT = 6;

    /** Of one sub-queue. */
    private static final class Trial {
        /** That went by without anything having gone. */
        private int pauses;

        private int refused;
        private boolean isOver;
        private long againNanos;

        private void isOver(long nanos) {
            long pause = Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(pauses++, LONGEST_PAUSE_SHIFT));
            isOver = true;
            againNanos = nanos + pause;
        }
    }

    private final PartitionState state;
    private final Map<SubQueue, Trial> trials = new LinkedHashMap<>();

    Retrying(PartitionState state) {
        this.state = state;
    }

    /** The destination was full for one of these letters. */
    void refused(Round round, SubQueue letters) {
        Trial trial = trials.computeIfAbsent(letters, none -> new Trial());
        if (!trial.isOver) {
            if (round.nanos - trial.againNanos > LONGEST_PAUSE_NANOS) {
                // What was before has nothing to do with it.
                trial.pauses = 0;
            }
            trial.refused = 0;
            trial.isOver(round.nanos);
            state.deadlines.lockUntil(trial.againNanos);
        }
        trial.refused++;
    }

    /** One of these letters went: there is room again. */
    void went(Round round, SubQueue letters) {
        Trial trial = trials.get(letters);
        if (trial != null) {
            trial.pauses = 0;
            long soon = round.nanos + FIRST_PAUSE_NANOS;
            if (trial.isOver && trial.againNanos - soon > 0) {
                trial.againNanos = soon;
                state.deadlines.lockUntil(soon);
            }
        }
    }

    /** Whether so many of these letters were refused that the others wait for the next trial. */
    boolean rests(SubQueue letters) {
        Trial trial = trials.get(letters);
        return trial != null && trial.isOver && trial.refused >= REFUSED_PER_TRIAL;
    }

    /** All of them are tried at once, for another reason. */
    void forget(SubQueue letters) {
        trials.remove(letters);
    }

    /** Time has passed: tries what is due. */
    void tick(Round round) {
        trials.keySet().removeIf(letters -> letters.fragment.gone || letters.forwardTo() == null);
        trials.forEach((letters, trial) -> {
            if (trial.isOver && trial.againNanos - round.nanos <= 0) {
                again(round, letters, trial);
            }
            if (trial.isOver) {
                state.deadlines.lockUntil(trial.againNanos);
            }
        });
    }

    /** One trial goes on where the last one ended, so that each letter has its turn; behind the last of them all begin anew. */
    private static void again(Round round, SubQueue letters, Trial trial) {
        MessageEntry next = letters.nextToForward();
        while (next != null && letters.takeStaysHere(next)) {
            letters.refused(next);
            next = letters.nextToForward();
        }
        trial.refused = 0;
        trial.isOver = false;
        if (next == null) {
            letters.tryAgain();
        } else {
            // Also if no room is missing for those that are left, there was none for others.
            trial.isOver(round.nanos);
        }
        round.touched.add(letters);
    }
}
