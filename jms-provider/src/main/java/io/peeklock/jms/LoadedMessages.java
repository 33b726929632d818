/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.jms.message.PeeklockMessage;
import io.peeklock.tx.Transaction;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a connection consumer has loaded one session with, and the listener that {@link jakarta.jms.Session#run()} gives
 * it to (Jakarta Messaging, Session.setMessageListener).
 *
 * <p>Thread safe; {@link #run()} for the server's one thread. Its lock is held for moments only.
 */
final class LoadedMessages {

    private final SessionCore session;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Loaded> waiting = new ArrayDeque<>();
    /** Whether one that was taken out is with the listener, or on its way to it. */
    private boolean inHand;

    private boolean closed;
    private volatile @Nullable MessageListener listener;

    private record Loaded(ConsumerSource source, Delivery delivery) {}

    LoadedMessages(SessionCore session) {
        this.session = session;
    }

    @Nullable
    MessageListener listener() {
        return listener;
    }

    void setListener(@Nullable MessageListener listener) {
        this.listener = listener;
    }

    /** With a listener of its own a session receives in no other way (Session.setMessageListener). */
    void requireNoListener() throws JMSException {
        if (listener != null) {
            throw JmsExceptions.invalidOperation(
                    "the session has a listener for what connection consumers load; receive in another session");
        }
    }

    // ---- Loading

    /**
     * The partition that whatever is loaded after this delivery must come from: a transaction is fed from one (rule P11), also
     * one that is only begun around the run.
     *
     * @throws JMSException if the delivery itself cannot be in the transaction that the session has open
     */
    int partitionOf(ConsumerSource source, Delivery delivery) throws JMSException {
        Transaction in = session.acknowledgement().transaction();
        // One whose time is over ends with the next run.
        session.acknowledgement().requireRoom(in, 1);
        if (!session.mode().hasTransactions() || !source.settings().partitioned()) {
            return Acknowledgement.ANY_PARTITION;
        }
        int partition = InTransaction.partition(in, source.settings());
        int wanted = delivery.requireLockToken().partition();
        if (partition != Acknowledgement.ANY_PARTITION && partition != wanted) {
            throw JmsExceptions.invalidOperation("the server session's transaction works in partition " + partition
                    + ", the message lies in partition " + wanted
                    + "; a transaction is fed from one partition: commit in the listener");
        }
        return wanted;
    }

    /** How many messages it may be loaded with now. */
    int room() {
        return Math.min(
                session.unacknowledged().room(),
                InTransaction.room(session.acknowledgement().transaction()));
    }

    /** @throws JMSException if the session is closed: then the messages are still the caller's */
    void load(ConsumerSource source, List<Delivery> deliveries) throws JMSException {
        lock.lock();
        try {
            if (closed) {
                throw JmsExceptions.closed("session of a server session");
            }
            deliveries.forEach(delivery -> waiting.add(new Loaded(source, delivery)));
        } finally {
            lock.unlock();
        }
    }

    /** Whether none waits for a run, or is at work in one. */
    boolean isEmpty() {
        lock.lock();
        try {
            return waiting.isEmpty() && !inHand;
        } finally {
            lock.unlock();
        }
    }

    /** Takes those back that no listener has got; they are the caller's again. */
    List<Delivery> takeBack(List<Delivery> deliveries) {
        List<Delivery> taken = new ArrayList<>();
        lock.lock();
        try {
            for (Delivery delivery : deliveries) {
                if (waiting.removeIf(
                        loaded -> loaded.delivery.requireLockToken().equals(delivery.requireLockToken()))) {
                    taken.add(delivery);
                }
            }
        } finally {
            lock.unlock();
        }
        session.endingShares().settled();
        return taken;
    }

    // ---- Running

    /** Gives all that was loaded to the listener. What a stop or a close does not let through goes back uncounted. */
    void run() {
        MessageListener calls = listener;
        boolean interrupted = false;
        try {
            if (calls == null) {
                throw new IllegalStateRuntimeException(
                        "run() is for sessions of a server session pool: set a message listener on the session first");
            }
            session.acknowledgement().beforeListeners(session::report);
            Transaction began = session.acknowledgement().begin();
            for (Loaded next = take(); next != null; next = take()) {
                interrupted |= deliver(calls, next, began);
            }
        } catch (JMSException e) {
            // The branch was ended elsewhere before the run: all of it goes back.
            session.report(e);
        } finally {
            putDown();
            releaseAll();
            session.listeners().settleWhenIdle();
            if (interrupted) {
                // The thread is the server's, and it is told.
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether the listener was interrupted. */
    private boolean deliver(MessageListener calls, Loaded next, @Nullable Transaction began) {
        Transaction in;
        try {
            in = session.acknowledgement().goOn(began);
        } catch (JMSException e) {
            session.settlements().release(next.delivery);
            session.report(e);
            return false;
        }
        try {
            PeeklockMessage message = session.handover().acceptLoaded(next.source, next.delivery, in);
            return message != null && session.listeners().call(calls, message, next.delivery, next.source);
        } catch (JMSException e) {
            session.report(e);
            return false;
        }
    }

    /** The next one, for the listener. */
    private @Nullable Loaded take() {
        lock.lock();
        try {
            Loaded next = waiting.poll();
            inHand = next != null;
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void putDown() {
        lock.lock();
        try {
            inHand = false;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Loaded poll() {
        lock.lock();
        try {
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    private void releaseAll() {
        for (Loaded next = poll(); next != null; next = poll()) {
            session.settlements().release(next.delivery);
        }
        session.endingShares().settled();
    }

    /** The session closes. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        releaseAll();
    }
}
