/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session that is held as long as its bearer may listen where it lies (rule Q6).
 *
 * <p>Thread safe.
 */
final class ClaimedSession extends ClaimedReceiver implements SessionReceiver {
    private final SessionReceiver session;

    ClaimedSession(Bearer bearer, EntityPath source, SessionReceiver session, OpenClaims open) {
        super(bearer, source, session, open);
        this.session = session;
    }

    @Override
    public String sessionId() {
        return session.sessionId();
    }

    @Override
    public SessionToken sessionToken() {
        return session.sessionToken();
    }

    @Override
    public long lockedUntilMs() {
        return session.lockedUntilMs();
    }

    @Override
    public CompletableFuture<Long> renewSessionLock() {
        BrokerException refusal = refusal();
        return refusal == null ? session.renewSessionLock() : CompletableFuture.failedFuture(refusal);
    }

    @Override
    public CompletableFuture<Optional<byte[]>> getSessionState() {
        BrokerException refusal = refusal();
        return refusal == null ? session.getSessionState() : CompletableFuture.failedFuture(refusal);
    }

    @Override
    public CompletableFuture<Void> setSessionState(byte @Nullable [] state) {
        BrokerException refusal = refusal();
        return refusal == null ? session.setSessionState(state) : CompletableFuture.failedFuture(refusal);
    }
}
