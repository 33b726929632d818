/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageFilter;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far each filter has looked in one sub-queue. Equal filters look once for all who use them, and what they have
 * passed over is remembered for those who come with the same one: frameworks open a consumer for each receive.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class FilterScans {
    /** Scans that nobody uses and that are remembered; the one that was used least recently is forgotten. */
    static final int MAX_IDLE = 32;
    /** A scan that has passed over fewer is soon done again. */
    static final int WORTH_REMEMBERING = 256;

    /** Those that nobody uses in the order in which they were left. */
    private final Map<MessageFilter, FilterScan> scans = new LinkedHashMap<>();

    /** Of every priority, the first number that no scan has passed: what becomes ready from there on is new to all. */
    private final long[] unpassed = new long[SubQueue.PRIORITIES];
    /** What has come back and is ready, by priority: of anything else no scan has to know that it leaves. */
    private final @Nullable SequenceSet[] returned = new @Nullable SequenceSet[SubQueue.PRIORITIES];

    private long visits;
    private int idle;

    /** The scan of this filter, until {@link #leave}. */
    FilterScan use(MessageFilter filter) {
        FilterScan scan = scans.get(filter);
        if (scan == null) {
            scan = new FilterScan(filter, unpassed);
            scans.put(filter, scan);
        } else if (!scan.isUsed()) {
            idle--;
        }
        scan.addUser();
        return scan;
    }

    void leave(FilterScan scan) {
        scan.removeUser();
        if (scan.isUsed()) {
            return;
        }
        scans.remove(scan.filter);
        if (scan.passedOver() >= WORTH_REMEMBERING) {
            scans.put(scan.filter, scan);
            if (++idle > MAX_IDLE) {
                forgetOldest();
            }
        }
    }

    private void forgetOldest() {
        for (Iterator<FilterScan> all = scans.values().iterator(); all.hasNext(); ) {
            if (!all.next().isUsed()) {
                all.remove();
                idle--;
                return;
            }
        }
    }

    /** Nothing is ready any more: there is nothing that could be passed over. */
    void forgetIdle() {
        if (idle > 0) {
            scans.values().removeIf(scan -> !scan.isUsed());
            idle = 0;
        }
    }

    void becameReady(MessageEntry entry) {
        if (scans.isEmpty() || entry.sequenceNumber >= unpassed[entry.priority]) {
            return;
        }
        SequenceSet back = returned[entry.priority];
        if (back == null) {
            back = new SequenceSet();
            returned[entry.priority] = back;
        }
        back.add(entry.sequenceNumber);
        visits += scans.size();
        scans.values().forEach(scan -> scan.becameReady(entry));
    }

    void left(MessageEntry entry) {
        SequenceSet back = returned[entry.priority];
        if (back != null && back.remove(entry.sequenceNumber)) {
            visits += scans.size();
            scans.values().forEach(scan -> scan.left(entry));
        }
    }

    /** How often a scan was told of a message. For tests: what every message costs where filters are many. */
    long visits() {
        return visits;
    }

    /** Scans that nobody uses and that are remembered. */
    int idle() {
        return idle;
    }
}
