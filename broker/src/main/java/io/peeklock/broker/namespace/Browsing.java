/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BrowsePage;
import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.SequenceNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at entities over all their partitions (rules N6, N7). Thread safe. */
final class Browsing {
    private static final int MAX_PEEK = 250;

    private final PartitionSet partitions;

    Browsing(PartitionSet partitions) {
        this.partitions = partitions;
    }

    /** Messages in order; a partition that is out is passed over. */
    CompletableFuture<BrowsePage> look(
            EntityRoute route, boolean deadLetter, @Nullable MessageFilter filter, BrowsePosition from, int max) {
        if (max < 1 || max > MAX_PEEK) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "a peek takes 1 to " + MAX_PEEK + " messages, not " + max);
        }
        if (!route.isPartitioned()) {
            return partitions.get(route.homePartition()).peek(route.entityId(), deadLetter, from, max, filter);
        }
        long number = from.sequenceNumber();
        int first = number <= 0 ? 0 : SequenceNumbers.partition(number);
        return new Walk(route, deadLetter, filter, max).goOn(first, from);
    }

    /**
     * The first messages from a position on that a filter wants: a page in which it has found nothing need not be the last.
     *
     * @param route asked for each page, so that an entity that is deleted meanwhile is missed
     */
    CompletableFuture<List<Delivery>> found(
            Supplier<EntityRoute> route, boolean deadLetter, MessageFilter filter, BrowsePosition from, int max) {
        CompletableFuture<BrowsePage> page = look(route.get(), deadLetter, filter, from, max);
        // Most come at once: one inside the other, those of a long queue would fill the stack.
        while (page.isDone() && !page.isCompletedExceptionally() && isNotAll(page.join())) {
            page = look(route.get(), deadLetter, filter, page.join().next(), max);
        }
        return page.thenCompose(come -> isNotAll(come)
                ? found(route, deadLetter, filter, come.next(), max)
                : CompletableFuture.completedFuture(come.deliveries()));
    }

    private static boolean isNotAll(BrowsePage page) {
        return page.deliveries().isEmpty() && !page.isLast();
    }

    /** One page through the partitions of an entity. Its stages run one after the other. */
    private final class Walk {
        private final EntityRoute route;
        private final boolean deadLetter;
        private final @Nullable MessageFilter filter;
        private final int max;
        private final List<Delivery> found = new ArrayList<>();

        Walk(EntityRoute route, boolean deadLetter, @Nullable MessageFilter filter, int max) {
            this.route = route;
            this.deadLetter = deadLetter;
            this.filter = filter;
            this.max = max;
        }

        CompletableFuture<BrowsePage> goOn(int partition, BrowsePosition from) {
            if (partition >= partitions.count()) {
                return CompletableFuture.completedFuture(new BrowsePage(found, BrowsePosition.END));
            }
            return partitions
                    .get(partition)
                    .peek(route.entityId(), deadLetter, from, max - found.size(), filter)
                    .exceptionally(failure -> onlyIfOut(failure, new BrowsePage(List.of(), BrowsePosition.END)))
                    .thenCompose(page -> {
                        found.addAll(page.deliveries());
                        BrowsePosition next =
                                page.isLast() ? from.restartedAt(SequenceNumbers.firstOf(partition + 1)) : page.next();
                        boolean isFull = found.size() == max || bytes(found) >= Partition.MAX_PEEK_BYTES;
                        return page.isLast() && !isFull
                                ? goOn(partition + 1, next)
                                : CompletableFuture.completedFuture(new BrowsePage(found, next));
                    });
        }
    }

    private static long bytes(List<Delivery> found) {
        return found.stream()
                .mapToLong(delivery -> delivery.message().sizeBytes())
                .sum();
    }

    /** What counts instead for a partition that is out. */
    static <T> T onlyIfOut(Throwable failure, T instead) {
        if (failure instanceof BrokerException broker
                && (broker.code() == ErrorCode.PartitionUnavailable || broker.code() == ErrorCode.OutcomeUnknown)) {
            return instead;
        }
        throw failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }
}
