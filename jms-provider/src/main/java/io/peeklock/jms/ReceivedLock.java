/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.Settlement;
import io.peeklock.jms.message.Acknowledger;
import io.peeklock.jms.message.PeeklockMessage;
import jakarta.jms.JMSException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Ties one received message to the session that settles it.
 *
 * <p>One call at a time; any thread.
 */
final class ReceivedLock implements Acknowledger, PeekLocked {

    /** The acknowledge type that completes; 0 is none. */
    private static final int ACCEPTED = 1;

    private final SessionCore session;
    private final Delivery delivery;
    private final LockToken token;
    private volatile long lockedUntilMs;
    private volatile @Nullable PeeklockMessage message;

    ReceivedLock(SessionCore session, Delivery delivery) {
        this.session = session;
        this.delivery = delivery;
        this.token = delivery.requireLockToken();
        this.lockedUntilMs = delivery.lockedUntilMs();
    }

    /** The message it belongs to, which shows renewals in {@code JMS_SB_LockedUntil}. */
    void belongsTo(PeeklockMessage received) {
        message = received;
    }

    @Override
    public void acknowledge() throws JMSException {
        PeeklockMessage acknowledged = message;
        boolean settles = session.mode() == SessionMode.CLIENT || session.mode() == SessionMode.INDIVIDUAL;
        if (settles && acknowledged != null && acknowledged.acknowledgeType() > ACCEPTED) {
            // To complete what was to be dead-lettered or given back would lose it.
            throw new JMSException(
                    "this version of Peeklock knows JMS_AMQP_ACK_TYPE 1 only; to dead-letter, abandon or release the"
                            + " message use PeekLocked.of(message)",
                    "NotOffered");
        }
        session.acknowledge(delivery);
    }

    @Override
    public UUID lockToken() {
        return token.id();
    }

    @Override
    public long sequenceNumber() {
        return delivery.sequenceNumber();
    }

    @Override
    public Instant lockedUntil() {
        return Instant.ofEpochMilli(lockedUntilMs);
    }

    @Override
    public Instant renewLock() throws JMSException {
        long until = session.renew(token);
        lockedUntilMs = until;
        PeeklockMessage shown = message;
        if (shown != null) {
            shown.lockRenewed(until);
        }
        return Instant.ofEpochMilli(until);
    }

    @Override
    public void complete() throws JMSException {
        session.settle(token, Settlement.COMPLETE);
    }

    @Override
    public void abandon(Map<String, @Nullable Object> properties) throws JMSException {
        session.settle(token, new Settlement.Abandon(copy(properties)));
    }

    @Override
    public void release() throws JMSException {
        session.settle(token, Settlement.RELEASE);
    }

    @Override
    public void deadLetter(
            @Nullable String reason, @Nullable String description, Map<String, @Nullable Object> properties)
            throws JMSException {
        session.settle(token, new Settlement.DeadLetter(reason, description, copy(properties)));
    }

    /** Map.copyOf would refuse the null values that remove a property. */
    private static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> properties) {
        return new HashMap<>(properties);
    }

    @Override
    public String toString() {
        return "lock of message " + delivery.sequenceNumber() + " of " + delivery.entity();
    }
}
