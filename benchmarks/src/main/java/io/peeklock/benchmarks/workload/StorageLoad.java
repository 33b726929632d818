/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

/**
 * What a storage without a provider does in place of a workload: blocking synced writes, one after the other in each
 * thread.
 *
 * <p>Immutable.
 *
 * @param threads threads that write
 * @param journals journals that they are spread over
 * @param unit what a thread does in one turn
 * @param records records of a turn; more than one are in one transaction. Of {@link Unit#FAN_OUT} each has a further thread
 *     that deletes it
 * @param bodyBytes size of a message's body; a record has it and what goes with it
 */
public record StorageLoad(int threads, int journals, Unit unit, int records, int bodyBytes) {

    /** The synced writes of a turn. */
    public enum Unit {
        NOTHING(""),
        ADD("a synced add"),
        ADD_AND_DELETE("a synced add and then its synced delete"),
        PREPARE_AND_COMMIT("a transaction of an add and a delete, its prepare synced and its commit"),
        /** Threads that add, others that delete. */
        FAN_OUT("a transaction of %d adds with a synced commit");

        private final String description;

        Unit(String description) {
            this.description = description;
        }
    }

    /** Of a workload that leaves nothing on the disk, or that says nothing about a storage. */
    static final StorageLoad NOTHING = new StorageLoad(0, 0, Unit.NOTHING, 0, 0);

    static StorageLoad of(int threads, Unit unit) {
        return new StorageLoad(threads, 1, unit, 1, Workloads.BODY_BYTES);
    }

    public boolean isNothing() {
        return unit == Unit.NOTHING;
    }

    public boolean deletes() {
        return unit == Unit.ADD_AND_DELETE;
    }

    /** For a reader of the results. */
    public String description() {
        if (isNothing()) {
            return "";
        }
        String turn = unit.description;
        if (unit == Unit.FAN_OUT) {
            return "The storage alone: %s, each %s, and %s, each the synced delete of its own ones, one by one, an operation."
                    .formatted(count(threads, "thread"), turn.formatted(records), count(records, "further thread"));
        }
        if (records > 1) {
            turn = (deletes()
                                    ? "a transaction of %d adds and then one of their deletes, each"
                                    : "a transaction of %d adds,")
                            .formatted(records)
                    + " with a synced commit";
        }
        return "The storage alone: " + count(threads, "thread") + (journals > 1 ? " on as many journals" : "")
                + ", each " + turn
                + (unit == Unit.ADD && records == 1
                        ? " an operation."
                        : ", together " + (records > 1 ? records + " operations." : "an operation."));
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
