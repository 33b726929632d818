/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockLostListener;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SharedCredit;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.ReadyFlags;
import io.peeklock.broker.partition.ReceiveRequest;
import io.peeklock.broker.partition.RequestFlags;
import io.peeklock.broker.partition.SessionDemand;
import io.peeklock.broker.partition.SessionGrant;
import io.peeklock.broker.partition.Subscriber;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A receiver over the partitions of one entity (rule P8): it subscribes to each, and asks those whose flag says that they
 * have something, one after the other, beginning with another one each time. Of an entity that requires sessions it holds
 * one at a time, and is served by the partition in which that lies.
 *
 * <p>Thread safe. A request is made visible before the flags are read, a flag is set before requests are looked for: so a
 * message and a request never miss each other. Its own flag among the queue's {@link RequestFlags} stands between the two.
 */
final class PartitionedReceiver implements Receiver, Subscriber {
    private final EntityRoute route;
    private final boolean deadLetter;
    private final ReceiverOptions options;
    private final long autoRenewNanos;
    private final Partition[] partitions;
    private final WaitingRequests waiting;
    /** The session that it holds, null of an entity without any. */
    private final @Nullable SessionHolding holding;

    private final Asking asking;
    /** Where it subscribes. */
    private final int[] where;

    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable BrokerException over;

    /** Of an entity without sessions. */
    PartitionedReceiver(EntityRoute route, boolean deadLetter, ReceiverOptions options, Partition[] partitions) {
        this(route, deadLetter, options, partitions, null);
    }

    /**
     * @param partitions all partitions of the namespace, by index
     * @param sessions which sessions it takes, null of an entity without any
     */
    PartitionedReceiver(
            EntityRoute route,
            boolean deadLetter,
            ReceiverOptions options,
            Partition[] partitions,
            @Nullable SessionDemand sessions) {
        this.route = route;
        this.deadLetter = deadLetter;
        this.options = options;
        this.partitions = partitions;
        ReadyFlags flags = route.flags().of(deadLetter);
        this.waiting = new WaitingRequests(flags.requests(), this::askAgain);
        this.autoRenewNanos = options.autoRenewNanos();
        this.holding = sessions == null ? null : new SessionHolding(sessions);
        String only = sessions == null ? null : sessions.sessionId();
        this.where = only == null ? route.partitions() : new int[] {route.partitionOf(only, partitions.length)};
        this.asking = new Asking(
                this,
                where,
                partitions,
                flags,
                (partition, nothingHere) ->
                        partitions[partition].fetch(route.entityId(), deadLetter, this, nothingHere));
        route.opened(this);
        for (int partition : where) {
            partitions[partition].subscribe(route.entityId(), deadLetter, this);
        }
    }

    @Override
    public CompletableFuture<Delivery> receive() {
        return receive(Request.ANY_PARTITION);
    }

    /** Asks for a session that is free and has messages, instead of a message. The future fails as those of messages do. */
    CompletableFuture<SessionGrant> acceptNext() {
        AcceptRequest request = new AcceptRequest(this, sessions());
        submit(request);
        return request.granted();
    }

    /** Takes a session by its name, the one that it was made for. */
    CompletableFuture<SessionGrant> accept(String sessionId) {
        SessionHolding sessions = sessions();
        sessions.given();
        sessions.holdIn(where[0]);
        return partitions[where[0]].acceptSession(route.entityId(), sessionId, this);
    }

    @Override
    public CompletableFuture<Delivery> receive(
            int partition, @Nullable String sessionId, @Nullable SharedCredit credit) {
        return submit(new Request(this, partition, wanted(sessionId), false, credit));
    }

    @Override
    public CompletableFuture<Delivery> receiveNow(int partition, @Nullable String sessionId) {
        return submit(new Request(this, partition, wanted(sessionId), true, null));
    }

    /** Who takes one session only goes on taking that. */
    private @Nullable String wanted(@Nullable String sessionId) {
        return holding != null && holding.takesAny() ? sessionId : null;
    }

    private CompletableFuture<Delivery> submit(Request request) {
        waiting.add(request);
        BrokerException cause = refusal();
        int only = request.onlyPartition();
        if (cause == null && only != Request.ANY_PARTITION && !route.liesIn(only)) {
            cause = new BrokerException(ErrorCode.InvalidOperation, route + " has nothing in partition " + only);
        }
        if (cause != null) {
            endNow(request, cause);
            return request;
        }
        asking.ask(request);
        return request;
    }

    /** A partition gave a request back: it waits again. */
    void returned(Request request) {
        waiting.add(request);
        BrokerException cause = refusal();
        if (cause != null) {
            endNow(request, cause);
        } else {
            asking.ask(request);
        }
    }

    /** Why no request may wait; asked after it was added, so that it and who disables the entity do not miss each other. */
    private @Nullable BrokerException refusal() {
        BrokerException lost = holding == null ? null : holding.takeLoss();
        if (lost != null) {
            return lost;
        }
        BrokerException cause = over;
        return cause == null ? route.receiveRefusal(deadLetter) : cause;
    }

    /** The status of the entity, or of its topic, has perhaps changed: requests end, later ones may succeed (rule W3). */
    void mayBeDisabled() {
        BrokerException cause = route.receiveRefusal(deadLetter);
        if (cause != null) {
            waiting.endAll(cause);
        }
    }

