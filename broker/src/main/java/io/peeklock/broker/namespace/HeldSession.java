/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.SessionGrant;
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
    private final SessionToken token;
    private volatile long lockedUntilMs;
    private volatile boolean closed;

    HeldSession(PartitionedReceiver receiver, Partition partition, SessionGrant grant) {
        this.receiver = receiver;
        this.partition = partition;
        this.token = grant.token();
        this.lockedUntilMs = grant.lockedUntilMs();
    }

    @Override
    public String sessionId() {
        return token.sessionId();
    }

    @Override
    public SessionToken sessionToken() {
        return token;
    }

    @Override
    public long lockedUntilMs() {
        return lockedUntilMs;
    }

    @Override
    public CompletableFuture<Long> renewSessionLock() {
        if (closed) {
            return refused();
        }
        CompletableFuture<Long> renewed = partition.renewSession(token);
        renewed.thenAccept(until -> lockedUntilMs = until);
        return renewed;
    }

    @Override
    public CompletableFuture<Optional<byte[]>> getSessionState() {
        return closed ? refused() : partition.sessionState(token);
    }

    @Override
    public CompletableFuture<Void> setSessionState(byte @Nullable [] state) {
        return closed ? refused() : partition.setSessionState(token, state == null ? null : state.clone());
    }

    private <T> CompletableFuture<T> refused() {
        return CompletableFuture.failedFuture(
                new BrokerException(ErrorCode.Closed, "the receiver of session " + token.sessionId() + " is closed"));
    }

    @Override
    public CompletableFuture<Delivery> receive() {
        return receiver.receive();
    }

    @Override
    public CompletableFuture<Delivery> receive(int partition) {
        return receiver.receive(partition);
    }

    @Override
    public CompletableFuture<Delivery> receiveNow(int partition) {
        return receiver.receiveNow(partition);
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
        return "session " + token.sessionId();
    }
}
