/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.ReceiveRequest;
import io.peeklock.broker.partition.SessionDemand;
import io.peeklock.broker.partition.SessionGrant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver knows of the session that it holds, or has lost and will take again.
 *
 * <p>Thread safe: several partitions look at it.
 */
final class SessionHolding {
    /** The partition whose session it holds, or {@link Request#ANY_PARTITION}. */
    private final AtomicInteger heldIn = new AtomicInteger(Request.ANY_PARTITION);

    private final AtomicReference<@Nullable SessionGrant> grant = new AtomicReference<>();
    /** A loss of which nobody was told yet: until then nothing more is taken. */
    private final AtomicReference<@Nullable BrokerException> loss = new AtomicReference<>();

    private final SessionDemand wanted;
    private volatile SessionDemand demand;
    /** Whether somebody knows of a session that it holds or has held. */
    private volatile boolean given;

    SessionHolding(SessionDemand demand) {
        this.wanted = demand;
        this.demand = demand;
    }

    /** Which sessions it wants now. One that heals wants the one that it has had. */
    SessionDemand demand() {
        return demand;
    }

    /** The same for this request, if there is one. */
    SessionDemand demand(@Nullable Request request) {
        String only = request == null ? null : request.onlySession();
        return only == null ? demand : new SessionDemand(only, true);
    }

    /** Whether it takes whichever session is free, one after the other. */
    boolean takesAny() {
        return wanted.sessionId() == null && wanted.movesOn();
    }

    /** The partition in which it holds one, or {@link Request#ANY_PARTITION}. */
    int heldIn() {
        return heldIn.get();
    }

    /** It asks this partition, and no other, for the session. */
    void holdIn(int partition) {
        heldIn.set(partition);
    }

    /** Whether this partition may serve it: it holds no session, or one of this partition. */
    boolean mayServe(int partition) {
        int held = heldIn.get();
        return loss.get() == null && (held == Request.ANY_PARTITION || held == partition);
    }

    /** A request for this partition, which becomes the one, and this session, or null. */
    @Nullable
    ReceiveRequest claim(int partition, String sessionId, WaitingRequests waiting) {
        boolean taken = heldIn.compareAndSet(Request.ANY_PARTITION, partition);
        ReceiveRequest request = mayServe(partition)
                ? waiting.claim(partition, waits -> waits.takes(sessionId) && suits(waits, !taken))
                : null;
        if (request == null && taken) {
            giveUp(partition);
        }
        return request;
    }

    /**
     * Whether a request may be served, with a session of this partition or without one yet. Who has accepted a session and
     * lost it gets nothing of another.
     *
     * @param holds whether it holds one
     */
    boolean suits(Request request, boolean holds) {
        SessionDemand now = demand;
        return now.movesOn() || now.heals() || request.wantsSession() != holds;
    }

    /** It holds nothing in this partition any more. */
    void giveUp(int partition) {
        heldIn.compareAndSet(partition, Request.ANY_PARTITION);
    }

    void held(SessionGrant granted) {
        grant.set(granted);
        if (demand.heals()) {
            demand = new SessionDemand(granted.token().sessionId(), false, true);
        }
    }

    /** The session that it holds, or held last; null if it never had one. */
    @Nullable
    SessionGrant grant() {
        return grant.get();
    }

    /** Unless it is another holding by now. */
    void renewed(SessionToken token, long lockedUntilMs) {
        grant.updateAndGet(
                now -> now != null && now.token().equals(token) ? new SessionGrant(token, lockedUntilMs) : now);
    }

    /** Its owner learns of the session. */
    void given() {
        given = true;
    }

    /** Whether nobody has ever learnt of a session: what was taken went before it was given. */
    boolean isUnknown() {
        return !given;
    }

    /** The session went before anybody learnt of it: as if it had never been taken. */
    void forget() {
        demand = wanted;
        grant.set(null);
        loss.set(null);
    }

    void lost(BrokerException why) {
        loss.set(why);
    }

    /** One request fails of it, one that waits or else the next; those that come later want the session again. */
    void tellLoss(WaitingRequests waiting, Runnable askAgain) {
        if (waiting.isEmpty()) {
            return;
        }
        BrokerException lost = takeLoss();
        if (lost != null) {
            waiting.endAll(lost);
        } else {
            askAgain.run();
        }
    }

    /** Of the session that it holds now (rule F6). */
    CompletableFuture<List<Delivery>> receiveDeferred(
            Partition[] partitions, Collection<Long> sequenceNumbers, ReceiveMode mode) {
        SessionGrant held = grant.get();
        try {
            List<Long> numbers = DeferredReceive.distinct(sequenceNumbers);
            if (numbers.isEmpty()) {
                return CompletableFuture.completedFuture(List.of());
            }
            if (held == null) {
                throw new BrokerException(
                        ErrorCode.SessionLockLost, "no session is held: receive a message of it first, or accept it");
            }
            return partitions[held.token().partition()].receiveDeferred(held.token(), numbers, mode);
        } catch (BrokerException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A loss of which somebody is told now, and nobody else will be; null if there is none. */
    @Nullable
    BrokerException takeLoss() {
        return loss.getAndSet(null);
    }
}
