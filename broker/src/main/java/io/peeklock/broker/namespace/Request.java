/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.SharedCredit;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.partition.ReceiveRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One request of a receiver for one message. Thread safe: one partition claims it, or its owner takes it back. */
class Request extends CompletableFuture<Delivery> implements ReceiveRequest {
    static final int ANY_PARTITION = -1;

    private enum State {
        WAITING,
        CLAIMED,
        /** Claimed, and its owner does not want to wait any more: if it is given back, it ends. */
        CLAIMED_AND_CANCELLED,
        CANCELLED
    }

    private final PartitionedReceiver receiver;
    private final int onlyPartition;
    private final @Nullable String onlySession;
    private final boolean forNow;
    private final @Nullable SharedCredit credit;
    private volatile int loading = -1;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    /**
     * @param onlySession null for whichever the receiver holds or takes
     * @param forNow whether it ends when no partition has anything
     * @param credit without which it is not served, or null; who is given a message has it
     */
    Request(
            PartitionedReceiver receiver,
            int onlyPartition,
            @Nullable String onlySession,
            boolean forNow,
            @Nullable SharedCredit credit) {
        this.receiver = receiver;
        this.onlyPartition = onlyPartition;
        this.onlySession = onlySession;
        this.forNow = forNow;
        this.credit = credit;
    }

    boolean isWaitingFor(int partition) {
        return isWaiting() && (onlyPartition == ANY_PARTITION || onlyPartition == partition);
    }

    boolean isWaiting() {
        // Done while it waits: its owner has completed the future instead of taking the request back.
        return state.get() == State.WAITING && !isDone();
    }

    boolean isForNow() {
        return forNow;
    }

    /** A partition that was being loaded when it was asked, or -1. */
    int loading() {
        return loading;
    }

    void setLoading(int partition) {
        loading = partition;
    }

    int onlyPartition() {
        return onlyPartition;
    }

    @Nullable
    String onlySession() {
        return onlySession;
    }

    /** Whether it may be served with a message of this session. */
    boolean takes(String sessionId) {
        return onlySession == null || onlySession.equals(sessionId);
    }

    /**
     * Whether it may be served as far as the credit goes that it shares with others.
     *
     * @param ifNot is run when it may
     */
    boolean hasCredit(Runnable ifNot) {
        return credit == null || credit.isFree(ifNot);
    }

    /** Takes it, and the credit with it; if another one has that, it goes on waiting, and {@code ifTaken} is run afterwards. */
    boolean claim(Runnable ifTaken) {
        return credit == null ? claim() : credit.tryTake(ifTaken, this::claim);
    }

    private boolean claim() {
        return state.compareAndSet(State.WAITING, State.CLAIMED);
    }

    private void giveCreditBack() {
        if (credit != null) {
            credit.giveBack();
        }
    }

    /** Takes the request back. Returns false if a partition has claimed it. */
    boolean takeBack() {
        State before = state.getAndUpdate(now -> switch (now) {
            case WAITING -> State.CANCELLED;
            case CLAIMED -> State.CLAIMED_AND_CANCELLED;
            case CLAIMED_AND_CANCELLED, CANCELLED -> now;
        });
        return before == State.WAITING;
    }

    /** Ends it after it was taken back. */
    void endCancelled() {
        super.cancel(false);
    }

    /** Ends it after it was taken back, or instead of a message. */
    void endWith(BrokerException cause) {
        super.completeExceptionally(cause);
    }

    /** Its owner ends it, by a time-out for example, instead of taking it back. */
    @Override
    public boolean complete(Delivery value) {
        return mayBeEndedByItsOwner() && super.complete(value);
    }

    /** Its owner ends it, by a time-out for example, instead of taking it back. */
    @Override
    public boolean completeExceptionally(Throwable cause) {
        return mayBeEndedByItsOwner() && super.completeExceptionally(cause);
    }

    /** Its owner ends it instead of taking it back. */
    @Override
    public boolean cancel(boolean mayInterrupt) {
        return mayBeEndedByItsOwner() && super.cancel(mayInterrupt);
    }

    /** A message that comes under a lock can go back; one that was removed for this request must find it open. */
    private boolean mayBeEndedByItsOwner() {
        return receiver.mode() == ReceiveMode.PEEK_LOCK || takeBack();
    }

    @Override
    public void deliver(Delivery delivery) {
        BrokerException over = receiver.whyOver();
        // What was deleted when it was handed out cannot go back: it must be given.
        if (over != null && delivery.lockToken() != null) {
            endWith(over);
        }
        if (!super.complete(delivery)) {
            receiver.returnUnwanted(delivery);
            giveCreditBack();
        }
    }

    @Override
    public void giveBack() {
        if (state.compareAndSet(State.CLAIMED, State.WAITING)) {
            receiver.returned(this);
        } else {
            state.set(State.CANCELLED);
            endCancelled();
        }
        giveCreditBack();
    }

    @Override
    public void fail(BrokerException cause) {
        endWith(cause);
        giveCreditBack();
    }
}
