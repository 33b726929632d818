/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.tx.Transaction;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Receives from one session that it holds.
 *
 * <p>For the session's one thread; close from any.
 */
final class PeeklockSessionConsumer extends PeeklockConsumer implements SessionConsumer {

    private final SessionCore session;
    private final SessionReceiver held;

    PeeklockSessionConsumer(SessionCore session, ConsumerSource source, SessionReceiver held) {
        super(session, source, held);
        this.session = session;
        this.held = held;
    }

    @Override
    public Queue getQueue() throws JMSException {
        requireOpen();
        return Destinations.queue(source().destination());
    }

    @Override
    public String sessionId() {
        return held.sessionId();
    }

    @Override
    public Instant lockedUntil() {
        return Instant.ofEpochMilli(held.lockedUntilMs());
    }

    @Override
    public Instant renewSessionLock() throws JMSException {
        return Instant.ofEpochMilli(answer(held.renewSessionLock(), "renewing the lock"));
    }

    @Override
    public List<Message> receiveDeferred(long... sequenceNumbers) throws JMSException {
        requireOpen();
        return new DeferredMessages(session, Destinations.queue(source().destination()), held).receive(sequenceNumbers);
    }

    @Override
    public Optional<byte[]> getSessionState() throws JMSException {
        Transaction in = session.acknowledgement().transaction();
        if (in != null) {
            requireOpen();
            StagedSessionState staged = in.stagedState(held.sessionToken());
            if (staged != null) {
                return Optional.ofNullable(staged.state()).map(byte[]::clone);
            }
        }
        return answer(held.getSessionState(), "reading the state");
    }

    @Override
    public void setSessionState(byte @Nullable [] state) throws JMSException {
        requireOpen();
        Transaction in = session.acknowledgement().begin();
        if (in == null) {
            answer(held.setSessionState(state), "setting the state");
        } else {
            Duration timeout = session.connection().settings().operationTimeout();
            InTransaction.setSessionState(in, source().path(), held.sessionToken(), state, timeout);
        }
    }

    private <T> T answer(CompletableFuture<T> future, String doing) throws JMSException {
        requireOpen();
        return Waits.answer(
                future, session.connection().settings().operationTimeout(), doing + " of session " + sessionId());
    }

    /** What becomes of what the application has and has not settled, and when the session goes, its acknowledge mode says. */
    @Override
    void letGo() throws JMSException {
        ClosingSteps steps = new ClosingSteps();
        steps.run(() -> session.acknowledgement().leave(held));
        steps.run(session.unacknowledged()::changed);
        steps.end();
    }

    @Override
    public String toString() {
        return "consumer of session " + sessionId() + " of " + source().name();
    }
}
