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
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.tx.LocalTransaction;
import io.peeklock.tx.LocalTransactions;
import io.peeklock.tx.Transaction;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * SESSION_TRANSACTED: received messages and sends belong to the session's transaction; there is always one.
 *
 * <p>As {@link Acknowledgement}.
 */
final class TransactedAcknowledgement extends Acknowledgement {

    private final LocalTransactions transactions;
    private final Duration timeout;
    private final Runnable onTimeout;
    private volatile LocalTransaction current;
    /** One that commit or rollback is ending: what comes meanwhile, from a completion listener, is the next one's. */
    private volatile @Nullable LocalTransaction ending;

    /** @param onTimeout called, on any thread, when a transaction was rolled back because its time was over (rule X2) */
    TransactedAcknowledgement(Settlements settlements, PeeklockConnection connection, Runnable onTimeout) {
        super(settlements);
        this.transactions = connection.transactions();
        this.timeout = connection.settings().operationTimeout();
        this.onTimeout = onTimeout;
        this.current = transactions.begin(onTimeout);
    }

    @Override
    Transaction transaction() {
        return current;
    }

    /** The listeners alone could end one whose time is over, and get no message to do it at: so it ends by itself. */
    @Override
    void beforeListeners(Consumer<JMSException> report) {
        if (current.isTimedOut()) {
            report.accept(JmsExceptions.rolledBack(JmsExceptions.of(new BrokerException(
                    ErrorCode.Timeout,
                    "its time-out was over before a listener had ended it. What it had received comes again, and the session's"
                            + " listeners go on in a new one"))));
            current = transactions.begin(onTimeout);
        }
    }

    @Override
    boolean stage(EntityPath destination, Message message) throws JMSException {
        while (true) {
            LocalTransaction transaction = current;
            try {
                transaction.send(destination, message);
                return true;
            } catch (BrokerException e) {
                // From a completion listener it may have met one that is just being ended.
                if (transaction == current) {
                    throw JmsExceptions.of(e);
                }
            }
        }
    }

    @Override
    boolean holdsNothing() {
        LocalTransaction last = ending;
        return holdsNothing(current) && (last == null || holdsNothing(last));
    }

    private static boolean holdsNothing(LocalTransaction transaction) {
        return transaction.isEmpty() || transaction.hasEnded();
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
        current = transactions.begin(onTimeout);
        return transaction;
    }

    @Override
    void recover() throws JMSException {
        throw JmsExceptions.invalidOperation("a transacted session has no recover; use rollback");
    }

    @Override
    void settle(LockToken token, Settlement settlement) throws JMSException {
        InTransaction.settle(current, token, settlement, timeout);
    }

    /** What the transaction has of it has failed with it, whatever the profile says of a close: it can only be rolled back. */
    @Override
    void leave(SessionReceiver bus) throws JMSException {
        try {
            Waits.answer(current.leave(bus.sessionToken()), timeout, "unlocking messages");
        } finally {
            bus.close();
        }
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
