/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.Sweep;
import io.peeklock.broker.partition.SweepPage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the messages of an entity, partition by partition, some of them with each command.
 *
 * <p>Thread safe. Where it stands is owned by whoever runs {@link #goOn}: one thread at a time.
 */
final class BulkWork implements BulkOperation {
    private final Partition[] partitions;
    private final EntityRoute route;
    private final Sweep.Action action;
    private final @Nullable EntityDefinition destination;
    private final boolean deadLetter;
    private final MessageSelection selection;
    private final CompletableFuture<BulkProgress> result = new CompletableFuture<>();
    /** How often somebody has said that it can go on: an answer that comes at once must not begin the next inside itself. */
    private final AtomicInteger signals = new AtomicInteger();

    private volatile BulkProgress progress = BulkProgress.NONE;
    private volatile boolean cancelled;
    private int at;
    private long from;
    private long upTo = Sweep.WHAT_IS_THERE;

    BulkWork(
            Partition[] partitions,
            EntityRoute route,
            Sweep.Action action,
            @Nullable EntityDefinition destination,
            boolean deadLetter,
            MessageSelection selection) {
        this.partitions = partitions;
        this.route = route;
        this.action = action;
        this.destination = destination;
        this.deadLetter = deadLetter;
        this.selection = selection;
    }

    /** Work that could not begin. */
    static BulkOperation refused(BrokerException why) {
        CompletableFuture<BulkProgress> failed = CompletableFuture.failedFuture(why);
        return new BulkOperation() {
            @Override
            public BulkProgress progress() {
                return BulkProgress.NONE;
            }

            @Override
            public void cancel() {}

            @Override
            public CompletableFuture<BulkProgress> result() {
                return failed;
            }
        };
    }

    BulkWork start() {
        goOn();
        return this;
    }

    @Override
    public BulkProgress progress() {
        return progress;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public CompletableFuture<BulkProgress> result() {
        return result;
    }

    private void goOn() {
        if (signals.getAndIncrement() > 0) {
            return;
        }
        do {
            next();
        } while (signals.decrementAndGet() > 0);
    }

    private void next() {
        long left = selection.maxMessages() - progress.done();
        if (result.isDone() || cancelled || left <= 0 || at >= route.partitions().length) {
            result.complete(progress);
            return;
        }
        Sweep sweep = new Sweep(action, destination, route.entityId(), deadLetter, selection, from, upTo, left);
        partitions[route.partitions()[at]].sweep(sweep).whenComplete(this::answered);
    }

    private void answered(@Nullable SweepPage page, @Nullable Throwable failure) {
        if (page != null) {
            progress = progress.plus(page.progress());
            from = page.next();
            upTo = page.upTo();
            if (page.isLast()) {
                nextPartition();
            }
        } else if (failure instanceof BrokerException broker
                && (broker.code() == ErrorCode.PartitionUnavailable || broker.code() == ErrorCode.OutcomeUnknown)) {
            progress = progress.plus(new BulkProgress(0, 0, 0, 0, null, 1));
            nextPartition();
        } else {
            result.completeExceptionally(failure == null ? new IllegalStateException("no answer") : failure);
        }
        goOn();
    }

    private void nextPartition() {
        at++;
        from = 0;
        upTo = Sweep.WHAT_IS_THERE;
    }
}
