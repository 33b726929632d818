/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.tx.BranchListener;
import io.peeklock.tx.BusXAResource;
import io.peeklock.tx.Transaction;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Of an XA session: what it sends and receives in a branch of a global transaction is the branch's; outside of any it
 * acknowledges by itself, as AUTO_ACKNOWLEDGE.
 *
 * <p>As {@link Acknowledgement}; branches come and go on any thread. One that the session leaves, by its close too, lives on
 * in the bus until the transaction manager ends it (Jakarta Messaging, Connection.close).
 */
final class XaAcknowledgement extends AutoAcknowledgement implements BranchListener {

    private final BusXAResource resource;
    private final Duration timeout;
    private final Runnable onEnd;
    /** Those that may still settle what this session has received. */
    private final Set<Transaction> unsettled = ConcurrentHashMap.newKeySet();

    private final KeptSessions kept = new KeptSessions(unsettled);

    /** What a message endpoint has, null of any other session. */
    private volatile @Nullable MessageInHand inHand;

    private volatile boolean closed;

    /** @param onEnd called, on any thread, when the session has left a branch, and when one that it was in has ended, or is settled */
    XaAcknowledgement(Settlements settlements, PeeklockConnection connection, Runnable onEnd) {
        super(settlements);
        this.timeout = connection.settings().operationTimeout();
        this.onEnd = onEnd;
        this.resource = connection.globalTransactions().resource(this);
    }

    BusXAResource resource() {
        return resource;
    }

    /** The session has a message for a message endpoint: the branch that it works in next has it. */
    void hand(MessageInHand message) {
        inHand = message;
    }

    /** The last one. */
    @Nullable
    MessageInHand inHand() {
        return inHand;
    }

    @Override
    @Nullable
    Transaction transaction() {
        return resource.current();
    }

    @Override
    @Nullable
    Transaction begin() throws JMSException {
        try {
            return resource.begin();
        } catch (BrokerException e) {
            throw JmsExceptions.rolledBack(JmsExceptions.of(e));
        }
    }

    @Override
    @Nullable
    Transaction goOn(@Nullable Transaction began) throws JMSException {
        requireStillIn(began);
        return began == null ? transaction() : began;
    }

    @Override
    void requireRoom(@Nullable Transaction in, int messages) throws JMSException {
        requireStillIn(in);
        super.requireRoom(in, messages);
    }

    @Override
    void deliver(List<Delivery> deliveries, @Nullable Transaction in) throws JMSException {
        requireStillIn(in);
        super.deliver(deliveries, in);
    }

    private void requireStillIn(@Nullable Transaction in) throws JMSException {
        if (in == null) {
            return;
        }
        try {
            resource.requireStillIn(in);
        } catch (BrokerException e) {
            throw JmsExceptions.rolledBack(JmsExceptions.of(e));
        }
    }

    // ---- Settling

    @Override
    void refused(Delivery delivery) throws JMSException {
        LockToken token = delivery.requireLockToken();
        if (held.take(token)) {
            settle(token, Settlement.RELEASE, held);
        }
    }

    @Override
    void recover() throws JMSException {
        if (transaction() != null) {
            throw JmsExceptions.invalidOperation(
                    "a session in a global transaction has no recover; roll the transaction back");
        }
        super.recover();
    }

    @Override
    void settle(LockToken token, Settlement settlement) throws JMSException {
        if (held.take(token)) {
            settle(token, settlement, held);
            return;
        }
        Transaction in = begin();
        if (in == null) {
            throw JmsExceptions.of(new BrokerException(
                    ErrorCode.MessageLockLost,
                    "message " + token.sequenceNumber()
                            + " was acknowledged, or belongs to a global transaction that the"
                            + " session is not in; it is settled while the session is"));
        }
        InTransaction.settle(in, token, settlement, timeout);
    }

    @Override
    boolean holdsNothing() {
        MessageInHand message = inHand;
        return super.holdsNothing()
                && (message == null || !message.isLoose())
                && unsettled.stream().allMatch(Transaction::isEmpty);
    }

    @Override
    void leave(SessionReceiver bus) throws JMSException {
        try {
            giveBack(bus);
        } finally {
            kept.closeWhenUnneeded(bus);
        }
    }

    @Override
    void close() throws JMSException {
        closed = true;
        super.close();
    }

    @Override
    void closeNow() {
        closed = true;
        super.closeNow();
    }

    // ---- What becomes of its branches

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void associated(Transaction branch) {
        unsettled.add(branch);
        MessageInHand message = inHand;
        if (message != null) {
            message.enter(branch);
        }
        if (branch.hasEnded()) {
            // It may have been settled before this was called.
            unsettled.remove(branch);
            kept.closeUnneeded();
        }
    }

    @Override
    public void dissociated(Transaction branch, int flags) {
        onEnd.run();
    }

    @Override
    public void ended(Transaction branch) {
        // It may be prepared.
        kept.closeUnneeded();
        onEnd.run();
    }

    @Override
    public void settled(Transaction branch) {
        unsettled.remove(branch);
        kept.closeUnneeded();
        MessageInHand message = inHand;
        if (message != null) {
            message.settled(branch);
        }
        onEnd.run();
    }
}
