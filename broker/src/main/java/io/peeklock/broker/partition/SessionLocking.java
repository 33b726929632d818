/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.LostLock;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides who holds a session and for how long, and keeps its state (rules G2 to G6, G8).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class SessionLocking {
    private final PartitionState state;
    private final BodyStore bodies;
    private final Settling settling;
    private final Enqueuing enqueuing;
    private final LockLosses losses;
    private final LongSupplier random;

    SessionLocking(
            PartitionState state,
            BodyStore bodies,
            Settling settling,
            Enqueuing enqueuing,
            LockLosses losses,
            LongSupplier random) {
        this.state = state;
        this.bodies = bodies;
        this.settling = settling;
        this.enqueuing = enqueuing;
        this.losses = losses;
        this.random = random;
    }

    void execute(Round round, Command.OfSession command, @Nullable BrokerException diskFull) {
        if (command instanceof Command.AcceptSession c) {
            accept(round, c);
        } else if (command instanceof Command.RenewSession c) {
            renew(round, c);
        } else if (command instanceof Command.GetSessionState c) {
            getState(round, c);
        } else if (command instanceof Command.SetSessionState c) {
            setState(round, c, diskFull);
        } else if (command instanceof Command.ListSessions c) {
            list(round, c);
        }
    }

    // ---- Taking and giving back

    /** A session by its name, with or without messages (rule G2). */
    private void accept(Round round, Command.AcceptSession command) {
        Fragment fragment = state.fragment(command.entityId());
        SessionTable sessions = fragment == null ? null : fragment.sessions();
        if (fragment == null || sessions == null) {
            round.refuse(command, new BrokerException(ErrorCode.EntityNotFound, "the entity is no longer here"));
            return;
        }
        BrokerException disabled = state.receiveRefusal(fragment);
        if (disabled != null) {
            round.refuse(command, disabled);
            return;
        }
        Session session = sessions.forLock(command.sessionId());
        SessionLock held = session.lock;
        if (held != null && held.isOver(round.nanos)) {
            lose(round, held);
            // It may have been nothing but this lock.
            session = sessions.forLock(command.sessionId());
        } else if (held != null) {
            round.refuse(
                    command,
                    heldBy(
                            fragment,
                            session,
                            "another receiver: try again when that has closed it, or accept the next free one"));
            return;
        }
        if (session.parts > 0) {
            round.refuse(
                    command,
                    heldBy(
                            fragment,
                            session,
                            "a prepared transaction: try again when that has ended, or accept the next free one"));
            return;
        }
        SessionLock lock = lock(round, fragment, session, command.subscriber(), false);
        round.afterAppend.add(new FutureReply<>(command.reply(), grant(lock)));
    }

    private static BrokerException heldBy(Fragment fragment, Session session, String whom) {
        return new BrokerException(
                ErrorCode.SessionCannotBeLocked, "session " + session.id + " of " + fragment + " is held by " + whom);
    }

    SessionLock lock(Round round, Fragment fragment, Session session, Subscriber holder, boolean movesOn) {
        SessionLock lock =
                new SessionLock(fragment, session, new UUID(random.getAsLong(), random.getAsLong()), holder, movesOn);
        long durationNanos = fragment.settings().lockDuration().toNanos();
        lock.deadlineNanos = round.nanos + durationNanos;
        lock.lockedUntilMs = round.wallMs + durationNanos / 1_000_000;
        lock.autoRenewUntilNanos = autoRenewUntil(round, holder);
        round.emit(new Change.SessionLocked(lock));
        holder.sessionHeld(grant(lock));
        return lock;
    }

    SessionGrant grant(SessionLock lock) {
        SessionToken token = new SessionToken(state.partition, lock.fragment.entityId(), lock.session.id, lock.token);
        return new SessionGrant(token, lock.lockedUntilMs);
    }

    private static long autoRenewUntil(Round round, Subscriber holder) {
        long nanos = holder.autoRenewNanos();
        return nanos == Long.MAX_VALUE ? Long.MAX_VALUE : round.nanos + nanos;
    }

    /** Who moves on from session to session has his lock for the message that he gets now, as he would without sessions. */
    void handedOut(Round round, SessionLock lock) {
        if (lock.movesOn) {
            extend(round, lock, autoRenewUntil(round, lock.holder));
        }
    }

    private static void extend(Round round, SessionLock lock, long autoRenewUntilNanos) {
        long durationNanos = lock.fragment.settings().lockDuration().toNanos();
        round.emit(new Change.SessionExtended(
                lock, round.nanos + durationNanos, round.wallMs + durationNanos / 1_000_000, autoRenewUntilNanos));
    }

    /** A receiver is closed: its messages go back uncounted (rule G4), unless others settle them. */
    void leave(Round round, Fragment fragment, Subscriber subscriber) {
        SessionTable sessions = fragment.sessions();
        SessionLock lock = sessions == null ? null : sessions.heldBy(subscriber);
        if (lock == null) {
            return;
        }
        if (lock.movesOn) {
            round.emit(new Change.SessionLeft(lock));
            return;
        }
        for (MessageEntry entry : List.copyOf(lock.unsettled)) {
            settling.release(round, entry);
        }
        end(round, lock);
    }

    /** The holder has no use for the session any more. */
    void end(Round round, SessionLock lock) {
        round.emit(new Change.SessionUnlocked(lock));
        lock.holder.sessionOver(state.partition);
        if (lock.movesOn) {
            round.afterAppend.add(Replies.afterwards(lock.holder::askAgain));
        }
    }

    /** Whether the holder has no use for the session any more, or wants a message of another partition or session instead. */
    boolean isLeft(SessionLock lock) {
        boolean isIdle = lock.movesOn && lock.unsettled.isEmpty();
        return lock.isDone() || isIdle && lock.holder.wantsOther(state.partition, lock.session.id);
    }

    /** The lock has run out: what was not settled has failed, and returns in order (rule G4). */
    void lose(Round round, SessionLock lock) {
        losses.lost(round, lock, LostLock.Reason.EXPIRED);
        for (MessageEntry entry : List.copyOf(lock.unsettled)) {
            settling.failDelivery(round, entry);
        }
        if (!lock.movesOn) {
            round.afterAppend.add(Replies.afterwards(lock.holder.sessionLost(lost(lock.session.id))));
        }
        end(round, lock);
    }

    /** Ends or renews locks whose time is over; returns how many changes are left. */
    int expire(Round round, Fragment fragment, int limit) {
        SessionTable sessions = fragment.sessions();
        if (sessions == null) {
            return limit;
        }
        int left = limit;
        SessionLock lock = sessions.firstToExpire();
        while (lock != null && lock.deadlineNanos - round.nanos <= 0 && left > 0) {
            left -= 1 + lock.unsettled.size();
            if (lock.isRenewed(round.nanos)) {
                extend(round, lock, lock.autoRenewUntilNanos);
            } else {
                lose(round, lock);
            }
            lock = sessions.firstToExpire();
        }
        return left;
    }

    /** The partition is out: no lock of it holds any more. */
    List<Runnable> allLost() {
        List<Runnable> afterwards = losses.allLost();
        for (Fragment fragment : state.fragments()) {
            SessionTable sessions = fragment.sessions();
            if (sessions != null) {
                for (SessionLock lock : sessions.locks()) {
                    afterwards.add(
                            lock.movesOn ? lock.holder::askAgain : lock.holder.sessionLost(lost(lock.session.id)));
                    lock.holder.sessionOver(state.partition);
                }
            }
        }
        return afterwards;
    }

    // ---- What a holder may do

    /** The lock that a token names, or null if it is lost. */
    @Nullable
    SessionLock held(Round round, SessionToken token) {
        Fragment fragment = state.fragment(token.entityId());
        SessionTable sessions = fragment == null ? null : fragment.sessions();
        SessionLock lock = sessions == null ? null : sessions.lock(token.id());
        return lock == null || lock.isOver(round.nanos) ? null : lock;
    }

    static BrokerException lost(String sessionId) {
        return new BrokerException(
                ErrorCode.SessionLockLost,
                "the lock of session " + sessionId
                        + " is lost: it expired, was closed, or its partition was reopened; its messages are back: receive"
                        + " again if the receiver heals, else accept the session again");
    }

    private void renew(Round round, Command.RenewSession command) {
        SessionLock lock = held(round, command.token());
        if (lock == null) {
            round.refuse(command, lost(command.token().sessionId()));
            return;
        }
        extend(round, lock, lock.autoRenewUntilNanos);
        round.afterAppend.add(new FutureReply<>(command.reply(), lock.lockedUntilMs));
    }

    private void getState(Round round, Command.GetSessionState command) {
        SessionLock lock = held(round, command.token());
        if (lock == null) {
            round.refuse(command, lost(command.token().sessionId()));
            return;
        }
        byte[] now = lock.session.state;
        Optional<byte[]> copy = now == null ? Optional.empty() : Optional.of(now.clone());
        round.whenDurable.add(new FutureReply<>(command.reply(), copy));
    }

    private void setState(Round round, Command.SetSessionState command, @Nullable BrokerException diskFull) {
        SessionLock lock = held(round, command.token());
        BrokerException refusal = lock == null
                ? lost(command.token().sessionId())
                : stateRefusal(lock, command.state(), Admitting.NOTHING_STAGED, diskFull);
        if (lock == null || refusal != null) {
            round.refuse(command, refusal == null ? lost(command.token().sessionId()) : refusal);
            return;
        }
        putState(round, lock.fragment, lock.session.id, command.state());
        round.whenDurable.add(Replies.done(command.reply()));
    }

    /** Sets the state of a session, as {@link #stateRefusal} has allowed it (rule G6). */
    void putState(Round round, Fragment fragment, String sessionId, byte @Nullable [] next) {
        boolean durable = next != null && !fragment.settings().temporary();
        if (durable) {
            keepRecord(round, fragment);
        }
        Session session = fragment.sessionsForState().find(sessionId);
        round.emit(new Change.SessionStateSet(
                fragment,
                sessionId,
                next,
                durable ? state.takeRecordIds(1) : 0,
                session == null ? 0 : session.stateRecordId));
    }

    /** As long as there is a record of the entity, a load knows whose a state is. */
    void keepRecord(Round round, Fragment fragment) {
        if (!fragment.settings().temporary()) {
            enqueuing.keepRecord(round, fragment);
        }
    }

    /** Why the state of a session that is held cannot be set to this, beside what the same command puts in; or null. */
    @Nullable
    BrokerException stateRefusal(
            SessionLock lock, byte @Nullable [] next, Admitting.Staged staged, @Nullable BrokerException diskFull) {
        if (next == null) {
            return null;
        }
        if (next.length > SessionStateRecord.MAX_STATE_BYTES) {
            return new BrokerException(
                    ErrorCode.MessageSizeExceeded,
                    "the state of session " + lock.session.id + " would have " + next.length + " bytes, at most "
                            + SessionStateRecord.MAX_STATE_BYTES + " are allowed: keep a reference to what is large");
        }
        long held = lock.fragment.sizeBytes + staged.bytesOf(lock.fragment) - lock.session.stateBytes();
        if (held + next.length > lock.fragment.settings().maxSizeBytes()) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    lock.fragment + " has no room for the state of session " + lock.session.id + ": it holds " + held
                            + " bytes of " + lock.fragment.settings().maxSizeBytes()
                            + "; receive messages or raise maxSizeBytes");
        }
        if (!bodies.hasRoomForIndex(staged.otherIndexBytes() + next.length - lock.session.stateBytes())) {
            return new BrokerException(
                    ErrorCode.QuotaExceeded,
                    "the state of session " + lock.session.id + " does not fit the memory of the namespace: receive"
                            + " messages, clear states, or raise indexMemory");
        }
        return lock.fragment.settings().temporary() ? null : diskFull;
    }

    /** Rule G8. */
    private void list(Round round, Command.ListSessions command) {
        Fragment fragment = state.fragment(command.entityId());
        SessionTable sessions = fragment == null ? null : fragment.sessions();
        List<SessionInfo> found = new ArrayList<>();
        if (sessions != null) {
            sessions.after(command.after(), command.max()).forEach(session -> found.add(info(session)));
        }
        round.whenDurable.add(new FutureReply<>(command.reply(), found));
    }

    private static SessionInfo info(Session session) {
        SessionLock lock = session.lock;
        return new SessionInfo(
                session.id,
                session.messages,
                lock == null ? 0 : lock.unsettled.size(),
                session.isHeld(),
                lock == null ? 0 : lock.lockedUntilMs,
                session.state == null ? -1 : session.stateBytes(),
                lock == null ? null : lock.holder.holder());
    }
}
