/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.NamespaceConfig.Profile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Partition 0 of three, the others of which a test plays, as coordinator of one transaction. One test's thread. */
abstract class OneCoordinator extends OnePartition {
    static final UUID ID = new UUID(4, 2);
    static final TransactionWork SEND =
            new TransactionWork(List.of(new Submission(ENTITY, message(1))), List.of(), List.of());

    final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);
    final Exchange exchange = new Exchange(3);

    @Override
    Partition opening() {
        PartitionSettings settings = new PartitionSettings(journals, timers, Profile.JMS, budget, exchange, false);
        Partition opening = new Partition(0, settings, Duration.ofSeconds(60));
        opening.start(List.of(entity(1, LOCK)), List.of(), ENTITY);
        return opening;
    }

    /** What it says has become of the transaction. */
    final Verdict verdict() {
        CompletableFuture<Map<UUID, Verdict>> reply = new CompletableFuture<>();
        exchange.submit(0, new DecisionCommand.Ask(List.of(ID), reply));
        run();
        return reply.join().get(ID);
    }
}
