/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.tx.MessageOwner;
import io.peeklock.tx.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one message that a session has for a message endpoint, from its coming to its settlement.
 *
 * <p>Thread safe: a transaction manager gives it back on any thread, while the endpoint is at work. Its lock is held for moments only.
 */
final class MessageInHand implements MessageOwner {

    private enum Standing {
        /** The session's, as what it receives outside of any branch. */
        HELD,
        /** A branch's. */
        IN_BRANCH,
        /** A branch has given it back. */
        RETURNED,
        /** Settled, or about to be. */
        OVER
    }

    /** What finish has said. */
    private record Ending(boolean failed, Settlement.Fail failure, Runnable over) {}

    private final SessionCore session;
    private final Delivery delivery;
    private final LockToken token;
    private final ReentrantLock lock = new ReentrantLock();
    private Standing standing = Standing.HELD;
    private boolean refused;
    private @Nullable Transaction branch;
    private @Nullable Ending ending;
    /** Cuts short the time that it is kept back under its lock. */
    private @Nullable CompletableFuture<Void> waits;

    private boolean closed;
    private volatile boolean loose;
    private volatile Settlement.Fail rolledBack = new Settlement.Fail(0, Integer.MAX_VALUE, "it was rolled back");

    MessageInHand(SessionCore session, Delivery delivery) {
        this.session = session;
        this.delivery = delivery;
        this.token = delivery.requireLockToken();
        session.acknowledgement().held.add(token);
    }

    boolean isDeadLetter() {
        return delivery.entity().deadLetter();
    }

    /** Whether nobody else has it in his list: no branch, and not the session. */
    boolean isLoose() {
        return loose;
    }

    // ---- In a branch

    /** The session works in a branch from now on. The first one has the message. */
    void enter(Transaction into) {
        lock.lock();
        try {
            // One that a close has given back is in the branch nevertheless: its lock is lost, so the endpoint's work
            // is rolled back.
            if (standing != Standing.HELD || ending != null || (!take() && !closed)) {
                return;
            }
            try {
                into.enlist(List.of(delivery), this);
                standing = Standing.IN_BRANCH;
                branch = into;
            } catch (BrokerException e) {
                // The branch can only be rolled back: its time was over when it began.
                session.acknowledgement().held.add(token);
                refused = true;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean take() {
        return session.acknowledgement().held.take(token);
    }

    void ifRolledBack(Settlement.Fail failure) {
        rolledBack = failure;
    }

    @Override
    public Settlement.Fail rolledBack() {
        return rolledBack;
    }

    @Override
    public void takeBack(LockToken same) {
        Ending known;
        lock.lock();
        try {
            standing = Standing.RETURNED;
            loose = true;
            known = ending;
        } finally {
            lock.unlock();
        }
        if (known != null) {
            settle(known);
        }
    }

    /** A branch is settled. */
    void settled(Transaction which) {
        Ending known;
        lock.lock();
        try {
            if (standing != Standing.IN_BRANCH || branch != which) {
                return;
            }
            standing = Standing.OVER;
            known = ending;
        } finally {
            lock.unlock();
        }
        if (known != null) {
            known.over.run();
        }
    }

    // ---- Its end

    void finish(boolean failed, Settlement.Fail failure, Runnable over) {
        Ending known = new Ending(failed, failure, over);
        lock.lock();
        try {
            ending = known;
            if (standing == Standing.IN_BRANCH) {
                // Whoever ends the branch goes on.
                return;
            }
        } finally {
            lock.unlock();
        }
        settle(known);
    }

    /** It is in no branch any more, or never was. */
    private void settle(Ending known) {
        Standing was;
        boolean failed;
        lock.lock();
        try {
            was = standing;
            standing = Standing.OVER;
            failed = was == Standing.RETURNED || refused || known.failed;
        } finally {
            lock.unlock();
        }
        boolean ours = was == Standing.RETURNED || (was == Standing.HELD && take());
        loose = ours;
        if (!ours) {
            // The endpoint has settled it, or the session is closed.
            over(known);
        } else if (failed) {
            afterItsTime(known.failure).whenComplete((nothing, closedEarlier) -> fail(known));
        } else {
            session.settlements().completeLater(delivery).whenComplete((nothing, never) -> over(known));
        }
    }

    /** In its session it must be next, and nothing behind it may come: it waits under its lock. */
    private CompletableFuture<Void> afterItsTime(Settlement.Fail failure) {
        boolean isLast = delivery.deliveryCount() + 1 >= failure.maxFailures();
        if (token.sessionLock() == null || failure.delayMs() == 0 || isLast) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> waiting = new CompletableFuture<>();
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.completedFuture(null);
            }
            waits = waiting;
        } finally {
            lock.unlock();
        }
        Runnable stop = session.timer().schedule(Duration.ofMillis(failure.delayMs()), () -> waiting.complete(null));
        return waiting.whenComplete((nothing, never) -> stop.run());
    }

    private void fail(Ending known) {
        Settlement.Fail failure = known.failure;
        Settlement settlement = token.sessionLock() == null
                ? failure
                : new Settlement.Fail(0, failure.maxFailures(), failure.description());
        session.settlements().settleLater(token, settlement).whenComplete((nothing, never) -> over(known));
    }

    private void over(Ending known) {
        loose = false;
        session.endingShares().settled();
        known.over.run();
    }

    /** It is settled otherwise than by its endpoint's work, if it is still the session's. */
    void settleNow(Settlement settlement) {
        lock.lock();
        try {
            if (standing != Standing.HELD || !take()) {
                return;
            }
            standing = Standing.OVER;
        } finally {
            lock.unlock();
        }
        session.settlements()
                .settleOrRelease(delivery, settlement)
                .whenComplete((nothing, never) -> session.endingShares().settled());
    }

    /** The session closes: nobody waits for the time of a failed message any more, nor finishes what a branch gives back. */
    void close() {
        CompletableFuture<Void> waiting;
        Ending forgotten = null;
        lock.lock();
        try {
            closed = true;
            waiting = waits;
            if (ending == null && (standing == Standing.IN_BRANCH || standing == Standing.RETURNED)) {
                forgotten = new Ending(
                        true, new Settlement.Fail(0, Integer.MAX_VALUE, "its endpoint was deactivated"), () -> {});
                ending = forgotten;
            }
            if (standing != Standing.RETURNED) {
                forgotten = null;
            }
        } finally {
            lock.unlock();
        }
        if (waiting != null) {
            waiting.complete(null);
        }
        if (forgotten != null) {
            settle(forgotten);
        }
    }

    @Override
    public String toString() {
        return "message " + delivery.sequenceNumber() + " of " + delivery.entity() + Map.of("standing", standing);
    }
}
