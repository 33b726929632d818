/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Gives sessions to those who wait for one, and its messages to who holds it (rules G2 to G4).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class SessionServing {
    private final PartitionState state;
    private final BodyStore bodies;
    private final Settling settling;
    private final SessionLocking sessionLocking;
    private final LongSupplier random;

    SessionServing(
            PartitionState state,
            BodyStore bodies,
            Settling settling,
            SessionLocking sessionLocking,
            LongSupplier random) {
        this.state = state;
        this.bodies = bodies;
        this.settling = settling;
        this.sessionLocking = sessionLocking;
        this.random = random;
    }

    /** Ends a holding that its holder, who asks now, does not need any more. */
    void letGo(Round round, SubQueue queue, Subscriber subscriber) {
        SessionTable sessions = queue.sessions();
        SessionLock held = sessions == null ? null : sessions.heldBy(subscriber);
        if (held != null && sessionLocking.isLeft(held)) {
            // What it has settled, and what it asks for, came in one round; or it asks for what lies elsewhere.
            sessionLocking.end(round, held);
        }
    }

    /** Serves one request: of the session that is held, or with a free one; false if nothing is to be given. */
    boolean serveOne(Round round, SubQueue queue, SessionTable sessions, Subscriber subscriber, long limit) {
        SessionLock held = sessions.heldBy(subscriber);
        return held == null ? takeSession(round, queue, sessions, subscriber, limit) : serveHolder(round, held, limit);
    }

    /** Serves who holds a session in which something has changed, and ends what nobody needs any more. */
    boolean serveHolders(Round round, SessionTable sessions, long limit) {
        for (Session session = sessions.takeWoken(); session != null; session = sessions.takeWoken()) {
            SessionLock lock = session.lock;
            if (lock != null) {
                boolean goesOn = true;
                while (goesOn && round.changes < limit) {
                    goesOn = serveHolder(round, lock, limit);
                }
                if (goesOn) {
                    sessions.wake(session);
                    return false;
                }
                if (session.lock == lock && sessionLocking.isLeft(lock)) {
                    sessionLocking.end(round, lock);
                }
            }
        }
        return true;
    }

    /** The next message of a session for who holds it; false if there is none, or nobody waits for it. */
    private boolean serveHolder(Round round, SessionLock lock, long limit) {
        if (lock.leaving || !lock.fragment.receivable || !lock.holder.isWaiting(state.partition, lock.session.id)) {
            return false;
        }
        if (lock.isOver(round.nanos)) {
            // The timer is late: nobody gets a message under a lock that he has no more.
            sessionLocking.lose(round, lock);
            return false;
        }
        MessageEntry entry = lock.session.next();
        while (entry != null && entry.isExpired(round.wallMs) && round.changes < limit) {
            settling.expire(round, entry, entry.delivery);
            entry = lock.session.next();
        }
        if (entry == null || entry.isExpired(round.wallMs)) {
            return false;
        }
        Message message = bodies.content(entry);
        ReceiveRequest request = lock.holder.claim(state.partition, lock.session.id);
        if (request == null) {
            return false;
        }
        handOutInSession(round, entry, message, lock, request);
        return true;
    }

    /** Gives a free session to who holds none: its first message, or the session itself (rule G2). */
    private boolean takeSession(Round round, SubQueue queue, SessionTable sessions, Subscriber subscriber, long limit) {
        SessionDemand demand = subscriber.sessionDemand(state.partition);
        Session session = demand == null ? null : sessions.free(demand);
        MessageEntry first = session == null ? null : session.next();
        while (first != null && first.isExpired(round.wallMs) && round.changes < limit) {
            settling.expire(round, first, first.delivery);
            session = demand == null ? null : sessions.free(demand);
            first = session == null ? null : session.next();
        }
        if (demand == null || session == null || first == null || first.isExpired(round.wallMs)) {
            return false;
        }
        Message message = bodies.content(first);
        ReceiveRequest request = subscriber.claim(state.partition, session.id);
        if (request == null) {
            // Others may have taken it for busy while it was being looked at.
            round.afterAppend.add(Replies.afterwards(subscriber::askAgain));
            return false;
        }
        SessionLock lock = sessionLocking.lock(round, queue.fragment, session, subscriber, demand.movesOn());
        if (request.wantsSession()) {
            round.afterAppend.add(new Granted(request, sessionLocking.grant(lock)));
        } else {
            handOutInSession(round, first, message, lock, request);
        }
        return true;
    }

    private record Granted(ReceiveRequest request, SessionGrant grant) implements Round.Reply {
        @Override
        public void give() {
            request.accepted(grant);
        }

        @Override
        public void fail(BrokerException cause) {
            request.giveBack();
        }
    }

    private void handOutInSession(
            Round round, MessageEntry entry, Message message, SessionLock held, ReceiveRequest request) {
        sessionLocking.handedOut(round, held);
        Serving.give(round, entry, request, handOut(round, entry, message, held));
    }

    /** Locks the message under the lock of its session (rule G4), or removes it, for the session's holder. */
    Delivery handOut(Round round, MessageEntry entry, Message message, SessionLock held) {
        Activity activity = Activity.of(entry);
        activity.deliver(entry);
        if (held.holder.mode() == ReceiveMode.RECEIVE_AND_DELETE) {
            activity.completed++;
            Delivery delivery = Serving.delivery(entry, message, null, 0);
            settling.complete(round, entry);
            return delivery;
        }
        MessageLock lock = new MessageLock(
                entry,
                new UUID(random.getAsLong(), random.getAsLong()),
                Long.MAX_VALUE,
                held,
                LockWatch.of(held.holder.lockLost(), message));
        round.emit(new Change.Locked(entry, lock));
        round.emitLazily(new Change.DeliveryChanged(entry, entry.delivery.withHandedOut(true)));
        LockToken token =
                new LockToken(state.partition, entry.fragment.entityId(), entry.sequenceNumber, lock.token, held.token);
        return Serving.delivery(entry, message, token, held.lockedUntilMs);
    }
}
