/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.jms.message.Acknowledger;
import io.peeklock.jms.message.MessageThawer;
import io.peeklock.jms.message.PeeklockMessage;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of a session's deliveries and hands them to the application, or gives them back if it must not have
 * them any more.
 *
 * <p>For the session's one thread.
 */
final class Handover {

    /** The end of a lock that the application does not see. */
    private static final long NO_LOCK = 0;

    private final SessionCore session;

    Handover(SessionCore session) {
        this.session = session;
    }

    /**
     * What a {@code receive} call returns for a delivery, or null if it went back because of a stop or a close.
     *
     * @param unpacking makes the result of the message; if it refuses, the mode says what becomes of the message
     */
    <T> @Nullable T accept(PeeklockConsumer consumer, Delivery delivery, Unpacking<T> unpacking) throws JMSException {
        PeeklockMessage message = thaw(consumer, delivery);
        if (take(consumer, delivery, false) == null) {
            session.settlements().release(delivery);
            return null;
        }
        T result;
        try {
            result = unpacking.unpack(message);
        } catch (JMSException | RuntimeException | Error e) {
            refused(delivery, e);
            throw e;
        }
        if (!session.acknowledgement().settleFirst(delivery)) {
            session.gate().leaveHandover(consumer);
            return null;
        }
        session.acknowledgement().received(delivery);
        return result;
    }

    private void refused(Delivery delivery, Throwable why) {
        try {
            session.acknowledgement().refused(delivery);
        } catch (JMSException e) {
            why.addSuppressed(e);
        }
    }

    /** Makes of a message what a call returns. */
    @FunctionalInterface
    interface Unpacking<T> {
        T unpack(PeeklockMessage message) throws JMSException;
    }

    /** The same for the listener, which is at work from here on until the gate's {@code leaveListener}. */
    @Nullable
    PeeklockMessage acceptForListener(PeeklockConsumer consumer, Delivery delivery) throws JMSException {
        PeeklockMessage message = thaw(consumer, delivery);
        if (take(consumer, delivery, true) == null) {
            session.settlements().release(delivery);
            return null;
        }
        boolean settled = false;
        try {
            settled = session.acknowledgement().settleFirst(delivery);
        } finally {
            if (!settled) {
                session.gate().leaveListener();
            }
        }
        return settled ? message : null;
    }

    private @Nullable Delivery take(PeeklockConsumer consumer, Delivery delivery, boolean forListener)
            throws JMSException {
        LockToken token = delivery.requireLockToken();
        int partition = session.acknowledgement().partition();
        if (partition != Acknowledgement.ANY_PARTITION && token.partition() != partition) {
            // Asked for before the transaction had its partition.
            return null;
        }
        DeliveryGate.Passage<Delivery> passage = () -> {
            session.acknowledgement().deliver(delivery);
            return delivery;
        };
        try {
            return forListener
                    ? session.gate().passToListener(consumer, passage)
                    : session.gate().pass(consumer, passage);
        } catch (JMSException e) {
            session.settlements().release(delivery);
            throw e;
        }
    }

    private PeeklockMessage thaw(PeeklockConsumer consumer, Delivery delivery) {
        if (session.acknowledgement().settlesFirst()) {
            Acknowledger checksOnly = () -> session.acknowledge(delivery);
            PeeklockMessage settled = MessageThawer.thaw(
                    delivery,
                    consumer.source().destination(),
                    session.connection().settings().messages(),
                    checksOnly);
            settled.lockRenewed(NO_LOCK);
            return settled;
        }
        ReceivedLock lock = new ReceivedLock(session, delivery);
        PeeklockMessage message = MessageThawer.thaw(
                delivery,
                consumer.source().destination(),
                session.connection().settings().messages(),
                lock);
        lock.belongsTo(message);
        return message;
    }
}