    @Override
    public void askAgain() {
        if (isWaiting()) {
            // A partition that lowered it for the one that had the slot before may have failed before it knew of this
            // one.
            waiting.raise();
        }
        waiting.forEach(asking::ask);
    }

    @Override
    public boolean cancel(CompletableFuture<Delivery> request) {
        if (!(request instanceof Request own)) {
            throw new IllegalArgumentException("not a request of this receiver");
        }
        if (!own.takeBack()) {
            return false;
        }
        waiting.remove(own);
        own.endCancelled();
        if (own.onlySession() != null) {
            // Those behind it may have waited with it.
            waiting.forEach(asking::ask);
        }
        return true;
    }

    private void endNow(Request request, BrokerException cause) {
        waiting.remove(request);
        if (request.takeBack()) {
            request.endWith(cause);
        }
    }

    @Override
    public void close() {
        end(new BrokerException(ErrorCode.Closed, "the receiver of " + route + " is closed"));
        for (int partition : where) {
            partitions[partition].unsubscribe(route.entityId(), deadLetter, this);
        }
        route.closed(this);
        if (closed.compareAndSet(false, true)) {
            waiting.giveBackSlot();
        }
    }

    @Override
    public void over(BrokerException cause) {
        end(cause);
    }

    private void end(BrokerException cause) {
        if (over == null) {
            over = cause;
        }
        waiting.endAll(cause);
    }

    /** Why nobody waits for messages of this receiver any more, or null. */
    @Nullable
    BrokerException whyOver() {
        return over;
    }

    @Override
    public CompletableFuture<List<Delivery>> receiveDeferred(Collection<Long> sequenceNumbers) {
        BrokerException cause = over;
        if (cause == null && holding != null) {
            return holding.receiveDeferred(partitions, sequenceNumbers, mode());
        }
        return CompletableFuture.failedFuture(
                cause != null
                        ? cause
                        : new BrokerException(
                                ErrorCode.InvalidOperation,
                                route
                                        + " requires no sessions: its deferred messages are received by their numbers alone"));
    }

    /** A message came for a request that has ended otherwise: back it goes, uncounted (rule L10). */
    void returnUnwanted(Delivery delivery) {
        LockToken token = delivery.lockToken();
        if (token != null) {
            partitions[token.partition()].settle(token, Settlement.RELEASE);
        }
    }

    @Override
    public ReceiveMode mode() {
        return options.mode();
    }

    @Override
    public @Nullable MessageFilter filter() {
        return options.filter();
    }

    @Override
    public long autoRenewNanos() {
        return autoRenewNanos;
    }

    @Override
    public int slot() {
        return waiting.slot();
    }

    @Override
    public boolean isWaiting() {
        return waiting.isAnyWaiting();
    }

    @Override
    public @Nullable LockLostListener lockLost() {
        return options.lockLost();
    }

    /** What it knows of its session. Only of an entity that requires sessions. */
    SessionHolding sessions() {
        return Objects.requireNonNull(holding, "a receiver of sessions");
    }

    /** The partition in which it holds a session, or {@link Request#ANY_PARTITION}. */
    int heldIn() {
        return holding == null ? Request.ANY_PARTITION : holding.heldIn();
    }

    @Override
    public @Nullable String holder() {
        return options.holder();
    }

    @Override
    public @Nullable SessionDemand sessionDemand(int partition) {
        return holding == null ? null : holding.demand(waiting.firstFor(partition));
    }

    @Override
    public void sessionHeld(SessionGrant grant) {
        if (holding != null) {
            holding.held(grant);
        }
    }

    @Override
    public void sessionOver(int partition) {
        if (holding != null) {
            holding.giveUp(partition);
        }
    }

    @Override
    public Runnable sessionLost(BrokerException why) {
        SessionHolding sessions = sessions();
        boolean heals = sessions.demand().heals();
        if (heals) {
            sessions.lost(why);
        }
        return () -> {
            if (sessions.isUnknown()) {
                sessions.forget();
                askAgain();
            } else if (heals) {
                sessions.tellLoss(waiting, this::askAgain);
            } else {
                over(why);
            }
        };
    }

    @Override
    public boolean isWaiting(int partition) {
        return isWaiting(partition, request -> true);
    }

    @Override
    public boolean isWaiting(int partition, String sessionId) {
        return isWaiting(partition, request -> request.takes(sessionId));
    }

    @Override
    public boolean wantsOther(int partition, String sessionId) {
        SessionHolding sessions = sessions();
        boolean serves = sessions.mayServe(partition);
        boolean holds = sessions.heldIn() == partition;
        return waiting.isNoneSuch(request -> serves
                && request.isWaitingFor(partition)
                && request.takes(sessionId)
                && sessions.suits(request, holds));
    }

    private boolean isWaiting(int partition, Predicate<Request> which) {
        SessionHolding sessions = holding;
        if (sessions == null) {
            return waiting.isAnyWaitingFor(partition, which);
        }
        boolean holds = sessions.heldIn() == partition;
        return sessions.mayServe(partition)
                && waiting.isAnyWaitingFor(partition, which.and(request -> sessions.suits(request, holds)));
    }

    @Override
    public @Nullable ReceiveRequest claim(int partition) {
        return waiting.claim(partition, request -> true);
    }

    @Override
    public @Nullable ReceiveRequest claim(int partition, String sessionId) {
        return sessions().claim(partition, sessionId, waiting);
    }
}
