/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends, settlements of received messages and states of sessions that are committed together, or not at all, by whoever began
 * them (rules X1, X4).
 *
 * <p>As {@link Transaction}. Good for one commit or rollback.
 */
public final class LocalTransaction extends StagingTransaction {

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

    private final TransactionSettings settings;
    private final TransactionTimer timer;
    private final Runnable onTimeout;
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
        super(namespace, settings, new PartitionPin(settings), anyPartition);
        this.settings = settings;
        this.timer = timer;
        this.onTimeout = onTimeout;
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

    /**
     * Commits everything: in one batch if all of it lies in one partition, else atomically over all of them (rule X4). Fails with
     * a {@link BrokerException}; {@link #state()} then says whether it was rolled back (a lock was lost, a partition is out, no
     * room) or its outcome is unknown.
     */
    public CompletableFuture<Void> commit() {
        if (isTimedOut()) {
            return CompletableFuture.failedFuture(timeIsOver(""));
        }
        CompletableFuture<Void> result = new CompletableFuture<>();
        if (locked(this::beginCommit) == State.COMMITTED) {
            result.complete(null);
        } else {
            committing.commit(parts(), failure -> finish(failure, result));
        }
        return result;
    }

    private State beginCommit() {
        requireActive();
        stopTimer.run();
        return state = isEmpty() ? State.COMMITTED : State.COMMITTING;
    }

    /**
     * Drops what was staged and abandons the received messages, in the order they came (rules X1, L6). Completes when
     * they are available again. Does nothing more if it was rolled back already.
     */
    public CompletableFuture<Void> rollback() {
        locked(() -> {
            if (state != State.ROLLED_BACK) {
                requireActive();
                stopTimer.run();
                state = State.ROLLED_BACK;
            }
            return state;
        });
        return unlock();
    }

    /**
     * A session goes, which the application has closed: what was received of it is abandoned, counting (rules L6, G4). Whatever was
     * received of it or set for it, the commit fails with SessionLockLost. Does nothing if it has ended.
     *
     * @return completes when it is available again; never fails
     */
    public CompletableFuture<Void> leave(SessionToken session) {
        return unlock(session);
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
        // What a commit over several partitions has unlocked already only says so.
        unlock().thenRun(() -> result.completeExceptionally(why));
    }

    private void end(State end) {
        locked(() -> state = end);
    }

    @Override
    void begun() {
        if (!begun) {
            begun = true;
            if (settings.timeout() != null) {
                stopTimer = timer.schedule(settings.timeout(), this::timeOut);
            }
        }
    }

    private void timeOut() {
        boolean ends = locked(() -> {
            timedOut = state == State.ACTIVE;
            state = timedOut ? State.ROLLED_BACK : state;
            return timedOut;
        });
        if (ends) {
            unlock();
            dropWork();
            onTimeout.run();
        }
    }

    @Override
    void requireActive() {
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
                        + " was over, so nothing of it was sent, and what it had received is available again"
                        + whatToDo);
    }
}
