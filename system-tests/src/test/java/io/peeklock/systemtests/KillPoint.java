/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

/**
 * Where a process ends itself: at one of the batches that one partition appends from some moment on.
 *
 * @param partition the partition
 * @param batch which of its batches, 1 for the first; 0 for nowhere
 * @param moment when
 */
record KillPoint(int partition, int batch, Moment moment) {
    static final KillPoint NOWHERE = new KillPoint(0, 0, Moment.BEFORE);

    /** When, seen from the batch. */
    enum Moment {
        /** It was not given to the journal yet. */
        BEFORE,
        /** The journal has it; whether the disk has it nobody knows. */
        APPENDED,
        /** It is on the disk, and the partition has not heard of it. */
        DURABLE,
        /** The partition has heard of it, and done what follows from it on this thread. */
        HEARD
    }

    static KillPoint parse(String text) {
        String[] parts = text.split("/", -1);
        return new KillPoint(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Moment.valueOf(parts[2]));
    }

    /** {@link #parse} reads it. */
    @Override
    public String toString() {
        return partition + "/" + batch + "/" + moment;
    }
}
