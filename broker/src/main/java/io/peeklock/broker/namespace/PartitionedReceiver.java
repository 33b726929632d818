/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.ReadyFlags;
import io.peeklock.broker.partition.ReceiveRequest;
import io.peeklock.broker.partition.RequestFlags;
import io.peeklock.broker.partition.SessionDemand;
import io.peeklock.broker.partition.SessionGrant;
import io.peeklock.broker.partition.Subscriber;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final ReadyFlags flags;
    private final int slot;
    private final @Nullable SessionDemand sessions;
    /** Where it subscribes. */
    private final int[] where;
    /** The partition whose session it holds, or {@link Request#ANY_PARTITION}. */
    private final AtomicInteger heldIn = new AtomicInteger(Request.ANY_PARTITION);

    private final AtomicBoolean closed = new AtomicBoolean();
    private final WaitingRequests waiting = new WaitingRequests();
    private final AtomicInteger turn = new AtomicInteger();
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
        this.flags = route.flags().of(deadLetter);
        this.slot = flags.requests().takeSlot();
        this.autoRenewNanos = options.autoRenewNanos();
        this.sessions = sessions;
        String only = sessions == null ? null : sessions.sessionId();
        this.where = only == null ? route.partitions() : new int[] {route.partitionOf(only, partitions.length)};
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
        AcceptRequest request = new AcceptRequest(this);
        submit(request);
        return request.granted();
    }

    /** Takes a session by its name, the one that it was made for. */
    CompletableFuture<SessionGrant> accept(String sessionId) {
        heldIn.set(where[0]);
        return partitions[where[0]].acceptSession(route.entityId(), sessionId, this);
    }

    @Override
    public CompletableFuture<Delivery> receive(int partition) {
        return submit(new Request(this, partition, false));
    }

    @Override
    public CompletableFuture<Delivery> receiveNow(int partition) {
        return submit(new Request(this, partition, true));
    }

    private CompletableFuture<Delivery> submit(Request request) {
        addWaiting(request);
        BrokerException cause = refusal();
        int only = request.onlyPartition();
        if (cause == null && only != Request.ANY_PARTITION && !route.liesIn(only)) {
            cause = new BrokerException(ErrorCode.InvalidOperation, route + " has nothing in partition " + only);
        }
        if (cause != null) {
            endNow(request, cause);
            return request;
        }
        ask(request);
        return request;
    }

    /** A partition gave a request back: it waits again. */
    void returned(Request request) {
        addWaiting(request);
        BrokerException cause = refusal();
        if (cause != null) {
            endNow(request, cause);
        } else {
            ask(request);
        }
    }

    /** Why no request may wait; asked after it was added, so that it and who disables the entity do not miss each other. */
    private @Nullable BrokerException refusal() {
        BrokerException cause = over;
        return cause == null ? route.receiveRefusal() : cause;
    }

    /** The status of the entity, or of its topic, has perhaps changed: requests end, later ones may succeed (rule W3). */
    void mayBeDisabled() {
        BrokerException cause = route.receiveRefusal();
        if (cause != null) {
            waiting.endAll(cause);
        }
    }

    private void addWaiting(Request request) {
        waiting.add(request);
        flags.requests().raise(slot);
    }

    @Override
    public void askAgain() {
        if (isWaiting()) {
            // A partition that lowered it for the one that had the slot before may have failed before it knew of this
            // one.
            flags.requests().raise(slot);
        }
        waiting.forEach(this::ask);
    }

    /** Looks for a partition that has something for this request. */
    private void ask(Request request) {
        if (request.isForNow()) {
            // Before the flags are read: one that is loaded by then has set its own.
            request.setLoading(firstLoading(request));
        }
        int held = heldIn.get();
        int only = request.onlyPartition();
        if (held != Request.ANY_PARTITION) {
            // A flag says what is there for those who hold no session: this one must be asked. Also if another
            // partition
            // is wanted: nobody else can say whether the session is still needed.
            fetch(request, held, 1, 1);
        } else if (only != Request.ANY_PARTITION) {
            ask(request, only, 1);
        } else if (where.length == 1) {
            ask(request, where[0], 1);
        } else {
            ask(request, Math.floorMod(turn.getAndIncrement(), partitions.length), partitions.length);
        }
    }

    private void ask(Request request, int start, int span) {
        int found = flags.next(start, span);
        if (found < 0) {
            nothingNow(request);
            return;
        }
        fetch(request, found, Math.floorMod(found - start, partitions.length) + 1, span);
    }

    private void fetch(Request request, int found, int passed, int span) {
        int held = heldIn.get();
        partitions[found].fetch(route.entityId(), deadLetter, this, () -> {
            if (!request.isWaiting()) {
                return;
            }
            if (held != heldIn.get()) {
                // The session ended that it held, or it has one now: others must be asked than those that were.
                ask(request);
            } else if (passed < span) {
                ask(request, (found + 1) % partitions.length, span - passed);
            } else {
                nothingNow(request);
            }
        });
    }

    /**
     * No flag is set, or whoever had set it was empty: a request for what is there now ends here, unless a partition is
     * still being loaded, whose flag says nothing yet. Others go on waiting.
     */
    private void nothingNow(Request request) {
        if (!request.isForNow()) {
            return;
        }
        int loading = request.loading();
        if (loading < 0) {
            cancel(request);
            return;
        }
        partitions[loading].fetch(route.entityId(), deadLetter, this, () -> {
            if (request.isWaiting()) {
                ask(request);
            }
        });
    }

    /** A partition that is being loaded and whose messages the request would take, or -1. */
    private int firstLoading(Request request) {
        for (int partition : where) {
            if (request.isWaitingFor(partition) && partitions[partition].isLoading()) {
                return partition;
            }
        }
        return -1;
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
            flags.requests().giveBackSlot(slot);
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
        return slot;
    }

    @Override
    public boolean isWaiting() {
        return waiting.isAny();
    }

    @Override
    public @Nullable SessionDemand sessionDemand() {
        return sessions;
    }

    @Override
    public void sessionOver(int partition) {
        heldIn.compareAndSet(partition, Request.ANY_PARTITION);
    }

    /**
     * Whether a request may be served where it holds a session, or where it holds none. Who has accepted a session gets
     * nothing of another when that is lost.
     */
    private boolean suits(Request request, boolean holds) {
        return sessions == null || sessions.movesOn() || request.wantsSession() != holds;
    }

    @Override
    public boolean isWaiting(int partition) {
        int held = heldIn.get();
        boolean holds = held == partition;
        boolean mayServe = holds || held == Request.ANY_PARTITION;
        return mayServe && waiting.find(partition, request -> suits(request, holds)) != null;
    }

    @Override
    public @Nullable ReceiveRequest claim(int partition) {
        if (sessions == null) {
            return waiting.claim(partition, request -> true);
        }
        boolean taken = heldIn.compareAndSet(Request.ANY_PARTITION, partition);
        if (!taken && heldIn.get() != partition) {
            return null;
        }
        ReceiveRequest request = waiting.claim(partition, waits -> suits(waits, !taken));
        if (request == null && taken) {
            heldIn.set(Request.ANY_PARTITION);
        }
        return request;
    }
}
