/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.runtime.BusRuntime;
import io.peeklock.journal.JournalStore;

/**
 * What all partitions of a namespace share.
 *
 * @param store where the journals are
 * @param runtime time, chance and threads
 * @param profile which defaults hold
 * @param budget memory of the namespace
 * @param exchange the way from one to the others
 * @param expireWholeSessions whether the first message of a session takes those behind it with it (rule T9)
 */
public record PartitionSettings(
        JournalStore store,
        BusRuntime runtime,
        Profile profile,
        MemoryBudget budget,
        Exchange exchange,
        boolean expireWholeSessions) {

    /** Of a partition that forwards nothing. */
    public PartitionSettings(JournalStore store, BusRuntime runtime, Profile profile, MemoryBudget budget) {
        this(store, runtime, profile, budget, new Exchange(store.partitions()), false);
    }
}
