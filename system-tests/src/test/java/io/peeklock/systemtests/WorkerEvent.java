/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import java.util.Arrays;
import java.util.List;

/**
 * One line of what a worker process says it does.
 *
 * <p>Immutable; any thread.
 *
 * @param kind what
 * @param ids of which messages
 * @param deliveryCount of a message that was got, else 0
 * @param partition of a message that was got, else 0
 */
record WorkerEvent(Kind kind, List<String> ids, int deliveryCount, int partition) {

    /** What a worker says. The first of each pair is said before the call, the second when it has returned. */
    enum Kind {
        STARTED,
        OPEN,
        SENDING,
        SENT,
        GOT,
        ACKNOWLEDGING,
        ACKNOWLEDGED,
        RECOVERED
    }

    static WorkerEvent of(Kind kind, List<String> ids) {
        return new WorkerEvent(kind, List.copyOf(ids), 0, 0);
    }

    static WorkerEvent got(String id, int deliveryCount, long sequenceNumber) {
        return new WorkerEvent(Kind.GOT, List.of(id), deliveryCount, (int) (sequenceNumber >>> 48));
    }

    String format() {
        return kind + " " + deliveryCount + " " + partition + " " + String.join(",", ids);
    }

    static WorkerEvent parse(String line) {
        String[] fields = line.split(" ", -1);
        List<String> ids = fields[3].isEmpty() ? List.of() : Arrays.asList(fields[3].split(","));
        return new WorkerEvent(Kind.valueOf(fields[0]), ids, Integer.parseInt(fields[1]), Integer.parseInt(fields[2]));
    }
}
