/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.SharedCredit;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A receiver that gives out messages as long as its bearer may listen where they come from (rule Q6).
 *
 * <p>Thread safe. A request is remembered before the claim is asked for once more, and claims have changed before who waits
 * is looked for: so none waits on that lost its claim.
 */
class ClaimedReceiver implements Receiver, OpenClaims.Open {
    private final Bearer bearer;
    private final EntityPath source;
    private final Receiver receiver;
    private final OpenClaims open;
    private final Set<CompletableFuture<Delivery>> waiting = ConcurrentHashMap.newKeySet();

    /** A request that was refused, of which the receiver never knew. */
    private static final class Refused extends CompletableFuture<Delivery> {
        Refused(BrokerException why) {
            completeExceptionally(why);
        }
    }

    ClaimedReceiver(Bearer bearer, EntityPath source, Receiver receiver, OpenClaims open) {
        this.bearer = bearer;
        this.source = source;
        this.receiver = receiver;
        this.open = open;
        open.opened(this);
    }

    /** Why nothing is given out, or null. */
    final @Nullable BrokerException refusal() {
        return bearer.refusal(Claim.LISTEN, source);
    }

    @Override
    public final CompletableFuture<Delivery> receive() {
        BrokerException refusal = refusal();
        return refusal == null ? asked(receiver.receive()) : new Refused(refusal);
    }

    @Override
    public final CompletableFuture<Delivery> receive(
            int partition, @Nullable String sessionId, @Nullable SharedCredit credit) {
        BrokerException refusal = refusal();
        return refusal == null ? asked(receiver.receive(partition, sessionId, credit)) : new Refused(refusal);
    }

    @Override
    public final CompletableFuture<Delivery> receiveNow(int partition, @Nullable String sessionId) {
        BrokerException refusal = refusal();
        return refusal == null ? asked(receiver.receiveNow(partition, sessionId)) : new Refused(refusal);
    }

    private CompletableFuture<Delivery> asked(CompletableFuture<Delivery> request) {
        if (!request.isDone()) {
            waiting.add(request);
            request.whenComplete((delivery, failure) -> waiting.remove(request));
            look();
        }
        return request;
    }

    /** Ends who waits, if policies have changed so that nothing may be given out any more. */
    @Override
    public final void look() {
        BrokerException refusal = refusal();
        if (refusal != null) {
            for (CompletableFuture<Delivery> request : waiting) {
                request.completeExceptionally(refusal);
                receiver.cancel(request);
            }
        }
    }

    @Override
    public final CompletableFuture<List<Delivery>> receiveDeferred(Collection<Long> sequenceNumbers) {
        BrokerException refusal = refusal();
        return refusal == null ? receiver.receiveDeferred(sequenceNumbers) : CompletableFuture.failedFuture(refusal);
    }

    @Override
    public final boolean cancel(CompletableFuture<Delivery> request) {
        return !(request instanceof Refused) && receiver.cancel(request);
    }

    @Override
    public final void close() {
        open.closed(this);
        receiver.close();
    }
}
