/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.SharedCredit;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.SessionGrant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session that was accepted, in the partition in which it lies.
 *
 * <p>Thread safe.
 */
final class HeldSession implements SessionReceiver {
    private final PartitionedReceiver receiver;
    private final Partition partition;
    /** As it was accepted; one that heals may hold the session anew. */
    private final SessionGrant accepted;

    private final SessionHolding holding;
    private volatile boolean closed;

    HeldSession(PartitionedReceiver receiver, Partition partition, SessionGrant grant) {
        this.receiver = receiver;
        this.partition = partition;
        this.accepted = grant;
        this.holding = receiver.sessions();
    }

    private SessionGrant grant() {
        SessionGrant now = holding.grant();
        return now == null ? accepted : now;
    }

    @Override
    public String sessionId() {
        return accepted.token().sessionId();
    }

    @Override
    public SessionToken sessionToken() {
        return grant().token();
    }

    @Override
    public long lockedUntilMs() {
        return grant().lockedUntilMs();
    }

    @Override
    public CompletableFuture<List<Delivery>> receiveDeferred(Collection<Long> sequenceNumbers) {
        return closed ? refused() : receiver.receiveDeferred(sequenceNumbers);
    }

    @Override
    public CompletableFuture<Long> renewSessionLock() {
        if (closed) {
            return refused();
        }
        SessionToken token = sessionToken();
        CompletableFuture<Long> renewed = partition.renewSession(token);
        renewed.thenAccept(until -> holding.renewed(token, until));
        return renewed;
    }

    @Override
    public CompletableFuture<Optional<byte[]>> getSessionState() {
        return closed ? refused() : partition.sessionState(sessionToken());
    }

    @Override
    public CompletableFuture<Void> setSessionState(byte @Nullable [] state) {
        return closed ? refused() : partition.setSessionState(sessionToken(), state == null ? null : state.clone());
    }

    private <T> CompletableFuture<T> refused() {
        return CompletableFuture.failedFuture(
                new BrokerException(ErrorCode.Closed, "the receiver of session " + sessionId() + " is closed"));
    }

    @Override
    public CompletableFuture<Delivery> receive() {
        return receiver.receive();
    }

    @Override
    public CompletableFuture<Delivery> receive(
            int partition, @Nullable String sessionId, @Nullable SharedCredit credit) {
        return receiver.receive(partition, sessionId, credit);
    }

    @Override
    public CompletableFuture<Delivery> receiveNow(int partition, @Nullable String sessionId) {
        return receiver.receiveNow(partition, sessionId);
    }

    @Override
    public boolean cancel(CompletableFuture<Delivery> request) {
        return receiver.cancel(request);
    }

    @Override
    public void close() {
        closed = true;
        receiver.close();
    }

    @Override
    public String toString() {
        return "session " + sessionId();
    }
}
