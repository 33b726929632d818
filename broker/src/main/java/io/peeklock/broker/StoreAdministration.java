/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The state of the store under a namespace: its partitions and their health.
 *
 * <p>Thread safe. Futures fail and complete as those of {@link Namespace}.
 */
public interface StoreAdministration {

    /**
     * The state of every partition, and, under index -1, of the journal of definitions if nothing can be created, changed
     * or deleted.
     */
    List<PartitionHealth> health();

    /** The namespace at a glance: what is defined, what memory it uses, what is in each partition and its journal. */
    CompletableFuture<NamespaceStatistics> statistics();

    /**
     * What is odd about how and where the namespace was opened, in sentences for a person: a store on a network file system,
     * an operation time-out of 15 s or less. Empty if nothing. Each was logged when it was opened.
     */
    List<String> warnings();

    /**
     * Loads a failed partition again from its journal, the others going on meanwhile.
     *
     * @param partition its index, or -1 for the journal of definitions
     */
    CompletableFuture<PartitionHealth> reopen(int partition);
}
