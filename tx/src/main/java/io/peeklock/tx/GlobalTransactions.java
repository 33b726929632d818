/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The global transactions of one opened namespace in this process, whatever sessions work in them and whoever manages them (rule
 * X5). One for all connections, so that the branches of a global transaction find each other.
 *
 * <p>Thread safe.
 */
public final class GlobalTransactions {
    /** The bus ends an operation at its time-out by itself; this is for the answer to come through. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Namespace namespace;
    private final TransactionSettings settings;
    private final TransactionTimer timer;
    private final Branches branches;

    /**
     * @param settings limits of each branch; its time-out counts for branches whose transaction manager sets none
     * @param timer ends what is left open
     */
    public GlobalTransactions(Namespace namespace, TransactionSettings settings, TransactionTimer timer) {
        this(namespace, settings, timer, () -> {});
    }

    /** @param onIdle run whenever {@link #isIdle} becomes true, on any thread; must not block */
    public GlobalTransactions(
            Namespace namespace, TransactionSettings settings, TransactionTimer timer, Runnable onIdle) {
        this(namespace, settings, timer, new Branches(namespace, onIdle));
    }

    private GlobalTransactions(
            Namespace namespace, TransactionSettings settings, TransactionTimer timer, Branches branches) {
        this.namespace = namespace;
        this.settings = settings;
        this.timer = timer;
        this.branches = branches;
    }

    /**
     * The same, for a user of the same namespace, who may do what this view of it lets pass (rule Q6). Resources of two views are
     * not the same resource manager: what one stages the other is not to commit.
     */
    public GlobalTransactions on(Namespace view) {
        return new GlobalTransactions(view, settings, timer, branches);
    }

    /** The same, for a user who has other limits. */
    public GlobalTransactions within(TransactionSettings limits) {
        return new GlobalTransactions(namespace, limits, timer, branches);
    }

    /** What a session enlists with a transaction manager: one for each session, for its whole life. */
    public BusXAResource resource(BranchListener listener) {
        return new BusXAResource(
                this,
                listener,
                Waiting.atMost(namespace.config().operationTimeout().plus(GRACE)));
    }

    /** Whether no branch that began in this process is open, or prepared and not ended. */
    public boolean isIdle() {
        return branches.isIdle();
    }

    Namespace namespace() {
        return namespace;
    }

    TransactionSettings settings() {
        return settings;
    }

    Branches branches() {
        return branches;
    }

    /** Begins a branch; null if there is one of the name. */
    @Nullable
    Branch begin(BranchXid xid, TransactionSettings limits) {
        return branches.begin(xid, limits, pin -> new Branch(xid, namespace, limits, timer, pin, branches));
    }
}
