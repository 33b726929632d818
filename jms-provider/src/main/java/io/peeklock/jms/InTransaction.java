/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.tx.Transaction;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session does in its transaction, a local one or a branch of a global one, with the exceptions of Jakarta Messaging.
 *
 * <p>Stateless, thread safe; a transaction is for one thread at a time.
 */
final class InTransaction {

    private InTransaction() {}

    /**
     * The partition that it is fed from by a queue or topic (rule P11), or {@link Acknowledgement#ANY_PARTITION}, without
     * a transaction too. An unpartitioned one has its messages wherever it lies (rule X4).
     */
    static int partition(@Nullable Transaction in, EntitySettings source) {
        return in == null || !source.partitioned() ? Acknowledgement.ANY_PARTITION : in.partition();
    }

    /**
     * The session of the bus that a transaction is fed from by a queue or subscription that requires sessions (rule P10), null if
     * any will do. Who has named one is not given another instead: what the transaction may not take of it is refused.
     */
    static @Nullable String session(@Nullable Transaction in, ConsumerSource source) {
        return in == null || !source.settings().partitioned() || source.session() != null ? null : in.key();
    }

    /**
     * Whether a message that was asked for before the transaction had its partition and its key is for others. Then it goes back
     * uncounted: it was the bus that chose it.
     */
    static boolean isForOthers(@Nullable Transaction in, ConsumerSource source, Delivery delivery) {
        LockToken token = delivery.requireLockToken();
        int partition = partition(in, source.settings());
        if (partition != Acknowledgement.ANY_PARTITION && token.partition() != partition) {
            return true;
        }
        String key = token.sessionLock() == null ? null : session(in, source);
        return key != null && !key.equals(delivery.message().sessionId());
    }

    /** How many messages a session may be given, as far as its transaction goes. */
    static int room(@Nullable Transaction in) {
        return in == null ? SessionSettings.UNLIMITED : in.room();
    }

    /** A call is about to ask for so many messages, or to hand them over. If it throws, it must not. */
    static void requireRoom(@Nullable Transaction in, int messages) throws JMSException {
        if (in != null) {
            try {
                in.requireRoom(messages);
            } catch (BrokerException e) {
                throw JmsExceptions.of(e);
            }
        }
    }

    static void enlist(Transaction in, List<Delivery> deliveries) throws JMSException {
        try {
            in.enlist(deliveries);
        } catch (BrokerException e) {
            throw JmsExceptions.of(e);
        }
    }

    /** Staged: the commit does it, and does not complete the message. */
    static void settle(Transaction in, LockToken token, Settlement settlement, Duration timeout) throws JMSException {
        StagedSettlement staged = new StagedSettlement(token, settlement);
        Waits.answer(JmsExceptions.translating(() -> in.settle(staged)), timeout, "settling a message");
    }

    /** Stages a state of a session of the bus. */
    static void setSessionState(
            Transaction in, EntityPath entity, SessionToken session, byte @Nullable [] state, Duration timeout)
            throws JMSException {
        StagedSessionState staged = new StagedSessionState(session, state);
        Waits.answer(
                JmsExceptions.translating(() -> in.setSessionState(entity, staged)),
                timeout,
                "setting the state of session " + session.sessionId());
    }
}
