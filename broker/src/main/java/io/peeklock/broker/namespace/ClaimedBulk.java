/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Work on many messages that goes on as long as its bearer manages where they lie (rule Q6).
 *
 * <p>Thread safe.
 */
final class ClaimedBulk implements BulkOperation, OpenClaims.Open {
    private final Bearer bearer;
    private final EntityPath source;
    private final BulkOperation work;
    private final CompletableFuture<BulkProgress> result = new CompletableFuture<>();
    private volatile @Nullable BrokerException refused;

    private ClaimedBulk(Bearer bearer, EntityPath source, BulkOperation work) {
        this.bearer = bearer;
        this.source = source;
        this.work = work;
    }

    /** Work that was begun by who may do it. */
    static BulkOperation begun(Bearer bearer, EntityPath source, BulkOperation work, OpenClaims open) {
        ClaimedBulk claimed = new ClaimedBulk(bearer, source, work);
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
        BrokerException refusal = refused;
        Throwable why = refusal == null ? failure : refusal;
        if (why == null) {
            result.complete(done);
        } else {
            result.completeExceptionally(why);
        }
    }

    /** Ends it behind what is under way, if the claim has gone. */
    @Override
    public void look() {
        BrokerException refusal = bearer.refusal(Claim.MANAGE, source);
        if (refusal != null) {
            refused = refusal;
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
