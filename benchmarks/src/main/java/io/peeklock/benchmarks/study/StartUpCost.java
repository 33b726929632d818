/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.study;

import io.peeklock.benchmarks.process.ChildResult;
import io.peeklock.benchmarks.process.Footprint;
import io.peeklock.benchmarks.process.ResourceUse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one start of a provider cost.
 *
 * <p>Immutable.
 *
 * @param time to the first message received
 * @param first what it occupies then
 * @param used what it occupies some messages later
 * @param closeMs to close in good order
 * @param threadsLeft threads that were still there after that
 */
public record StartUpCost(Time time, Footprint first, Footprint used, long closeMs, long threadsLeft) {

    /**
     * What has passed.
     *
     * @param elapsedMs since the JVM was asked for
     * @param processorMs of all its threads, the compiler's included
     */
    public record Time(long elapsedMs, long processorMs) {

        private static final long NANOS_PER_MS = 1_000_000;

        static Time since(long askedForAtMs) throws IOException {
            return new Time(
                    System.currentTimeMillis() - askedForAtMs, ResourceUse.now().cpuNanos() / NANOS_PER_MS);
        }
    }

    public Map<String, Long> toFields() {
        Map<String, Long> fields = new LinkedHashMap<>();
        fields.put("firstMessage", time.elapsedMs());
        fields.put("processor", time.processorMs());
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

    public static StartUpCost of(ChildResult result) {
        return new StartUpCost(
                new Time(result.get("firstMessage"), result.get("processor")),
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
