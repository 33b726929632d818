/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.error.ErrorCode;
import jakarta.jms.JMSException;
import jakarta.jms.TransactionInProgressException;

/**
 * Ends the transactions of one session at the application's word, and tells its consumers of an end that came without it.
 *
 * <p>For the session's one thread; {@link #endedElsewhere()} for any.
 */
final class TransactionEnds {

    private final SessionCore session;

    TransactionEnds(SessionCore session) {
        this.session = session;
    }

    void commit() throws JMSException {
        TransactedAcknowledgement transaction = requireTransacted("commit");
        try {
            session.settling(transaction::commit);
        } finally {
            session.listeners().askAgain();
        }
    }

    void rollback() throws JMSException {
        TransactedAcknowledgement transaction = requireTransacted("rollback");
        try {
            session.settling(transaction::rollback);
        } finally {
            session.listeners().askAgain();
        }
    }

    /** By its time-out (rule X2), or by the transaction manager: a receive that waits in it ends, and listeners ask anew. */
    void endedElsewhere() {
        session.endingShares().settled();
        session.consumers().forEach(PeeklockConsumer::interruptReceive);
        session.listeners().askAgain();
    }

    private TransactedAcknowledgement requireTransacted(String call) throws JMSException {
        session.requireOpen();
        session.requireNoCompletionListener(call);
        if (!(session.acknowledgement() instanceof TransactedAcknowledgement transaction)) {
            throw notTransacted(call);
        }
        try {
            session.asyncSends().awaitPresent();
        } catch (InterruptedException e) {
            throw JmsExceptions.notBegun("waiting for asynchronous sends before " + call, e);
        }
        return transaction;
    }

    private JMSException notTransacted(String call) {
        if (session.acknowledgement() instanceof XaAcknowledgement) {
            return new TransactionInProgressException(
                    call + " is not for a session with an XAResource: its transaction manager ends what it does",
                    ErrorCode.InvalidOperation.name());
        }
        return JmsExceptions.invalidOperation(call + " needs a transacted session, this one has mode "
                + session.mode().jmsName());
    }
}
