/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.SequenceNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Looks at entities over all their partitions (rules N6, N7, D6). Thread safe. */
final class Browsing {
    private static final EntityCounters NOTHING = new EntityCounters(0, 0, 0, 0, 0, 0, 0);

    private final PartitionSet partitions;

    Browsing(PartitionSet partitions) {
        this.partitions = partitions;
    }

    /** Messages in order of their numbers; a partition that is out is passed over. */
    CompletableFuture<List<Delivery>> peek(EntityRoute route, boolean deadLetter, long from, int max) {
        if (!route.isPartitioned()) {
            return partitions.get(route.homePartition()).peek(route.entityId(), deadLetter, from, max);
        }
        int first = from <= 0 ? 0 : SequenceNumbers.partition(from);
        return peekFrom(route, deadLetter, first, from, max, new ArrayList<>());
    }

    private CompletableFuture<List<Delivery>> peekFrom(
            EntityRoute route, boolean deadLetter, int partition, long from, int max, List<Delivery> found) {
        if (partition >= partitions.count() || found.size() == max || bytes(found) >= Partition.MAX_PEEK_BYTES) {
            return CompletableFuture.completedFuture(found);
        }
        return partitions
                .get(partition)
                .peek(route.entityId(), deadLetter, from, max - found.size())
                .exceptionally(failure -> onlyIfOut(failure, List.of()))
                .thenCompose(more -> {
                    found.addAll(more);
                    long next = SequenceNumbers.firstOf(partition + 1);
                    return peekFrom(route, deadLetter, partition + 1, next, max, found);
                });
    }

    private static long bytes(List<Delivery> found) {
        return found.stream()
                .mapToLong(delivery -> delivery.message().sizeBytes())
                .sum();
    }

    CompletableFuture<EntityCounters> count(EntityRoute route) {
        EntityCounters unavailable = new EntityCounters(0, 0, 0, 0, 0, 0, 1);
        CompletableFuture<EntityCounters> sum = CompletableFuture.completedFuture(NOTHING);
        for (int partition : route.partitions()) {
            CompletableFuture<EntityCounters> part = partitions
                    .get(partition)
                    .count(route.entityId())
                    .exceptionally(failure -> onlyIfOut(failure, unavailable));
            sum = sum.thenCombine(part, Browsing::add);
        }
        return sum;
    }

    private static <T> T onlyIfOut(Throwable failure, T instead) {
        if (failure instanceof BrokerException broker
                && (broker.code() == ErrorCode.PartitionUnavailable || broker.code() == ErrorCode.OutcomeUnknown)) {
            return instead;
        }
        throw failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
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
}
