/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one start of a provider cost.
 *
 * <p>Immutable.
 *
 * @param firstMessageMs from the moment the JVM was asked for to the first message received
 * @param first what it occupies then
 * @param used what it occupies some messages later
 * @param closeMs to close in good order
 * @param threadsLeft threads that were still there after that
 */
record StartUpCost(long firstMessageMs, Footprint first, Footprint used, long closeMs, long threadsLeft) {

    Map<String, Long> toFields() {
        Map<String, Long> fields = new LinkedHashMap<>();
        fields.put("firstMessage", firstMessageMs);
        put(fields, "first.", first);
        put(fields, "used.", used);
        fields.put("close", closeMs);
        fields.put("threadsLeft", threadsLeft);
        return fields;
    }

    private static void put(Map<String, Long> fields, String prefix, Footprint footprint) {
        fields.put(prefix + "resident", footprint.residentKiB());
        fields.put(prefix + "threads", footprint.threads());
        fields.put(prefix + "disk", footprint.diskKiB());
    }

    static StartUpCost of(ChildResult result) {
        return new StartUpCost(
                result.get("firstMessage"),
                footprint(result, "first."),
                footprint(result, "used."),
                result.get("close"),
                result.get("threadsLeft"));
    }

    private static Footprint footprint(ChildResult result, String prefix) {
        return new Footprint(
                result.get(prefix + "resident"), result.get(prefix + "threads"), result.get(prefix + "disk"));
    }
}
