/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.partition.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Asks every partition about many entities, some at a time, so that whoever sends and receives there goes on between them.
 *
 * <p>Thread safe. Used once.
 */
final class Survey {
    /** A command about so many takes less than a millisecond. */
    static final int ENTITIES_PER_COMMAND = 128;

    private final PartitionSet partitions;
    private final List<EntityDefinition> wanted;

    Survey(PartitionSet partitions, List<EntityDefinition> wanted) {
        this.partitions = partitions;
        this.wanted = wanted;
    }

    /** Completes with what is in each, in the order in which they were named; what was deleted meanwhile is empty. */
    CompletableFuture<Map<EntityPath, EntityStatistics>> start() {
        List<CompletableFuture<Map<Long, EntityStatistics>>> parts = new ArrayList<>();
        for (Partition partition : partitions.all()) {
            List<Long> here = wanted.stream()
                    .filter(entity -> entity.partitioned() || entity.homePartition() == partition.index())
                    .map(EntityDefinition::id)
                    .toList();
            parts.add(measure(partition, here));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(
                        done -> sum(parts.stream().map(CompletableFuture::join).toList()));
    }

    private static CompletableFuture<Map<Long, EntityStatistics>> measure(Partition partition, List<Long> ids) {
        CompletableFuture<Map<Long, EntityStatistics>> all = CompletableFuture.completedFuture(new HashMap<>());
        for (int from = 0; from < ids.size(); from += ENTITIES_PER_COMMAND) {
            List<Long> some = ids.subList(from, Math.min(ids.size(), from + ENTITIES_PER_COMMAND));
            all = all.thenCompose(sum -> partition
                    .measureEach(some)
                    .exceptionally(failure -> Browsing.onlyIfOut(failure, unavailable(some)))
                    .thenApply(more -> {
                        sum.putAll(more);
                        return sum;
                    }));
        }
        return all;
    }

    private static Map<Long, EntityStatistics> unavailable(List<Long> ids) {
        Map<Long, EntityStatistics> each = new HashMap<>();
        ids.forEach(id -> each.put(id, Statistics.UNAVAILABLE));
        return each;
    }

    private Map<EntityPath, EntityStatistics> sum(List<Map<Long, EntityStatistics>> parts) {
        Map<EntityPath, EntityStatistics> sum = new LinkedHashMap<>();
        for (EntityDefinition entity : wanted) {
            EntityStatistics all = EntityStatistics.EMPTY;
            for (Map<Long, EntityStatistics> part : parts) {
                all = all.plus(part.getOrDefault(entity.id(), EntityStatistics.EMPTY));
            }
            sum.put(entity.path(), all);
        }
        return sum;
    }
}
