/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends, settlements of received messages and states of sessions that are committed together in one partition, or not at
 * all (rules X1, P9 to P11).
 *
 * <p>For one thread at a time; only its own time-out may come between, which is why it has a lock. Good for one commit
 * or rollback. Nothing reaches the bus before the commit: sends are staged, received messages stay under their locks.
 */
public final class LocalTransaction implements Transaction {

    /** Where a transaction stands. */
    public enum State {
        /** It takes work. */
        ACTIVE,
        /** Its commit is under way. */
        COMMITTING,
        /** Its work is done and durable. */
        COMMITTED,
        /** Nothing of it happened; its messages were unlocked. */
        ROLLED_BACK,
        /** The disk failed under the commit: all of it happened, or nothing. */
        OUTCOME_UNKNOWN
    }

    private final Namespace namespace;
    private final TransactionSettings settings;
    private final TransactionTimer timer;
    private final IntSupplier anyPartition;
    private final Runnable onTimeout;

    private final ReentrantLock lock = new ReentrantLock();
    private final PartitionPin pin;
    private final StagedWork work = new StagedWork();
    private final TransactionRoom room;
    private final Committing committing;
    private State state = State.ACTIVE;
    private boolean timedOut;
    private boolean begun;
    private Runnable stopTimer = () -> {};

    LocalTransaction(
            Namespace namespace,
            TransactionSettings settings,
            TransactionTimer timer,
            IntSupplier anyPartition,
            Runnable onTimeout) {
        this.namespace = namespace;
        this.settings = settings;
        this.timer = timer;
        this.anyPartition = anyPartition;
        this.onTimeout = onTimeout;
        this.pin = new PartitionPin(namespace, settings.unkeyedSendsFollow());
        this.room = new TransactionRoom(settings);
        this.committing = new Committing(namespace, anyPartition);
    }

    public State state() {
        return locked(() -> state);
    }

    @Override
    public boolean hasEnded() {
        return switch (state()) {
            case ACTIVE, COMMITTING -> false;
            case COMMITTED, ROLLED_BACK, OUTCOME_UNKNOWN -> true;
        };
    }

    @Override
    public boolean isTimedOut() {
        return locked(() -> timedOut);
    }

    @Override
    public int partition() {
        return locked(() -> timedOut ? PartitionPin.NONE : pin.partition());
    }

    @Override
    public boolean isEmpty() {
        return locked(() -> work.isEmpty());
    }

    @Override
    public void send(EntityPath destination, Message message) {
        lock.lock();
        try {
            long entity = admit(destination, message);
            work.send(new OutgoingMessage(destination, message).stagedFor(entity));
            room.sent(message);
        } finally {
            lock.unlock();
        }
    }

    private long admit(EntityPath destination, Message message) {
        requireActive();
        room.requireForSend(destination, message);
        long entity = pin.admit(destination, message);
        begin();
        return entity;
    }

    @Override
    public CompletableFuture<Long> schedule(EntityPath destination, Message message, Instant enqueueAt) {
        int partition;
        long entity;
        lock.lock();
        try {
            entity = admit(destination, message);
            if (pin.partition() == PartitionPin.NONE) {
                pin.admit(destination, anyPartition.getAsInt());
            }
            partition = pin.partition();
        } finally {
            lock.unlock();
        }
        return namespace.reserveNumber(destination, partition).thenApply(number -> {
            OutgoingMessage scheduled = OutgoingMessage.scheduled(destination, message, enqueueAt, number);
            whileActive(() -> {
                room.requireForSend(destination, message);
                work.send(scheduled.stagedFor(entity));
                room.sent(message);
            });
            return number;
        });
    }

    private <T> T locked(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }

