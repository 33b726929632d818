/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.error.ErrorCode;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages as they come and loads them into the sessions of an application server's pool (Jakarta Messaging,
 * ConnectionConsumer).
 *
 * <p>Thread safe. Runs on a thread of the connection while there is something to do and on none while there is not. A
 * message is asked for first and a server session then, so that an idle consumer holds none of a pool that others use
 * too; while the pool keeps it waiting, the one message it has stays locked.
 */
final class PeeklockConnectionConsumer implements ConnectionConsumer {

    private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(1);

    private final PeeklockConnection connection;
    private final ConsumerSource source;
    private final Receiver receiver;
    private final ServerSessionPool pool;
    private final int maxMessages;
    private final Settlements settlements;
    private final Consumer<PeeklockConnectionConsumer> whenClosed;

    private final AtomicInteger wakes = new AtomicInteger();
    private final AtomicReference<@Nullable CompletableFuture<Delivery>> request = new AtomicReference<>();
    private final Set<SessionCore> loadedSessions = ConcurrentHashMap.newKeySet();
    private final FullServerSessions full;
    private final AtomicBoolean shareEnded = new AtomicBoolean();
    private volatile boolean started;
    private volatile boolean resting;
    private volatile boolean closed;

    /**
     * @param source a consumer that nobody else uses
     * @param whenClosed runs after each close
     */
    PeeklockConnectionConsumer(
            PeeklockConnection connection,
            PeeklockConsumer source,
            ServerSessionPool pool,
            int maxMessages,
            Consumer<PeeklockConnectionConsumer> whenClosed) {
        this.connection = connection;
        this.settlements = new Settlements(connection.bus(), connection::report, connection.losses());
        this.full = new FullServerSessions(connection);
        source.tellsOfLostLocks(loadedSessions);
        this.source = source.source();
        this.receiver = source.receiver();
        this.pool = pool;
        this.maxMessages = maxMessages;
        this.whenClosed = whenClosed;
    }

    @Override
    public ServerSessionPool getServerSessionPool() throws JMSException {
        if (closed) {
            throw JmsExceptions.closed("connection consumer of " + source.name());
        }
        return pool;
    }

    // ---- Starting, stopping, closing

    void start() {
        started = true;
        wake();
    }

    /** Takes no message after this; sessions give back what they were loaded with and have not handed over. */
    void stop() {
        started = false;
        recall();
    }

    /** What was loaded already is the sessions' business. Does not wait: the pool may have none to give. */
    @Override
    public void close() throws JMSException {
        closed = true;
        ClosingSteps steps = new ClosingSteps();
        steps.run(this::recall);
        full.letGoAll();
        steps.run(receiver::close);
        if (shareEnded.compareAndSet(false, true)) {
            steps.run(() -> DividedShare.end(source.share(), loadedSessions));
        }
        whenClosed.accept(this);
        steps.end();
    }

    private boolean delivers() {
        return started && !closed && !resting;
    }

    // ---- Taking messages

    private void wake() {
        if (wakes.getAndIncrement() == 0) {
            connection.threads().execute(this::run);
        }
    }

    private void run() {
        int seen = wakes.get();
        do {
            deliverAll();
            seen = wakes.addAndGet(-seen);
        } while (seen != 0);
    }

    private void deliverAll() {
        boolean delivered;
        do {
            delivered = deliverNext();
        } while (delivered);
    }

    /** Whether there was a message, and a session has it. */
    private boolean deliverNext() {
        Delivery delivery;
        try {
            delivery = poll();
        } catch (Throwable e) {
            JMSException failure = JmsExceptions.of(e);
            rest(failure, isGone(failure));
            return false;
        }
        if (delivery == null) {
            return false;
        }
        try {
            assign(delivery);
            return true;
        } catch (Throwable e) {
            // The application server's fault or ours, errors of class loading too: the loop must not die of it.
            rest(JmsExceptions.of(e), false);
            return false;
        }
    }

    /** What the bus says of a queue that will give no message any more. */
    private static boolean isGone(JMSException failure) {
        return failure instanceof InvalidDestinationException
                || ErrorCode.Closed.name().equals(failure.getErrorCode());
    }

    /** The next message, or null if there is none yet: then the loop is woken when there is. */
    private @Nullable Delivery poll() throws JMSException {
        while (delivers()) {
            CompletableFuture<Delivery> asked = request.get();
            if (asked == null) {
                asked = receiver.receive();
                request.set(asked);
                if (!asked.isDone()) {
                    asked.whenComplete((delivery, failure) -> wake());
                }
                // Whoever stops or closes takes back after: between the two, this sees it.
                if (!delivers()) {
                    recall();
                    return null;
                }
            }
            if (!asked.isDone() || !request.compareAndSet(asked, null)) {
                return null;
            }
            try {
                return Waits.withoutInterruption(asked);
            } catch (CancellationException e) {
                // Taken back, or its partition failed just then: asked again, if it still delivers.
            } catch (ExecutionException e) {
                throw JmsExceptions.of(e.getCause() == null ? e : e.getCause());
            }
        }
        return null;
    }

