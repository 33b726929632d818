/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one round of one workload on one contestant gave.
 *
 * <p>Immutable.
 *
 * @param operations operations that ended while it was measured
 * @param nanos how long that was
 * @param p50Nanos median latency of an operation
 * @param p99Nanos latency that one of a hundred exceeded
 * @param use what the process used meanwhile
 */
public record Measurement(long operations, long nanos, long p50Nanos, long p99Nanos, ResourceUse use) {

    public double perSecond() {
        return operations * 1e9 / nanos;
    }

    public double allocatedBytesPerOperation() {
        return perOperation(use.allocatedBytes());
    }

    public double cpuMicrosPerOperation() {
        return perOperation(use.cpuNanos()) / 1e3;
    }

    public double writtenBytesPerOperation() {
        return perOperation(use.writtenBytes());
    }

    private double perOperation(long amount) {
        return operations == 0 ? 0 : (double) amount / operations;
    }

    /** As the process that measured hands it to the one that asked. */
    public Map<String, Long> toFields() {
        Map<String, Long> fields = new LinkedHashMap<>();
        fields.put("operations", operations);
        fields.put("nanos", nanos);
        fields.put("p50", p50Nanos);
        fields.put("p99", p99Nanos);
        fields.put("allocated", use.allocatedBytes());
        fields.put("cpu", use.cpuNanos());
        fields.put("written", use.writtenBytes());
        return fields;
    }

    public static Measurement of(ChildResult result) {
        return new Measurement(
                result.get("operations"),
                result.get("nanos"),
                result.get("p50"),
                result.get("p99"),
                new ResourceUse(result.get("allocated"), result.get("cpu"), result.get("written")));
    }
}
