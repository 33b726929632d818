/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.runtime.BusRuntime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes entities that nobody has used for as long as they say (rule W2).
 *
 * <p>Thread safe. Looks when the first may be due, at all of them: there are few, or it is seldom.
 */
final class IdleEntities {
    private static final Logger LOG = LoggerFactory.getLogger(IdleEntities.class);
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.DAYS.toNanos(1);

    private final PartitionSet partitions;
    private final Definitions definitions;
    private final Statistics statistics;
    private final BusRuntime runtime;
    private boolean scheduled;
    private long scheduledNanos;

    IdleEntities(PartitionSet partitions, Definitions definitions, Statistics statistics, BusRuntime runtime) {
        this.partitions = partitions;
        this.definitions = definitions;
        this.statistics = statistics;
        this.runtime = runtime;
    }

    /** Looks who is due, and when the next will be: at the start, and when an entity has a new setting. */
    void look() {
        long now = runtime.clock().nanoTime();
        long next = Long.MAX_VALUE;
        for (EntityRoute route : partitions.routes()) {
            long left = route.nanosUntilIdle();
            if (left <= 0) {
                deleteUnlessBusy(route);
            } else {
                next = Math.min(next, left);
            }
        }
        if (next != Long.MAX_VALUE) {
            lookAgain(now, Math.min(LONGEST_PAUSE_NANOS, Math.max(SHORTEST_PAUSE_NANOS, next)));
        }
    }

    private void lookAgain(long now, long pauseNanos) {
        long at = now + pauseNanos;
        synchronized (this) {
            if (scheduled && scheduledNanos - at <= 0) {
                return;
            }
            scheduled = true;
            scheduledNanos = at;
        }
        runtime.schedule(() -> runtime.executor().execute(() -> due(at)), pauseNanos);
    }

    private void due(long at) {
        synchronized (this) {
            if (!scheduled || scheduledNanos != at) {
                // An earlier one has looked.
                return;
            }
            scheduled = false;
        }
        look();
    }

    /**
     * Somebody who holds a message will come back, and so will what is scheduled or prepared; in its subscriptions too.
     */
    private void deleteUnlessBusy(EntityRoute route) {
        CompletableFuture<Boolean> busy = new PreparedWork(partitions).isIn(route);
        for (EntityRoute one : partitions.routes()) {
            if (one == route || one.isOf(route)) {
                busy = busy.thenCombine(statistics.count(one), (others, counters) -> others || isBusy(counters));
            }
        }
        busy.whenComplete((isBusy, failure) -> {
            if (failure != null || isBusy) {
                route.busy();
                look();
            } else {
                delete(route);
            }
        });
    }

    private static boolean isBusy(EntityCounters counters) {
        return counters.locked() > 0 || counters.scheduled() > 0 || counters.unavailablePartitions() > 0;
    }

    /** It ends when the deletion has its turn: a change that somebody asked for before is a use, and stands. */
    private void delete(EntityRoute route) {
        CompletableFuture<@Nullable EntityDefinition> deleted = definitions.delete(route.entityId(), route::endIfIdle);
        deleted.whenComplete((gone, failure) -> {
            if (failure != null) {
                LOG.warn("{} was not used for long, but could not be deleted", route.title(), failure);
                route.goesOn();
                look();
            } else if (gone != null) {
                LOG.info("{} was deleted: nobody has used it for {}", gone.title(), route.idleLimit());
            } else {
                look();
            }
        });
    }
}
