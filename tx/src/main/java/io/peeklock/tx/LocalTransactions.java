/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.Namespace;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Begins the local transactions of one namespace.
 *
 * <p>Thread safe; what it begins is not.
 */
public final class LocalTransactions {

    private final Namespace namespace;
    private final TransactionSettings settings;
    private final TransactionTimer timer;
    private final AtomicInteger nextPartition;

    /**
     * @param settings limits of the transactions
     * @param timer used only when the settings have a time-out
     */
    public LocalTransactions(Namespace namespace, TransactionSettings settings, TransactionTimer timer) {
        this(namespace, settings, timer, new AtomicInteger());
    }

    private LocalTransactions(
            Namespace namespace, TransactionSettings settings, TransactionTimer timer, AtomicInteger nextPartition) {
        this.namespace = namespace;
        this.settings = settings;
        this.timer = timer;
        this.nextPartition = nextPartition;
    }

    /** Those of a user of the same namespace, who may do what this view of it lets pass (rule Q6). */
    public LocalTransactions on(Namespace view) {
        return new LocalTransactions(view, settings, timer, nextPartition);
    }

    /** Those of a user of the same namespace who has other limits. */
    public LocalTransactions within(TransactionSettings limits) {
        return new LocalTransactions(namespace, limits, timer, nextPartition);
    }

    /** A new transaction. It costs nothing until it has work; its time-out runs from the first operation (rule X2). */
    public LocalTransaction begin() {
        return begin(() -> {});
    }

    /**
     * A new transaction whose user wants to hear of it when it is rolled back because its time is over (rule X2).
     *
     * @param onTimeout called once at most, on the timer's thread, when it is rolled back; must not block
     */
    public LocalTransaction begin(Runnable onTimeout) {
        return new LocalTransaction(namespace, settings, timer, this::nextPartition, onTimeout);
    }

    /** Where a transaction without any key goes: round robin (rule P6). */
    private int nextPartition() {
        return Math.floorMod(nextPartition.getAndIncrement(), namespace.partitions());
    }
}
