/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Which logs the transaction managers have that end branches of a namespace: remembers them durably, as {@link Definitions} does
 * entities (rule X5).
 *
 * <p>Thread safe; futures as those of {@link Definitions}.
 */
public final class TransactionLogs {
    /** Node ids that are made up at each start would fill the journal. */
    static final int MAX = 1000;

    private final Definitions definitions;

    /** Those of these definitions. */
    public TransactionLogs(Definitions definitions) {
        this.definitions = definitions;
    }

    /** All, by the node id. */
    public Map<String, UUID> list() {
        Map<String, UUID> logs = new TreeMap<>();
        table().forEach((node, known) -> logs.put(node, known.log()));
        return logs;
    }

    /**
     * Remembers the log of a node that has none here; completes with what is remembered, this one or another. Fails with
     * QuotaExceeded, and with InvalidOperation for a node id that is none; not while nothing can be changed if it is known.
     */
    public CompletableFuture<UUID> remember(String node, UUID log) {
        TransactionLogDefinition known = table().get(node);
        if (known != null) {
            return CompletableFuture.completedFuture(known.log());
        }
        return definitions.change(true, journal -> {
            Map<String, TransactionLogDefinition> table = table();
            TransactionLogDefinition first = table.get(node);
            if (first != null) {
                return CompletableFuture.completedFuture(first.log());
            }
            if (table.size() >= MAX) {
                throw new BrokerException(
                        ErrorCode.QuotaExceeded,
                        "the namespace knows the logs of " + MAX
                                + " transaction managers, as many as it may: forget those that are no more");
            }
            TransactionLogDefinition now = new TransactionLogDefinition(journal.nextId(), node, log);
            return journal.putLog(now).thenApply(durable -> {
                table.put(node, now);
                return log;
            });
        });
    }

    /** Forgets the log of a node, so that the next one is remembered; completes with whether there was one. */
    public CompletableFuture<Boolean> forget(String node) {
        return definitions.change(false, journal -> {
            TransactionLogDefinition gone = table().get(node);
            if (gone == null) {
                return CompletableFuture.completedFuture(false);
            }
            return journal.removeLog(gone).thenApply(durable -> {
                table().remove(node);
                return true;
            });
        });
    }

    private Map<String, TransactionLogDefinition> table() {
        return definitions.current().logs();
    }
}
