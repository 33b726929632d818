/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockLostListener;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.message.Message;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives ready messages to those who wait for them.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Serving {
    /** Changes that serving makes in one round; more wait for the next, so that batches stay small. */
    static final int CHANGES_PER_ROUND = 256;

    /** What became of one request. */
    private enum Outcome {
        SERVED,
        NOTHING,
        /** The content lies in the swap, and this thread must not read it. */
        NEEDS_DISK
    }

    private final PartitionState state;
    private final BodyStore bodies;
    private final Settling settling;
    private final SessionServing sessionServing;
    private final Forwarding forwarding;
    private final LongSupplier random;
    private final Consumer<Command> submit;

    Serving(
            PartitionState state,
            BodyStore bodies,
            Settling settling,
            SessionLocking sessionLocking,
            Forwarding forwarding,
            LongSupplier random,
            Consumer<Command> submit) {
        this.state = state;
        this.bodies = bodies;
        this.settling = settling;
        this.sessionServing = new SessionServing(state, bodies, settling, sessionLocking, random);
        this.forwarding = forwarding;
        this.random = random;
        this.submit = submit;
    }

    /** How far {@link Round#changes} may count while this round is served. */
    long limit(Round round) {
        return round.changes + CHANGES_PER_ROUND;
    }

    /**
     * Serves whoever waits, round robin, until nobody does or nothing is left.
     *
     * @return false if it stopped before that, at the limit or at a content in the swap that this thread must not read
     */
    boolean serve(Round round, SubQueue queue, long limit) {
        if (bodies.holdsSwapped() && !bodies.mayWait() && queue.looksIntoContents()) {
            round.needsDisk = true;
            return false;
        }
        if (!forwardFirst(round, queue, limit)) {
            return false;
        }
        SessionTable sessions = queue.sessions();
        if (sessions != null && queue.fragment.receivable && !sessionServing.serveHolders(round, sessions, limit)) {
            return false;
        }
        if (queue.subscribers() == 0
                || !queue.hasSomething()
                || queue.handsOutNothing()
                || !queue.fragment.receivable) {
            return true;
        }
        RequestFlags requests = queue.requests();
        int slots = requests.slots();
        int at = queue.turn() < slots ? queue.turn() : 0;
        // Slots to look at before all have had their chance since somebody was served.
        int left = slots;
        while (left > 0 && queue.hasSomething() && round.changes < limit) {
            int end = Math.min(slots, at + left);
            int slot = requests.next(at, end);
            int after = slot < 0 ? end : slot + 1;
            left -= after - at;
            at = after == slots ? 0 : after;
            Subscription subscription = slot < 0 ? null : queue.subscriptionAt(slot);
            if (subscription != null) {
                switch (serveOne(round, queue, subscription, limit)) {
                    case SERVED -> left = slots;
                    case NOTHING -> lowerIfIdle(round, requests, subscription.subscriber());
                    case NEEDS_DISK -> {
                        queue.nextTurn(slot);
                        return false;
                    }
                }
            }
        }
        queue.nextTurn(at);
        return round.changes < limit;
    }

    /** What goes on to another entity is not given out here (rule W1). Returns false if there may be more of it. */
    private boolean forwardFirst(Round round, SubQueue queue, long limit) {
        String destination = queue.forwardTo();
        return destination == null || forwarding.forward(round, queue, destination, limit);
    }

    /** Messages that come later need not look at this one until it has a request again. */
    private static void lowerIfIdle(Round round, RequestFlags requests, Subscriber subscriber) {
        if (subscriber.isWaiting()) {
            return;
        }
        requests.lower(subscriber.slot());
        if (subscriber.isWaiting()) {
            // It came between the two and saw the flag raised; another partition may have seen it lowered.
            raiseAgain(round, requests, subscriber);
        }
    }

    private static void raiseAgain(Round round, RequestFlags requests, Subscriber subscriber) {
        requests.raise(subscriber.slot());
        round.afterAppend.add(Replies.afterwards(subscriber::askAgain));
    }

    /** A subscriber is new: here its flag may have been lowered for the one that had its slot before. */
    void subscribed(Round round, SubQueue queue, Subscriber subscriber) {
        if (subscriber.isWaiting()) {
            raiseAgain(round, queue.requests(), subscriber);
        }
    }

    /** Whether what this command would give first is in memory. */
    boolean isAtHand(Command.Fetch command) {
        Fragment fragment = state.fragment(command.entityId());
        if (fragment == null) {
            return true;
        }
        SubQueue queue = fragment.subQueue(command.deadLetter());
        MessageEntry first = queue.looksIntoContents() ? null : queue.first();
        return !queue.looksIntoContents() && (first == null || first.message != null);
    }

    /**
     * Serves every request of one subscriber that asks, as far as there are messages, and not only the one for which it
     * asks: that one may have been served elsewhere, and nobody would ask here for the others. Runs {@code nothingHere}
     * afterwards if somebody went away empty.
     */
    void fetch(Round round, Command.Fetch command) {
        Fragment fragment = state.fragment(command.entityId());
        SubQueue queue = fragment == null ? null : fragment.subQueue(command.deadLetter());
        Subscription subscription = queue == null ? null : queue.subscription(command.subscriber());
        if (queue == null || subscription == null || !queue.fragment.receivable) {
            nothingHere(round, command);
            return;
        }
        long limit = limit(round);
        sessionServing.letGo(round, queue, command.subscriber());
        boolean free = forwardFirst(round, queue, limit) && !queue.handsOutNothing();
        Outcome outcome = free ? Outcome.SERVED : Outcome.NOTHING;
        while (outcome == Outcome.SERVED && round.changes < limit) {
            outcome = serveOne(round, queue, subscription, limit);
        }
        if (round.changes >= limit || outcome == Outcome.NEEDS_DISK) {
            // There may be more: it asks again, behind those who wait.
            round.afterAppend.add(Replies.afterwards(() -> submit.accept(command)));
        } else if (queue.sessions() != null || command.subscriber().isWaiting(state.partition)) {
            // Who holds a session elsewhere does not wait here, and must hear that there is nothing for him.
            nothingHere(round, command);
        }
    }

    /** After a load there may be something as soon as what was decided then is on disk: only then it is asked again. */
    private static void nothingHere(Round round, Command.Fetch command) {
        (round.recovering ? round.whenDurable : round.afterAppend).add(Replies.afterwards(command.nothingHere()));
    }

    private Outcome serveOne(Round round, SubQueue queue, Subscription subscription, long limit) {
        Subscriber subscriber = subscription.subscriber();
        FilterScan scan = subscription.scan();
        if (!subscriber.isWaiting(state.partition)) {
            return Outcome.NOTHING;
        }
        SessionTable sessions = queue.sessions();
        if (sessions != null) {
            boolean served = sessionServing.serveOne(round, queue, sessions, subscriber, limit);
            return served ? Outcome.SERVED : Outcome.NOTHING;
        }
        MessageEntry entry = scan == null ? firstAlive(round, queue, limit) : firstMatching(round, queue, scan, limit);
        if (entry == null) {
            return Outcome.NOTHING;
        }
        Message message = scan == null ? bodies.readAhead.content(queue, entry) : bodies.content(entry);
        if (message == null) {
            round.needsDisk = true;
            return Outcome.NEEDS_DISK;
        }
        ReceiveRequest request = subscriber.claim(state.partition);
        if (request == null) {
            return Outcome.NOTHING;
        }
        Delivery delivery =
                handOut(round, entry, message, subscriber.mode(), subscriber.autoRenewNanos(), subscriber.lockLost());
        bodies.readAhead.forget(entry);
        give(round, entry, request, delivery);
        return Outcome.SERVED;
    }

    /** What was removed is given when that is certain. */
    static void give(Round round, MessageEntry entry, ReceiveRequest request, Delivery delivery) {
        boolean removed = delivery.lockToken() == null && entry.isDurable();
        (removed ? round.whenDurable : round.afterAppend).add(new HandOut(request, delivery));
    }

    private @Nullable MessageEntry firstAlive(Round round, SubQueue queue, long limit) {
        for (MessageEntry entry = queue.first(); entry != null && round.changes < limit; entry = queue.first()) {
            if (!entry.isExpired(round.wallMs)) {
                return entry;
            }
            settling.expire(round, entry, entry.delivery);
        }
        return null;
    }

    private @Nullable MessageEntry firstMatching(Round round, SubQueue queue, FilterScan scan, long limit) {
        for (int priority = SubQueue.PRIORITIES - 1; priority >= 0; priority--) {
            MessageEntry entry = queue.nextUnseen(scan, priority);
            while (entry != null && round.changes < limit) {
                if (entry.isExpired(round.wallMs)) {
                    settling.expire(round, entry, entry.delivery);
                } else if (bodies.matches(scan.filter, entry)) {
                    return entry;
                } else {
                    scan.passOver(entry);
                    // Looking counts like a change: a filter that wants nothing must not hold up the others.
                    round.changes += scan.filter.cost();
                }
                entry = queue.nextUnseen(scan, priority);
            }
        }
        return null;
    }

    /** Locks the message under the lock of its session (rule G4), or removes it, for the session's holder. */
    Delivery handOut(Round round, MessageEntry entry, Message message, SessionLock held) {
        return sessionServing.handOut(round, entry, message, held);
    }

    /** Locks the message, or removes it, for somebody who gets it. */
    Delivery handOut(
            Round round,
            MessageEntry entry,
            Message message,
            ReceiveMode mode,
            long autoRenewNanos,
            @Nullable LockLostListener lockLost) {
        Activity activity = Activity.of(entry);
        activity.deliver(entry);
        if (mode == ReceiveMode.RECEIVE_AND_DELETE) {
            activity.completed++;
            Delivery delivery = delivery(entry, message, null, 0);
            settling.complete(round, entry);
            return delivery;
        }
        Fragment fragment = entry.fragment;
        long durationNanos = fragment.settings().lockDuration().toNanos();
        MessageLock lock = new MessageLock(
                entry,
                new UUID(random.getAsLong(), random.getAsLong()),
                autoRenewUntil(round.nanos, autoRenewNanos),
                null,
                LockWatch.of(lockLost, message));
        lock.deadlineNanos = round.nanos + durationNanos;
        lock.lockedUntilMs = round.wallMs + durationNanos / 1_000_000;
        round.emit(new Change.Locked(entry, lock));
        round.emitLazily(new Change.DeliveryChanged(entry, entry.delivery.withHandedOut(true)));
        LockToken token = new LockToken(state.partition, fragment.entityId(), entry.sequenceNumber, lock.token);
        return delivery(entry, message, token, lock.lockedUntilMs);
    }

    private static long autoRenewUntil(long nanos, long autoRenewNanos) {
        return autoRenewNanos == Long.MAX_VALUE ? Long.MAX_VALUE : nanos + autoRenewNanos;
    }

    /** A message as it looks from outside. */
    static Delivery delivery(MessageEntry entry, Message message, @Nullable LockToken token, long lockedUntilMs) {
        DeliveryState now = entry.delivery;
        EntityPath path = entry.fragment.path(now.deadLettered());
        return new Delivery(
                path,
                message,
                token != null || entry.lock != null ? MessageState.LOCKED : now.state(),
                entry.sequenceNumber,
                entry.enqueuedSequenceNumber,
                entry.enqueuedTimeMs,
                entry.expiresAtMs,
                now.deliveryCount(),
                token,
                lockedUntilMs,
                now.notes().deadLetterReason(),
                now.notes().deadLetterDescription(),
                now.notes().properties());
    }
}
