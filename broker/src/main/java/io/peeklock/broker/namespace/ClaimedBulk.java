/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.error.BrokerException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work on many messages that goes on as long as its bearer may do that where they lie, and where they go (rule Q6).
 *
 * <p>Thread safe.
 */
final class ClaimedBulk implements BulkOperation, OpenClaims.Open {
    private final Supplier<@Nullable BrokerException> refusal;
    private final BulkOperation work;
    private final CompletableFuture<BulkProgress> result = new CompletableFuture<>();
    private volatile @Nullable BrokerException refused;

    private ClaimedBulk(Supplier<@Nullable BrokerException> refusal, BulkOperation work) {
        this.refusal = refusal;
        this.work = work;
    }

    /**
     * Begins it, unless the bearer may not.
     *
     * @param refusal why it may not, asked again whenever claims change, or null
     */
    static BulkOperation begun(
            Supplier<@Nullable BrokerException> refusal, Supplier<BulkOperation> begin, OpenClaims open) {
        BrokerException refused = refusal.get();
        if (refused != null) {
            return BulkWork.refused(refused);
        }
        BulkOperation work = begin.get();
        ClaimedBulk claimed = new ClaimedBulk(refusal, work);
        open.opened(claimed);
        work.result().whenComplete((done, failure) -> {
            open.closed(claimed);
            claimed.ended(done, failure);
        });
        // The claim may have gone before this was there to hear of it.
        claimed.look();
        return claimed;
    }

    private void ended(@Nullable BulkProgress done, @Nullable Throwable failure) {
        BrokerException gone = refused;
        Throwable why = gone == null ? failure : gone;
        if (why == null) {
            result.complete(done);
        } else {
            result.completeExceptionally(why);
        }
    }

    /** Ends it behind what is under way, if the claim has gone. */
    @Override
    public void look() {
        BrokerException gone = refusal.get();
        if (gone != null) {
            refused = gone;
            work.cancel();
        }
    }

    @Override
    public BulkProgress progress() {
        return work.progress();
    }

    @Override
    public void cancel() {
        work.cancel();
    }

    @Override
    public CompletableFuture<BulkProgress> result() {
        return result;
    }
}
