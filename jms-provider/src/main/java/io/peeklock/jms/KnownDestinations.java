/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.error.ErrorCode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The destinations that a producer has looked up, each of which may have been deleted since: then it is looked up, and
 * created on first use, once more (rule W5).
 *
 * <p>For the session's one thread.
 */
final class KnownDestinations {

    /** An anonymous producer forgets them beyond this many. */
    private static final int MAX = 1_000;

    private final SessionCore session;
    private final Map<EntityPath, EntitySettings> known = new HashMap<>();

    KnownDestinations(SessionCore session) {
        this.session = session;
    }

    /** One of the ways in which a message goes into the bus. */
    @FunctionalInterface
    interface Way<T> {
        CompletableFuture<T> send() throws JMSException;
    }

    void put(EntityPath path, EntitySettings settings) {
        if (known.size() >= MAX) {
            known.clear();
        }
        known.put(path, settings);
    }

    /** As it was when it was looked up; looks it up, and creates it on first use, if it has not been. */
    EntitySettings settings(EntityPath path) throws JMSException {
        EntitySettings settings = known.get(path);
        if (settings == null) {
            settings = session.resolve(path);
            put(path, settings);
        }
        return settings;
    }

    /** Sends; a second time if the bus says at once that there is no such destination, since then it has nothing of it. */
    <T> CompletableFuture<T> send(EntityPath path, Way<T> way) throws JMSException {
        CompletableFuture<T> sent = attempt(path, way);
        if (!lacksDestination(sent)) {
            return sent;
        }
        known.remove(path);
        try {
            settings(path);
        } catch (JMSException e) {
            return CompletableFuture.failedFuture(e);
        }
        return attempt(path, way);
    }

    private <T> CompletableFuture<T> attempt(EntityPath path, Way<T> way) throws JMSException {
        boolean accepted = false;
        try {
            CompletableFuture<T> sent = way.send();
            accepted = !sent.isCompletedExceptionally();
            return sent;
        } catch (InvalidDestinationException e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            if (!accepted) {
                // It may be gone: the next send looks again.
                known.remove(path);
            }
        }
    }

    private static boolean lacksDestination(CompletableFuture<?> sent) {
        return sent.isCompletedExceptionally()
                && sent.handle((number, failure) -> JmsExceptions.of(failure).getErrorCode())
                        .thenApply(ErrorCode.EntityNotFound.name()::equals)
                        .join();
    }
}
