/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.PartitionHealth;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which partitions of a simulated bus have failed since somebody looked, also if they serve again by now: locks and
 * volatile messages have ended with them.
 *
 * <p>Not thread safe.
 */
final class FailedPartitions {
    private final BusExpectations expected;
    /** How often the journal of each had been opened when somebody looked last. */
    private final Map<Integer, Integer> opened = new HashMap<>();
    /** Of what comes from these nobody knows whether it came before or after they were opened again. */
    private final Set<Integer> reopened = new HashSet<>();

    FailedPartitions(BusExpectations expected) {
        this.expected = expected;
    }

    void look(TestBus bus) {
        for (PartitionHealth health : bus.namespace.health()) {
            int partition = health.partition();
            int times = bus.store().opened(partition);
            Integer before = opened.put(partition, times);
            if (before != null && times > before) {
                reopened.add(partition);
            }
            if (reopened.contains(partition) || health.state() == PartitionHealth.State.FAILED) {
                expected.partitionFailed(partition);
            }
        }
    }

    /** Something comes from this partition. */
    void comes(int partition) {
        if (reopened.contains(partition)) {
            expected.partitionFailed(partition);
        }
    }

    /** All that had come is known now. */
    void allCame() {
        reopened.clear();
    }

    /** The process has ended. */
    void forget() {
        opened.clear();
        reopened.clear();
    }
}
