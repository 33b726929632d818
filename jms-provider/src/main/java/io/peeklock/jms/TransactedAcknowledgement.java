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
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import io.peeklock.tx.LocalTransaction;
import io.peeklock.tx.LocalTransactions;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * SESSION_TRANSACTED: received messages and sends belong to the session's transaction; there is always one.
 *
 * <p>As {@link Acknowledgement}.
 */
final class TransactedAcknowledgement extends Acknowledgement {

    private final LocalTransactions transactions;
    private final Duration timeout;
    private volatile LocalTransaction current;
    /** One that commit or rollback is ending: what comes meanwhile, from a completion listener, is the next one's. */
    private volatile @Nullable LocalTransaction ending;

    TransactedAcknowledgement(Settlements settlements, LocalTransactions transactions, Duration timeout) {
        super(settlements);
        this.transactions = transactions;
        this.timeout = timeout;
        this.current = transactions.begin();
    }

    @Override
    int partition() {
        return current.partition();
    }

    @Override
    void deliver(Delivery delivery) throws JMSException {
        try {
            current.enlist(delivery);
        } catch (BrokerException e) {
            throw JmsExceptions.of(e);
        }
    }

    /** Stages a send. */
    void send(EntityPath destination, Message message) throws JMSException {
        while (true) {
            LocalTransaction transaction = current;
            try {
                transaction.send(destination, message);
                return;
            } catch (BrokerException e) {
                // From a completion listener it may have met one that is just being ended.
                if (transaction == current) {
                    throw JmsExceptions.of(e);
                }
            }
        }
    }

    /** Stages a schedule; completes with its number. */
    CompletableFuture<Long> schedule(EntityPath destination, Message message, Instant enqueueAt) throws JMSException {
        return JmsExceptions.translating(() -> current.schedule(destination, message, enqueueAt));
    }

    @Override
    boolean holdsNothing() {
        LocalTransaction last = ending;
        return holdsNothing(current) && (last == null || holdsNothing(last));
    }

    private static boolean holdsNothing(LocalTransaction transaction) {
        return transaction.isEmpty()
                || switch (transaction.state()) {
                    case ACTIVE, COMMITTING -> false;
                    case COMMITTED, ROLLED_BACK, OUTCOME_UNKNOWN -> true;
                };
    }

    @Override
    void acknowledge(Delivery delivery, Settlement settlement) {
        // The commit does it (Jakarta Messaging 3.6).
    }

    void commit() throws JMSException {
        LocalTransaction transaction = next();
        try {
            Waits.answer(JmsExceptions.translating(transaction::commit), timeout, "committing a transaction");
        } catch (JMSException e) {
            throw transaction.state() == LocalTransaction.State.ROLLED_BACK ? JmsExceptions.rolledBack(e) : e;
        } finally {
            ending = null;
        }
    }

    void rollback() throws JMSException {
        LocalTransaction transaction = next();
        try {
            Waits.answer(JmsExceptions.translating(transaction::rollback), timeout, "rolling back a transaction");
        } finally {
            ending = null;
        }
    }

    /** Begins the next transaction, and gives the one before it. */
    private LocalTransaction next() {
        LocalTransaction transaction = current;
        ending = transaction;
        current = transactions.begin();
        return transaction;
    }

    @Override
    void recover() throws JMSException {
        throw JmsExceptions.invalidOperation("a transacted session has no recover; use rollback");
    }

    /** Staged: the commit does it, and does not complete the message. */
    @Override
    void settle(LockToken token, Settlement settlement) throws JMSException {
        StagedSettlement staged = new StagedSettlement(token, settlement);
        Waits.answer(JmsExceptions.translating(() -> current.settle(staged)), timeout, "settling a message");
    }

    /** Stages a state of a session of the bus. */
    void setSessionState(EntityPath entity, SessionToken session, byte @Nullable [] state) throws JMSException {
        StagedSessionState staged = new StagedSessionState(session, state);
        Waits.answer(
                JmsExceptions.translating(() -> current.setSessionState(entity, staged)),
                timeout,
                "setting the state of session " + session.sessionId());
    }

    /** The state of a session of the bus that this transaction has staged, null if none. */
    @Nullable
    StagedSessionState stagedState(SessionToken session) {
        return current.stagedState(session);
    }

    @Override
    void close() throws JMSException {
        Waits.answer(rollBackIfActive(), timeout, "rolling back a transaction");
    }

    @Override
    void closeNow() {
        rollBackIfActive();
    }

    /** Another thread may just be committing: then the commit decides. */
    private CompletableFuture<Void> rollBackIfActive() {
        try {
            return current.rollback();
        } catch (BrokerException e) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
