/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Settlement;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.message.Acknowledger;
import io.peeklock.jms.message.MessageThawer;
import io.peeklock.jms.message.PeeklockMessage;
import io.peeklock.tx.Transaction;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.List;
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
     * @param in what the call had when it began
     * @param unpacking makes the result of the message; if it refuses, the mode says what becomes of the message
     */
    <T> @Nullable T accept(
            PeeklockConsumer consumer, Delivery delivery, @Nullable Transaction in, Unpacking<T> unpacking)
            throws JMSException {
        PeeklockMessage message = thaw(consumer.source().destination(), delivery);
        if (take(consumer.source(), delivery, in, passage -> session.gate().pass(consumer, passage)) == null) {
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
        return acceptForListener(
                consumer.source(),
                delivery,
                begin(delivery),
                passage -> session.gate().passToListener(consumer, passage));
    }

    /** Where a message for the listener belongs. If the session was taken out of its branch, it goes back. */
    private @Nullable Transaction begin(Delivery delivery) throws JMSException {
        try {
            return session.acknowledgement().begin();
        } catch (JMSException e) {
            session.settlements().release(delivery);
            throw e;
        }
    }

    /**
     * The same for the session's own listener, to which a connection consumer's messages go.
     *
     * @param in to which the message is to belong
     */
    @Nullable
    PeeklockMessage acceptLoaded(ConsumerSource source, Delivery delivery, @Nullable Transaction in)
            throws JMSException {
        return acceptForListener(source, delivery, in, session.gate()::passToListener);
    }

    private @Nullable PeeklockMessage acceptForListener(
            ConsumerSource source, Delivery delivery, @Nullable Transaction in, Entrance entrance) throws JMSException {
        PeeklockMessage message = thaw(source.destination(), delivery);
        if (take(source, delivery, in, entrance) == null) {
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

    /** One of the ways through the gate. */
    @FunctionalInterface
    private interface Entrance {
        @Nullable
        Delivery enter(DeliveryGate.Passage<Delivery> passage) throws JMSException;
    }

    private @Nullable Delivery take(
            ConsumerSource source, Delivery delivery, @Nullable Transaction in, Entrance entrance) throws JMSException {
        LockToken token = delivery.requireLockToken();
        if (InTransaction.isForOthers(in, source, delivery)) {
            return null;
        }
        try {
            return entrance.enter(() -> {
                session.acknowledgement().deliver(List.of(delivery), in);
                session.unacknowledged().received(token);
                return delivery;
            });
        } catch (JMSException e) {
            session.settlements().release(delivery);
            throw e;
        }
    }

    /** Messages that were looked at: nobody holds them. */
    List<Message> peeked(PeeklockQueue source, List<Delivery> deliveries) {
        List<Message> messages = new ArrayList<>(deliveries.size());
        for (Delivery delivery : deliveries) {
            messages.add(MessageThawer.thaw(
                    delivery, source, session.connection().settings().messages(), null));
        }
        return messages;
    }

    /** The message that the application sees. */
    PeeklockMessage thaw(PeeklockDestination source, Delivery delivery) {
        if (session.acknowledgement().settlesFirst()) {
            Acknowledger checksOnly = () -> session.acknowledge(delivery, Settlement.COMPLETE);
            PeeklockMessage settled = MessageThawer.thaw(
                    delivery, source, session.connection().settings().messages(), checksOnly);
            settled.lockRenewed(NO_LOCK);
            return settled;
        }
        ReceivedLock lock = new ReceivedLock(session, delivery);
        PeeklockMessage message = MessageThawer.thaw(
                delivery, source, session.connection().settings().messages(), lock);
        lock.belongsTo(message);
        return message;
    }
}
