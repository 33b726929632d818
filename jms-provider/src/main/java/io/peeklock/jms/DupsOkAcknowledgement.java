/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Settlement;
import jakarta.jms.JMSException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * DUPS_OK_ACKNOWLEDGE: completes messages lazily, many at once: when a batch is full, when no message has
 * come for a moment, and when the session stops or closes.
 *
 * <p>As {@link Acknowledgement}; {@link #idle()} from any thread.
 */
final class DupsOkAcknowledgement extends Acknowledgement {

    private static final int BATCH_MESSAGES = 32;

    /** So many batches may be on their way to the disk before the session waits for it. */
    private static final int MAX_UNFINISHED_BATCHES = 2;

    private final HeldLocks batch = new HeldLocks();
    /** What is told of those in the batch, and on their way to the disk, if that fails. */
    private final Map<LockToken, LockLostEvent> events = new ConcurrentHashMap<>();

    private final AtomicReference<CompletableFuture<Void>> unfinished =
            new AtomicReference<>(CompletableFuture.completedFuture(null));
    private final AtomicInteger unfinishedBatches = new AtomicInteger();

    DupsOkAcknowledgement(Settlements settlements) {
        super(settlements);
    }

    @Override
    void received(Delivery delivery) {
        complete(delivery);
    }

    @Override
    void refused(Delivery delivery) throws JMSException {
        settle(delivery.requireLockToken(), Settlement.RELEASE);
    }

    @Override
    void listened(Delivery delivery, boolean thrown) {
        LockToken token = delivery.requireLockToken();
        if (!thrown) {
            complete(delivery);
        } else if (held.take(token)) {
            await(settlements.abandonLater(token));
        }
    }

    private void complete(Delivery delivery) {
        LockToken token = delivery.requireLockToken();
        if (held.take(token)) {
            events.put(token, LockLostEvent.notCompleted(delivery));
            if (batch.add(token) >= BATCH_MESSAGES) {
                idle();
            }
        }
    }

    /** Batches come from the session's thread, its timer and whoever stops it: none must be forgotten. */
    private void await(CompletableFuture<Void> settlement) {
        unfinishedBatches.incrementAndGet();
        settlement.whenComplete((nothing, failure) -> unfinishedBatches.decrementAndGet());
        unfinished.accumulateAndGet(settlement, (before, more) -> CompletableFuture.allOf(before, more));
    }

    @Override
    boolean holdsNothing() {
        return super.holdsNothing() && batch.isEmpty();
    }

    @Override
    boolean isLazy() {
        return true;
    }

    @Override
    void idle() {
        List<LockToken> tokens = batch.takeAll();
        if (!tokens.isEmpty()) {
            await(settlements.completeLater(tokens, events));
        }
    }

    @Override
    void acknowledge(Delivery delivery, Settlement settlement) {
        // Done by the session (Jakarta Messaging 3.6).
    }

    /** What was not completed yet is delivered again: that is what the mode allows. */
    @Override
    void recover() throws JMSException {
        List<LockToken> tokens = batch.takeAll();
        tokens.forEach(events::remove);
        tokens.addAll(held.takeAll());
        settlements.abandonAll(tokens);
    }

    @Override
    void settle(LockToken token, Settlement settlement) throws JMSException {
        if (!batch.take(token)) {
            super.settle(token, settlement);
            return;
        }
        try {
            settle(token, settlement, batch);
            events.remove(token);
        } catch (JMSException e) {
            if (!Settlements.isRefusal(e)) {
                events.remove(token);
            }
            throw e;
        }
    }

    /** Not for the disk, as long as that keeps up. */
    @Override
    void awaitBeforeNext() throws InterruptedException {
        if (unfinishedBatches.get() > MAX_UNFINISHED_BATCHES) {
            awaitUnfinished();
        }
    }

    @Override
    void awaitSettled() throws InterruptedException {
        idle();
        awaitUnfinished();
    }

    private void awaitUnfinished() throws InterruptedException {
        try {
            Objects.requireNonNull(unfinished.get()).get();
        } catch (ExecutionException e) {
            throw new AssertionError("a settlement that nobody waits for never fails", e);
        }
    }

    @Override
    void close() throws JMSException {
        super.close();
        try {
            awaitSettled();
        } catch (InterruptedException e) {
            throw JmsExceptions.closedEarly("a session", e);
        }
    }

    @Override
    void closeNow() {
        idle();
        super.closeNow();
    }
}
