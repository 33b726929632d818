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
import java.time.Duration;
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
        int type = acknowledged == null ? 0 : acknowledged.acknowledgeType();
        session.acknowledge(delivery, settlementOf(type));
    }

    /** What Azure's values of {@code JMS_AMQP_ACK_TYPE} do there; without one the message is done. */
    private static Settlement settlementOf(int acknowledgeType) {
        return switch (acknowledgeType) {
            case 2 -> new Settlement.DeadLetter(null, null, Map.of());
            case 3 -> Settlement.RELEASE;
            case 4 -> Settlement.ABANDON;
            case 5 -> Settlement.DEFER;
            default -> Settlement.COMPLETE;
        };
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
    public void abandon(Duration delay, Map<String, @Nullable Object> properties) throws JMSException {
        session.settle(token, new Settlement.Abandon(copy(properties), delay.toMillis()));
    }

    @Override
    public void release() throws JMSException {
        session.settle(token, Settlement.RELEASE);
    }

    @Override
    public void defer(Map<String, @Nullable Object> properties) throws JMSException {
        session.settle(token, new Settlement.Defer(copy(properties)));
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
