/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.NamespaceStatistics;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.PartitionStatistics;
import io.peeklock.broker.QueueStatistics;
import io.peeklock.broker.TransactionInDoubt;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Contents;
import io.peeklock.broker.partition.MemoryBudget;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.PartitionSettings;
import io.peeklock.broker.partition.TransferInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Counts what is in entities and partitions (rule D6); partitions that are out count as empty. Thread safe. */
final class Statistics {
    private static final int MAX_LIST = 1000;
    private static final EntityCounters NOTHING = new EntityCounters(0, 0, 0, 0, 0, 0, 0);
    static final EntityStatistics UNAVAILABLE =
            new EntityStatistics(QueueStatistics.EMPTY, QueueStatistics.EMPTY, 0, 0, 0, 0, 1);

    private final PartitionSet partitions;
    private final Definitions definitions;
    private final PartitionSettings settings;

    Statistics(PartitionSet partitions, Definitions definitions, PartitionSettings settings) {
        this.partitions = partitions;
        this.definitions = definitions;
        this.settings = settings;
    }

    CompletableFuture<EntityCounters> count(EntityRoute route) {
        EntityCounters unavailable = new EntityCounters(0, 0, 0, 0, 0, 0, 1);
        CompletableFuture<EntityCounters> sum = CompletableFuture.completedFuture(NOTHING);
        for (int partition : route.partitions()) {
            CompletableFuture<EntityCounters> part = partitions
                    .get(partition)
                    .count(route.entityId())
                    .exceptionally(failure -> Browsing.onlyIfOut(failure, unavailable));
            sum = sum.thenCombine(part, Statistics::add);
        }
        return sum;
    }

    private static EntityCounters add(EntityCounters a, EntityCounters b) {
        return new EntityCounters(
                a.active() + b.active(),
                a.locked() + b.locked(),
                a.deferred() + b.deferred(),
                a.scheduled() + b.scheduled(),
                a.deadLettered() + b.deadLettered(),
                a.sizeBytes() + b.sizeBytes(),
                a.unavailablePartitions() + b.unavailablePartitions());
    }

    CompletableFuture<EntityStatistics> of(EntityRoute route) {
        CompletableFuture<EntityStatistics> sum = CompletableFuture.completedFuture(EntityStatistics.EMPTY);
        for (int partition : route.partitions()) {
            CompletableFuture<EntityStatistics> part = partitions
                    .get(partition)
                    .measure(route.entityId())
                    .exceptionally(failure -> Browsing.onlyIfOut(failure, UNAVAILABLE));
            sum = sum.thenCombine(part, EntityStatistics::plus);
        }
        return sum;
    }

    /** Of the oldest so many that are no temporary entities. */
    CompletableFuture<Map<EntityPath, EntityStatistics>> ofEach(int max) {
        if (max < 1) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "statistics are asked of 1 entity or more, not " + max);
        }
        List<EntityDefinition> wanted = definitions.list().stream()
                .filter(definition -> !definition.temporary())
                .sorted(Comparator.comparingLong(EntityDefinition::id))
                .limit(max)
                .toList();
        return new Survey(partitions, wanted).start();
    }

    CompletableFuture<NamespaceStatistics> ofNamespace() {
        List<CompletableFuture<PartitionStatistics>> parts = new ArrayList<>();
        for (Partition partition : partitions.all()) {
            parts.add(of(partition));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done ->
                        summary(parts.stream().map(CompletableFuture::join).toList()));
    }

    private CompletableFuture<PartitionStatistics> of(Partition partition) {
        // Files are counted, which no application's thread does.
        return partition
                .measure()
                .thenApplyAsync(
                        contents -> serving(partition, contents),
                        settings.runtime().executor())
                .exceptionally(failure ->
                        Browsing.onlyIfOut(failure.getCause() == null ? failure : failure.getCause(), out(partition)));
    }

    private PartitionStatistics serving(Partition partition, Contents contents) {
        return new PartitionStatistics(
                partition.health(),
                contents.entities(),
                contents.messages(),
                contents.sizeBytes(),
                contents.swapBytes(),
                contents.preparedBranches(),
                contents.partsInDoubt(),
                contents.transfers(),
                contents.journal().get(),
                settings.store().usableBytes(partition.index()));
    }

    private PartitionStatistics out(Partition partition) {
        PartitionHealth health = partition.health();
        return new PartitionStatistics(
                health, 0, 0, 0, 0, 0, 0, 0, null, settings.store().usableBytes(partition.index()));
    }

    /** The oldest first. What lies in partitions that are out is passed over. */
    CompletableFuture<List<TransactionInDoubt>> inDoubt(int max) {
        if (max < 1 || max > MAX_LIST) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "a list has 1 to " + MAX_LIST + " transactions, not " + max);
        }
        CompletableFuture<List<TransactionInDoubt>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (Partition partition : partitions.all()) {
            CompletableFuture<List<TransferInfo>> part =
                    partition.transfers(max).exceptionally(failure -> Browsing.onlyIfOut(failure, List.of()));
            all = all.thenCombine(part, (sum, more) -> {
                more.forEach(transfer -> sum.add(inDoubt(partition.index(), transfer)));
                return sum;
            });
        }
        return all.thenApply(found -> found.stream()
                .sorted(Comparator.comparing(TransactionInDoubt::since).thenComparing(TransactionInDoubt::partition))
                .limit(max)
                .toList());
    }

    private TransactionInDoubt inDoubt(int partition, TransferInfo transfer) {
        return new TransactionInDoubt(
                transfer.id(),
                transfer.source(),
                partition,
                definitions
                        .find(transfer.destinationId())
                        .map(EntityDefinition::path)
                        .orElse(null),
                transfer.destinationPartition(),
                transfer.messages(),
                transfer.attempts(),
                Instant.ofEpochMilli(transfer.sinceMs()));
    }

    private NamespaceStatistics summary(List<PartitionStatistics> parts) {
        int[] ofKind = new int[EntityKind.values().length];
        int temporary = 0;
        for (EntityDefinition definition : definitions.list()) {
            if (definition.temporary()) {
                temporary++;
            } else {
                ofKind[definition.kind().ordinal()]++;
            }
        }
        MemoryBudget budget = settings.budget();
        return new NamespaceStatistics(
                ofKind[EntityKind.QUEUE.ordinal()],
                ofKind[EntityKind.TOPIC.ordinal()],
                ofKind[EntityKind.SUBSCRIPTION.ordinal()],
                temporary,
                budget.bodyBytes(),
                budget.indexBytes(),
                parts);
    }
}
