/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.PartInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Looks for prepared work of transactions in entities, which keeps them from being deleted (rules W2, W4). What a partition has
 * that is out is not known, and keeps nobody: it goes with the entity.
 *
 * <p>Thread safe.
 */
final class PreparedWork {
    private final PartitionSet partitions;

    PreparedWork(PartitionSet partitions) {
        this.partitions = partitions;
    }

    /** Whether there is any in an entity, or in the subscriptions of a topic. */
    CompletableFuture<Boolean> isIn(EntityRoute route) {
        return of(route).thenApply(parts -> !parts.isEmpty());
    }

    /**
     * Lets nobody prepare anything there until what this gives is run. Fails with InvalidOperation if a branch of a transaction
     * manager has work there. That of a local transaction, which is being committed, does not count: it is done, and deleted.
     */
    CompletableFuture<Runnable> keepOut(EntityDefinition going) {
        EntityRoute route = partitions.route(going);
        List<Long> ids =
                new ArrayList<>(routes(route).map(EntityRoute::entityId).toList());
        if (going.topicId() != 0) {
            // Its copy of what is sent to the topic is made when that is prepared.
            ids.add(going.topicId());
        }
        if (!partitions.preparations().close(ids)) {
            return CompletableFuture.failedFuture(new BrokerException(
                    ErrorCode.InvalidOperation,
                    going.title()
                            + " has work of a branch that is being prepared now, and was not deleted: try again"));
        }
        Runnable over = () -> partitions.preparations().over(ids);
        return of(route)
                .thenApply(parts -> {
                    requireNone(going, parts);
                    return over;
                })
                .whenComplete((agreed, refused) -> {
                    if (refused != null) {
                        over.run();
                    }
                });
    }

    private static void requireNone(EntityDefinition going, List<PartInfo> parts) {
        for (PartInfo part : parts) {
            BranchXid xid = part.part().xid();
            if (xid != null) {
                throw new BrokerException(
                        ErrorCode.InvalidOperation,
                        going.title() + " has work of branch " + xid + ", which is prepared, and was not deleted:"
                                + " its transaction manager ends it, or an administrator (preparedBranches lists all,"
                                + " commitPrepared and rollbackPrepared end one by hand)");
            }
        }
    }

    /** To an entity, and to the subscriptions of a topic. */
    private Stream<EntityRoute> routes(EntityRoute route) {
        return partitions.routes().stream().filter(one -> one.entityId() == route.entityId() || one.isOf(route));
    }

    private CompletableFuture<List<PartInfo>> of(EntityRoute route) {
        CompletableFuture<List<PartInfo>> all = CompletableFuture.completedFuture(List.of());
        for (EntityRoute one : routes(route).toList()) {
            for (int partition : one.partitions()) {
                all = all.thenCombine(
                        partitions
                                .get(partition)
                                .partsOf(one.entityId())
                                .exceptionally(failure -> Browsing.onlyIfOut(failure, List.of())),
                        PreparedWork::both);
            }
        }
        return all;
    }

    private static List<PartInfo> both(List<PartInfo> some, List<PartInfo> more) {
        List<PartInfo> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