    /** Takes back what it waits for; if the message is on its way already, it is given back when it comes. */
    private void recall() {
        CompletableFuture<Delivery> asked = request.getAndSet(null);
        if (asked != null && !receiver.cancel(asked)) {
            asked.thenAccept(settlements::release);
        }
    }

    // ---- Loading sessions

    private void assign(Delivery first) throws JMSException {
        List<Delivery> deliveries = new ArrayList<>(List.of(first));
        LoadedMessages loaded = null;
        boolean done = false;
        try {
            ServerSession server = sessionWithRoom();
            try {
                loaded = load(server.getSession(), deliveries);
            } finally {
                // Loaded or not: only a run brings it back to its pool.
                server.start();
            }
            done = loaded != null;
        } finally {
            if (!done) {
                // Those that a listener got all the same are no longer ours to give back.
                List<Delivery> ours = loaded == null ? deliveries : loaded.takeBack(deliveries);
                ours.forEach(settlements::release);
            }
        }
    }

    /** One of the pool that may be loaded: a full one waits outside it, so that it gives others meanwhile. */
    private ServerSession sessionWithRoom() throws JMSException {
        ServerSession server = next();
        while (isKept(server)) {
            server = next();
        }
        return server;
    }

    private ServerSession next() throws JMSException {
        ServerSession server = pool.getServerSession();
        if (server == null) {
            throw new JMSException("the server session pool gave null for a session");
        }
        return server;
    }

    /** Whether it is full. What is wrong with a session, {@link #load} will say. */
    private boolean isKept(ServerSession server) {
        SessionCore core;
        try {
            core = own(server.getSession());
        } catch (JMSException | RuntimeException e) {
            return false;
        }
        if (closed || !full.keep(core, server)) {
            return false;
        }
        if (closed) {
            // By a close that looked before it was kept.
            full.letGo(core);
        }
        return true;
    }

    /** What was loaded with the deliveries and more that are there now; null if they are not to be delivered any more. */
    private @Nullable LoadedMessages load(@Nullable Session session, List<Delivery> deliveries) throws JMSException {
        SessionCore core = own(session);
        LoadedMessages loaded = core.loaded();
        if (!delivers()) {
            // Stopped or closed while the pool made it wait.
            return null;
        }
        int partition = loaded.partitionOf(source, deliveries.get(0));
        int most = Math.min(maxMessages, loaded.room());
        while (deliveries.size() < most) {
            Delivery next = next(partition);
            if (next == null) {
                break;
            }
            deliveries.add(next);
        }
        // First: a session that closes now is taken out after it was put in, and a close of this sees it from here on.
        loadedSessions.add(core);
        boolean done = false;
        try {
            if (closed) {
                return null;
            }
            loaded.load(source, deliveries);
            done = true;
            return loaded;
        } finally {
            if (!done) {
                loadedSessions.remove(core);
            }
        }
    }

    /** Number of sessions that may still hold some of its messages. */
    int loadedSessions() {
        return loadedSessions.size();
    }

    /** A session is closed, and has settled what it held. */
    void forget(SessionCore session) {
        loadedSessions.remove(session);
        full.letGo(session);
    }

    /** A session may be loaded again. */
    void hasRoom(SessionCore session) {
        full.letGo(session);
    }

    private SessionCore own(@Nullable Session session) throws JMSException {
        if (session instanceof PeeklockSession own && own.core().connection() == connection) {
            return own.core();
        }
        throw new JMSException(
                "the session of a server session must be made by the connection whose connection consumer loads it");
    }

    /** One more that is there now, or null. */
    private @Nullable Delivery next(int partition) {
        try {
            return Waits.withoutInterruption(receiver.receiveNow(partition));
        } catch (CancellationException e) {
            return null;
        } catch (ExecutionException e) {
            // What is wrong with the queue the next poll will say; these messages are good.
            return null;
        }
    }

    /**
     * Says what is wrong and tries again a little later.
     *
     * @param gone whether there is nothing more to be had: then it does not try again
     */
    private void rest(JMSException failure, boolean gone) {
        if (closed) {
            return;
        }
        resting = true;
        recall();
        connection.report(failure);
        if (!gone) {
            connection.timer().schedule(REST_AFTER_FAILURE, () -> {
                resting = false;
                wake();
            });
        }
    }

    @Override
    public String toString() {
        return "connection consumer of " + source.name();
    }
}
