/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import io.peeklock.broker.Namespace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of this set-up, as stores remember it by its node id: tells whether a store knows another one, since whatever was
 * decided there is not in this one and would be rolled back.
 *
 * <p>Thread safe.
 */
final class TransactionLog {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionLog.class);
    private static final long WAIT_SECONDS = 30;

    private final String node;
    private final UUID id;
    private final Path directory;
    private final boolean accepting;
    /** Stores that were told to accept it. */
    private final Set<UUID> accepted = ConcurrentHashMap.newKeySet();
    /** Stores that knew none, as long as a start may be refused. */
    private final List<Namespace> newcomers = new CopyOnWriteArrayList<>();

    private volatile boolean started;
    /** What is wrong with each store that knows another one. */
    private final Map<UUID, String> strangers = new ConcurrentHashMap<>();

    /** @param accepting whether each store shall forget, once, which other one it knows */
    TransactionLog(String node, UUID id, Path directory, boolean accepting) {
        this.node = node;
        this.id = id;
        this.directory = directory;
        this.accepting = accepting;
    }

    /** Whether a store knows another one, as far as stores were asked. */
    boolean isForeign() {
        return !strangers.isEmpty();
    }

    /**
     * Of a start, when the stores were asked.
     *
     * @throws IllegalStateException if one knows another one; then those that knew none know none again
     */
    void requireKnown() {
        if (isForeign()) {
            newcomers.forEach(this::forget);
            throw new IllegalStateException(String.join("; ", strangers.values()));
        }
        started = true;
        newcomers.clear();
    }

    private void forget(Namespace store) {
        try {
            within(store.forgetTransactionLog(node));
        } catch (Exception e) {
            LOG.warn("Store {} goes on to know the log {} of the node id {}", store.id(), id, node, e);
        }
    }

    /** What that means for everything else that takes part in transactions. */
    String whyWithheld() {
        return "a store knows another log of the node id " + node
                + ", so what is prepared here may have been decided there too";
    }

    /**
     * Has a store remember this log.
     *
     * @throws ForeignLogException if it knows another one
     * @throws Exception if it cannot be asked now
     */
    void requireKnownTo(Namespace store) throws Exception {
        boolean isNew = !store.transactionLogs().containsKey(node);
        UUID known = within(store.rememberTransactionLog(node, id));
        if (isNew && !started && known.equals(id)) {
            newcomers.add(store);
        }
        if (!known.equals(id) && accepting && !accepted.contains(store.id())) {
            within(store.forgetTransactionLog(node));
            known = within(store.rememberTransactionLog(node, id));
            accepted.add(store.id());
        }
        if (known.equals(id)) {
            strangers.remove(store.id());
            return;
        }
        String why = "the store knows the log " + known + " of the node id " + node + ", and that in "
                + directory + " is " + id + ": another transaction manager has this node id, or this one has lost"
                + " its log; what it finds prepared may have been decided, and what it decides the other one would"
                + " roll back. Give each transaction manager a node id"
                + " of its own, or bring its log back. If that is lost, look what its transactions have done, and start"
                + " once with acceptingNewLog(): what is not in the log is rolled back then";
        strangers.put(store.id(), why);
        throw new ForeignLogException(why);
    }

    private static <T> T within(CompletableFuture<T> answer) throws Exception {
        try {
            return answer.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception failure ? failure : e;
        } catch (TimeoutException e) {
            throw new TimeoutException("the store did not say within " + WAIT_SECONDS + " s which log it knows");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw e;
        }
    }
}
