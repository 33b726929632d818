/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.message.Message;
import io.peeklock.tx.Transaction;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the messages that a session has received, by its acknowledge mode (last table of the rules).
 *
 * <p>Called by the session's thread and, when it is stopped or closed, by one other.
 */
abstract class Acknowledgement {

    /** Any partition may feed the session. */
    static final int ANY_PARTITION = -1;

    /** So long no message comes before what was left for later is done. */
    static final Duration IDLE = Duration.ofMillis(10);

    final Settlements settlements;
    final HeldLocks held = new HeldLocks();

    Acknowledgement(Settlements settlements) {
        this.settlements = settlements;
    }

    /** The transaction that the session works in now; null outside of any, where its mode alone says how it settles. */
    @Nullable
    Transaction transaction() {
        return null;
    }

    /**
     * The same for an operation that begins now, and belongs to that transaction whatever becomes of it meanwhile.
     *
     * @throws JMSException if the application cannot know yet that its transaction was taken away
     */
    @Nullable
    Transaction begin() throws JMSException {
        return transaction();
    }

    /**
     * The same for one more message of a run that began in that transaction.
     *
     * @throws JMSException if the run is not in it any more: nothing more is to be handed over
     */
    @Nullable
    Transaction goOn(@Nullable Transaction began) throws JMSException {
        return transaction();
    }

    /** Stages a send; false outside of a transaction: then the caller sends. */
    boolean stage(EntityPath destination, Message message) throws JMSException {
        Transaction in = begin();
        if (in == null) {
            return false;
        }
        return JmsExceptions.translating(() -> {
            in.send(destination, message);
            return true;
        });
    }

    /**
     * A call is about to ask for so many messages, or to hand them over. If it throws, it must not.
     *
     * @param in what it had when it began
     */
    void requireRoom(@Nullable Transaction in, int messages) throws JMSException {
        InTransaction.requireRoom(in, messages);
    }

    /**
     * The session's listeners may be given messages next, and are at work on none.
     *
     * @param report takes what the application must hear of
     */
    void beforeListeners(Consumer<JMSException> report) {}

    /**
     * Messages are about to be handed to the application. If it throws, none is, and the caller gives them back.
     *
     * @param in what the operation had when it began
     */
    void deliver(List<Delivery> deliveries, @Nullable Transaction in) throws JMSException {
        if (in == null) {
            deliveries.forEach(delivery -> held.add(delivery.requireLockToken()));
        } else {
            InTransaction.enlist(in, deliveries);
        }
    }

    /** Whether the application gets messages that are settled already, without a lock. */
    boolean settlesFirst() {
        return false;
    }

    /**
     * It has passed and the application gets it next: in some modes it is settled before.
     *
     * @return false if its lock is lost, so that it is not this session's any more
     */
    boolean settleFirst(Delivery delivery) throws JMSException {
        return true;
    }

    /** A {@code receive} is about to return it. */
    void received(Delivery delivery) {}

    /**
     * A {@code receiveBody} could not make of it what was asked for. It counts as delivered here; modes in which the
     * session acknowledges give it back, uncounted, to be delivered next.
     */
    void refused(Delivery delivery) throws JMSException {}

    /** The message listener has returned, or has thrown. */
    void listened(Delivery delivery, boolean thrown) {}

    /**
     * {@link jakarta.jms.Message#acknowledge()} of a message of the session.
     *
     * @param settlement what its acknowledge type says, see {@link ReceivedLock}
     */
    abstract void acknowledge(Delivery delivery, Settlement settlement) throws JMSException;

    /** {@link jakarta.jms.JMSContext#acknowledge()}: all messages of the session, if the application acknowledges. */
    void acknowledgeAll() throws JMSException {}

    /** {@link jakarta.jms.Session#recover()}. */
    void recover() throws JMSException {
        settlements.abandonAll(held.takeAll());
    }

    /** Settles one message by its lock, through the provider's interface of the message. */
    void settle(LockToken token, Settlement settlement) throws JMSException {
        // It leaves the session's list, also if its lock is lost: nothing more can be done with this token then.
        settle(token, settlement, held.take(token) ? held : null);
    }

    /** @param from where it was taken out, and comes back if it is locked as before: else nobody would ever unlock it */
    final void settle(LockToken token, Settlement settlement, @Nullable HeldLocks from) throws JMSException {
        try {
            settlements.settle(token, settlement);
        } catch (JMSException e) {
            if (from != null && Settlements.isRefusal(e)) {
                from.add(token);
            }
            throw e;
        }
    }

    /** Whether the application has no message that it or the session may still settle. */
    boolean holdsNothing() {
        return held.isEmpty();
    }

    /** Whether it leaves anything for later: then it wants to hear of {@link #idle()}. */
    boolean isLazy() {
        return false;
    }

    /** No message has come for a moment: what was left for later is done now. */
    void idle() {}

    /** The session is about to take another message: waits for what must be settled, durably, before. */
    void awaitBeforeNext() throws InterruptedException {}

    /** Settles what was left for later and waits until all that the session has settled is durable. */
    void awaitSettled() throws InterruptedException {}

    /**
     * A session of the bus is closed, as soon as nobody needs it: what the application has of it and has not settled is given back
     * before (rule G4).
     */
    void leave(SessionReceiver bus) throws JMSException {
        try {
            giveBack(bus);
        } finally {
            bus.close();
        }
    }

    /** What the application has of a session outside of any transaction, and has not settled. */
    final void giveBack(SessionReceiver bus) throws JMSException {
        settlements.giveBackAll(held.takeOf(bus.sessionToken().id()));
    }

    /** Gives back what the application has and has not settled (rules L9, G4). */
    void close() throws JMSException {
        settlements.giveBackAll(held.takeAll());
    }

    /** As {@link #close()} when it was interrupted: without waiting. */
    void closeNow() {
        settlements.abandonLater(held.takeAll());
    }
}
