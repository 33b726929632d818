/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.EntityOptions;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.MessageEntry.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of messages under lock, and of those whose time is over.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Settling {
    static final String MAX_DELIVERY_COUNT = "MaxDeliveryCountExceeded";
    static final String NO_SESSION = "SessionIdIsNull";
    static final String EXPIRED = "TTLExpiredException";

    private final PartitionState state;
    private final BodyStore bodies;
    private final boolean wholeSessions;

    /** @param wholeSessions whether the first message of a session that expires takes those behind it with it (rule T9) */
    Settling(PartitionState state, BodyStore bodies, boolean wholeSessions) {
        this.state = state;
        this.bodies = bodies;
        this.wholeSessions = wholeSessions;
    }

    void settle(Round round, Command.Settle command) {
        BrokerException failure = trySettle(round, command.token(), command.settlement());
        if (failure != null) {
            round.refuse(command, failure);
        } else {
            round.whenDurable.add(Replies.done(command.reply()));
        }
    }

    void settleAll(Round round, Command.SettleAll command) {
        List<SettlementOutcome> outcomes = new ArrayList<>(command.tokens().size());
        for (LockToken token : command.tokens()) {
            outcomes.add(new SettlementOutcome(token, trySettle(round, token, command.settlement())));
        }
        round.whenDurable.add(new Round.Reply() {
            @Override
            public void give() {
                command.reply().complete(outcomes);
            }

            @Override
            public void fail(BrokerException cause) {
                outcomes.replaceAll(o -> o.failure() == null ? new SettlementOutcome(o.token(), cause) : o);
                command.reply().complete(outcomes);
            }
        });
    }

    private @Nullable BrokerException trySettle(Round round, LockToken token, Settlement settlement) {
        MessageEntry entry = locked(round, token);
        if (entry == null) {
            return lockLost(round, token);
        }
        BrokerException refusal = SettlementRefusals.of(entry, settlement);
        if (refusal == null) {
            settle(round, entry, settlement);
        }
        return refusal;
    }

    /** Settles a message that is under lock, as {@link SettlementRefusals} allows it. */
    void settle(Round round, MessageEntry entry, Settlement settlement) {
        if (settlement instanceof Settlement.Complete) {
            Activity.of(entry).completed++;
            complete(round, entry);
        } else if (settlement instanceof Settlement.Release) {
            release(round, entry);
        } else if (settlement instanceof Settlement.Abandon abandon) {
            abandon(round, entry, abandon);
        } else if (settlement instanceof Settlement.Defer defer) {
            defer(round, entry, defer.properties());
        } else if (settlement instanceof Settlement.DeadLetter deadLetter) {
            deadLetter(round, entry, deadLetter);
        } else if (settlement instanceof Settlement.Fail fail) {
            fail(round, entry, fail);
        }
    }

    /** The message under this lock, or null if the lock is lost (rule L7). */
    @Nullable
    MessageEntry locked(Round round, LockToken token) {
        Fragment fragment = state.fragment(token.entityId());
        MessageEntry entry = fragment == null ? null : fragment.find(token.sequenceNumber());
        MessageLock lock = entry == null ? null : entry.lock;
        if (lock == null || !lock.token.equals(token.id())) {
            return null;
        }
        SessionLock session = lock.session;
        if (session != null) {
            return session.isOver(round.nanos) ? null : entry;
        }
        // The timer may be late: a lock is over when its time is, not when somebody has noticed.
        if (lock.deadlineNanos - round.nanos <= 0 && !isRenewed(lock, round.nanos)) {
            return null;
        }
        return entry;
    }

    /** Whether the lock is lost because the entity was deleted, and the message with it. */
    boolean isGone(LockToken token) {
        return state.fragment(token.entityId()) == null;
    }

    BrokerException lockLost(Round round, LockToken token) {
        boolean ofSession = isSessionLost(round, token);
        String title = "message " + token.sequenceNumber();
        String why;
        if (isGone(token)) {
            why = "the lock of " + title + " is lost: its queue or subscription was deleted, and the message with it";
        } else if (ofSession) {
            why = title + " cannot be settled: the lock of its session is lost, it expired, was closed, or its"
                    + " partition was reopened; the message may be received again, in the session's order";
        } else {
            why = "the lock of " + title + " is lost: it expired, was settled before, or its partition was reopened;"
                    + " the message may be received again";
        }
        return new BrokerException(ofSession ? ErrorCode.SessionLockLost : ErrorCode.MessageLockLost, why);
    }

    /** Whether a message was received in a session whose lock is lost (rule G4). */
    boolean isSessionLost(Round round, LockToken token) {
        UUID session = token.sessionLock();
        if (session == null) {
            return false;
        }
        Fragment fragment = state.fragment(token.entityId());
        SessionTable sessions = fragment == null ? null : fragment.sessions();
        SessionLock lock = sessions == null ? null : sessions.lock(session);
        return lock == null || lock.isOver(round.nanos);
    }

    void complete(Round round, MessageEntry entry) {
        round.emit(new Change.Removed(entry));
        bodies.removed(entry);
    }

    void release(Round round, MessageEntry entry) {
        round.emit(new Change.Unlocked(entry));
        putBack(round, entry);
    }

    /** Nobody holds it any more, and nothing has happened to it. */
    void putBack(Round round, MessageEntry entry) {
        if (entry.isExpired(round.wallMs)) {
            expire(round, entry, entry.delivery);
            return;
        }
        round.emitLazily(new Change.DeliveryChanged(entry, entry.delivery.withHandedOut(false)));
        if (entry.position == Position.PENDING) {
            round.becomesReadyNow(entry);
        }
    }

    private void abandon(Round round, MessageEntry entry, Settlement.Abandon settlement) {
        Activity.of(entry).abandoned++;
        DeliveryState failed = entry.delivery.failedOnce();
        failed = failed.withNotes(failed.notes().with(settlement.properties()));
        failDelivery(round, entry, failed, delayMs(entry, failed, settlement.delayMs()));
    }

    private void fail(Round round, MessageEntry entry, Settlement.Fail settlement) {
        Activity.of(entry).abandoned++;
        DeliveryState failed = entry.delivery.failedOnce();
        long delayMs = delayMs(entry, failed, settlement.delayMs());
        failDelivery(round, entry, failed, delayMs, settlement.maxFailures(), ": " + settlement.description());
    }

    /** How long it is kept back: as its receiver says, else as the entity does; not where its order forbids it. */
    private static long delayMs(MessageEntry entry, DeliveryState failed, long wanted) {
        EntityOptions options = entry.fragment.settings().options();
        boolean first = options.sessionRequired() && !failed.deadLettered();
        if (failed.state() == MessageState.DEFERRED || first) {
            return 0;
        }
        return wanted > 0 ? wanted : options.abandonBackOff().delayMs(failed.deliveryCount());
    }

    /** A delivery has failed otherwise than by an abandon: its lock ran out, or its process ended (rules L6, L13). */
    void failDelivery(Round round, MessageEntry entry) {
        failDelivery(round, entry, entry.delivery.failedOnce(), 0);
    }

    private void failDelivery(Round round, MessageEntry entry, DeliveryState failed, long delayMs) {
        failDelivery(round, entry, failed, delayMs, Integer.MAX_VALUE, "");
    }

    /**
     * Rules L12, T4.
     *
     * @param why ends the description of a dead letter
     */
    private void failDelivery(
            Round round, MessageEntry entry, DeliveryState afterwards, long delayMs, int maxFailures, String why) {
        DeliveryState failed = afterwards;
        round.emit(new Change.Unlocked(entry));
        if (entry.isExpired(round.wallMs)) {
            expire(round, entry, failed);
            return;
        }
        int limit = Math.min(maxFailures, entry.fragment.settings().maxDeliveryCount());
        if (!failed.deadLettered() && failed.deliveryCount() >= limit) {
            Activity.of(entry).deadLettered++;
            Notes notes = failed.notes()
                    .deadLettered(
                            MAX_DELIVERY_COUNT,
                            "the message was delivered " + failed.deliveryCount()
                                    + " times and never completed; the limit is " + limit + why);
            failed = failed.inDeadLetterQueue(notes);
        } else if (delayMs > 0) {
            failed =
                    failed.heldBack(delayMs >= Long.MAX_VALUE - round.wallMs ? Long.MAX_VALUE : round.wallMs + delayMs);
            bodies.delayed(entry);
        }
        round.emit(new Change.DeliveryChanged(entry, failed));
        if (entry.position == Position.PENDING) {
            round.becomesReady(entry);
        }
    }

    /** Set aside until somebody asks for its number; that it was delivered for this is no failure (rules F1, F5). */
    private static void defer(Round round, MessageEntry entry, Map<String, @Nullable Object> properties) {
        round.emit(new Change.Unlocked(entry));
        Notes notes = entry.delivery.notes().with(properties);
        round.emit(new Change.DeliveryChanged(entry, entry.delivery.deferred(notes)));
    }

    /** The delay of an abandoned message is over: it is back where it stood, unless it has expired meanwhile. */
    void endDelay(Round round, MessageEntry entry) {
        round.emit(new Change.DeliveryChanged(entry, entry.delivery.backInPlace()));
        if (entry.isExpired(round.wallMs)) {
            expire(round, entry, entry.delivery);
        } else {
            round.becomesReady(entry);
        }
    }

    private static void deadLetter(Round round, MessageEntry entry, Settlement.DeadLetter settlement) {
        Notes notes = entry.delivery
                .notes()
                .with(settlement.properties())
                .deadLettered(settlement.reason(), settlement.description());
        Activity.of(entry).deadLettered++;
        round.emit(new Change.Unlocked(entry));
        round.emit(new Change.DeliveryChanged(entry, entry.delivery.inDeadLetterQueue(notes)));
        round.becomesReady(entry);
    }

    /**
     * The message's time is over and nobody holds it: dropped or dead-lettered (rules T5, T6).
     *
     * @param last what became of its last delivery
     */
    void expire(Round round, MessageEntry entry, DeliveryState last) {
        List<MessageEntry> behind = wholeSessions ? behind(entry) : List.of();
        expireAlone(round, entry, last);
        behind.forEach(other -> expireAlone(round, other, other.delivery));
    }

    /** Those that wait behind the first message of a session; what somebody holds or has set aside waits not. */
    private static List<MessageEntry> behind(MessageEntry entry) {
        SessionTable sessions = entry.fragment.sessions();
        Session session = sessions == null || entry.sessionId == null ? null : sessions.find(entry.sessionId);
        if (session == null || session.waiting.isEmpty() || session.waiting.first() != entry) {
            return List.of();
        }
        return List.copyOf(session.waiting.tailSet(entry, false));
    }

    private void expireAlone(Round round, MessageEntry entry, DeliveryState last) {
        Activity.of(entry).expired++;
        if (!entry.fragment.settings().deadLetterOnExpiry()) {
            round.emit(new Change.Removed(entry));
            bodies.removed(entry);
            return;
        }
        moveToDeadLetters(round, entry, last, EXPIRED, "the message's time to live was over");
    }

    /** What nobody holds becomes a dead letter by itself (rule D2). */
    void moveToDeadLetters(Round round, MessageEntry entry, DeliveryState last, String reason, String description) {
        Activity.of(entry).deadLettered++;
        Notes notes = last.notes().deadLettered(reason, description);
        round.emit(new Change.DeliveryChanged(entry, last.inDeadLetterQueue(notes)));
        round.becomesReady(entry);
    }

    void renew(Round round, Command.Renew command) {
        MessageEntry entry = locked(round, command.token());
        MessageLock lock = entry == null ? null : entry.lock;
        if (entry == null || lock == null) {
            round.refuse(command, lockLost(round, command.token()));
            return;
        }
        extend(round, lock);
        round.afterAppend.add(new FutureReply<>(command.reply(), lock.lockedUntilMs()));
    }

    /** In a session that of all its messages (rule G4). */
    void extend(Round round, MessageLock lock) {
        long durationNanos = lock.entry.fragment.settings().lockDuration().toNanos();
        long deadlineNanos = round.nanos + durationNanos;
        long untilMs = round.wallMs + durationNanos / 1_000_000;
        SessionLock session = lock.session;
        round.emit(
                session == null
                        ? new Change.LockExtended(lock, deadlineNanos, untilMs)
                        : new Change.SessionExtended(session, deadlineNanos, untilMs, session.autoRenewUntilNanos));
    }

    /** Whether a lock renews itself at this time. */
    static boolean isRenewed(MessageLock lock, long nanos) {
        return lock.autoRenewUntilNanos == Long.MAX_VALUE || lock.autoRenewUntilNanos - nanos > 0;
    }
}
