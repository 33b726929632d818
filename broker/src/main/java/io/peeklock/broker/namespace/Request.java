/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.partition.ReceiveRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** One request of a receiver for one message. Thread safe: one partition claims it, or its owner takes it back. */
final class Request extends CompletableFuture<Delivery> implements ReceiveRequest {
    static final int ANY_PARTITION = -1;

    private enum State {
        WAITING,
        CLAIMED,
        CANCELLED
    }

    private final PartitionedReceiver receiver;
    private final int onlyPartition;
    private final boolean forNow;
    private volatile int loading = -1;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    /** @param forNow whether it ends when no partition has anything */
    Request(PartitionedReceiver receiver, int onlyPartition, boolean forNow) {
        this.receiver = receiver;
        this.onlyPartition = onlyPartition;
        this.forNow = forNow;
    }

    boolean isWaitingFor(int partition) {
        return state.get() == State.WAITING && (onlyPartition == ANY_PARTITION || onlyPartition == partition);
    }

    boolean isWaiting() {
        return state.get() == State.WAITING;
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

    boolean claim() {
        return state.compareAndSet(State.WAITING, State.CLAIMED);
    }

    /** Takes the request back. Returns false if a partition has claimed it. */
    boolean takeBack() {
        return state.compareAndSet(State.WAITING, State.CANCELLED);
    }

    @Override
    public void deliver(Delivery delivery) {
        if (!complete(delivery)) {
            receiver.returnUnwanted(delivery);
        }
    }

    @Override
    public void giveBack() {
        state.set(State.WAITING);
        receiver.askAgain(this);
    }

    @Override
    public void fail(BrokerException cause) {
        completeExceptionally(cause);
    }
}