    /** Fails if it has ended. */
    private void whileActive(Runnable what) {
        lock.lock();
        try {
            requireActive();
            what.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int room() {
        return locked(() -> room.forReceives());
    }

    @Override
    public void requireRoom(int messages) {
        whileActive(() -> room.requireForReceive(messages));
    }

    @Override
    public void enlist(Delivery delivery) {
        LockToken token = delivery.requireLockToken();
        lock.lock();
        try {
            requireActive();
            room.requireForReceive(1);
            pin.admit(delivery, token.partition());
            work.receive(token);
            room.received();
            begin();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Void> settle(StagedSettlement settlement) {
        LockToken token = settlement.token();
        whileActive(() -> {
            if (!work.hasReceived(token)) {
                throw new BrokerException(
                        ErrorCode.MessageLockLost,
                        "message " + token.sequenceNumber()
                                + " is none of this transaction: it was received in one that"
                                + " has been committed or rolled back");
            }
        });
        PartitionCommit alone = new PartitionCommit(token.partition(), List.of(), List.of(settlement), List.of());
        return namespace.check(alone).thenRun(() -> whileActive(() -> work.settle(settlement)));
    }

    @Override
    public CompletableFuture<Void> setSessionState(EntityPath entity, StagedSessionState state) {
        whileActive(() -> {});
        int partition = state.session().partition();
        PartitionCommit alone = new PartitionCommit(partition, List.of(), List.of(), List.of(state));
        return namespace
                .check(alone)
                .thenRun(() -> whileActive(() -> {
                    pin.admit("session " + state.session().sessionId() + " of " + entity, partition);
                    work.set(state);
                    begin();
                }));
    }

    @Override
    public @Nullable StagedSessionState stagedState(SessionToken session) {
        lock.lock();
        try {
            return state == State.ACTIVE ? work.stateOf(session) : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Commits everything in one batch. Fails with a {@link BrokerException}; {@link #state()} then says whether it was
     * rolled back (a lock was lost, the partition is out, no room) or its outcome is unknown.
     */
    public CompletableFuture<Void> commit() {
        PartitionCommit toCommit;
        lock.lock();
        try {
            if (state == State.ROLLED_BACK && timedOut) {
                return CompletableFuture.failedFuture(timeIsOver(""));
            }
            requireActive();
            stopTimer.run();
            if (work.isEmpty()) {
                state = State.COMMITTED;
                return CompletableFuture.completedFuture(null);
            }
            state = State.COMMITTING;
            toCommit = work.in(pin.partition());
        } finally {
            lock.unlock();
        }
        CompletableFuture<Void> result = new CompletableFuture<>();
        committing.commit(toCommit, failure -> finish(failure, result));
        return result;
    }

    /**
     * Drops what was staged and abandons the received messages, in the order they came (rules X1, L6). Completes when
     * they are available again. Does nothing if it was rolled back already.
     */
    public CompletableFuture<Void> rollback() {
        lock.lock();
        try {
            if (state == State.ROLLED_BACK) {
                return CompletableFuture.completedFuture(null);
            }
            requireActive();
            stopTimer.run();
            state = State.ROLLED_BACK;
        } finally {
            lock.unlock();
        }
        return abandonReceived();
    }

    private void finish(@Nullable BrokerException why, CompletableFuture<Void> result) {
        if (why == null) {
            end(State.COMMITTED);
            result.complete(null);
            return;
        }
        if (why.code() == ErrorCode.OutcomeUnknown) {
            end(State.OUTCOME_UNKNOWN);
            result.completeExceptionally(why);
            return;
        }
        end(State.ROLLED_BACK);
        abandonReceived().whenComplete((nothing, alsoFailed) -> result.completeExceptionally(why));
    }

    private void end(State end) {
        lock.lock();
        try {
            state = end;
        } finally {
            lock.unlock();
        }
    }

    /** Locks that are lost meanwhile need no abandoning, so single outcomes do not matter here. */
    private CompletableFuture<Void> abandonReceived() {
        List<LockToken> received = work.received();
        if (received.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return namespace.settleAll(received, Settlement.ABANDON).thenApply(outcomes -> null);
    }

    private void begin() {
        if (!begun) {
            begun = true;
            if (settings.timeout() != null) {
                stopTimer = timer.schedule(settings.timeout(), this::timeOut);
            }
        }
    }

    private void timeOut() {
        lock.lock();
        try {
            if (state != State.ACTIVE) {
                return;
            }
            state = State.ROLLED_BACK;
            timedOut = true;
        } finally {
            lock.unlock();
        }
        abandonReceived();
        onTimeout.run();
    }

    private void requireActive() {
        if (timedOut) {
            throw timeIsOver("; roll back to begin a new one");
        }
        if (state != State.ACTIVE) {
            throw new BrokerException(ErrorCode.InvalidOperation, "the transaction is over: " + state);
        }
    }

    private BrokerException timeIsOver(String whatToDo) {
        return new BrokerException(
                ErrorCode.Timeout,
                "the transaction's time-out of " + settings.timeout()
                        + " was over, so it was rolled back: nothing of it was"
                        + " sent, and what it had received is available again" + whatToDo);
    }
}
