/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import jakarta.jms.ServerSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Server sessions that a connection consumer has got from its pool and that have as many unacknowledged messages as they
 * may: each goes back to its pool, by a run without messages, when it has room or nobody waits for that any more.
 *
 * <p>Thread safe. They are started on threads of the connection: starting one is the application server's code.
 */
final class FullServerSessions {

    private final PeeklockConnection connection;
    private final Map<SessionCore, ServerSession> waiting = new ConcurrentHashMap<>();

    FullServerSessions(PeeklockConnection connection) {
        this.connection = connection;
    }

    /**
     * Keeps one that is full.
     *
     * @return false if it has room after all and is the caller's as before
     */
    boolean keep(SessionCore session, ServerSession server) {
        if (session.unacknowledged().hasRoom()) {
            return false;
        }
        waiting.put(session, server);
        // Whoever makes room looks here after: between the two, this sees it.
        return !session.unacknowledged().hasRoom() || waiting.remove(session) == null;
    }

    /** It has room again, or is closed. */
    void letGo(SessionCore session) {
        ServerSession server = waiting.remove(session);
        if (server != null) {
            connection.threads().execute(() -> start(server));
        }
    }

    /** Nobody waits for them any more. */
    void letGoAll() {
        waiting.keySet().forEach(this::letGo);
    }

    private void start(ServerSession server) {
        try {
            server.start();
        } catch (Throwable e) {
            // The application server's fault, errors of class loading too.
            connection.report(JmsExceptions.of(e));
        }
    }
}
