/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.jms.InflowSession;
import io.peeklock.ra.inbound.Beans.Bean;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what one session receives, one message after the other, each to a bean, on a thread of the server that it has only while
 * there are messages (Jakarta Connectors 2.1, 13.5).
 *
 * <p>Between its start and its stop one turn is under way at any time: a request, a piece of work, or a wait. A turn is one thread's.
 */
final class BeanSession {

    private static final Logger LOG = LoggerFactory.getLogger(BeanSession.class);

    /** Others of the server want to work too. */
    private static final int MESSAGES_A_WORK = 64;

    /** Longer is not waited for on a thread of the server. */
    private static final long MOMENT_MS = 50;

    /** The error code of what an administrator has disabled. */
    private static final String DISABLED = "EntityDisabled";

    private static final Duration REST = Duration.ofSeconds(1);

    private final InflowSession session;
    private final XAResource resource;
    private final Beans beans;
    private final Redelivery redelivery;
    private final WorkManager server;
    private final Delays delays;
    private final Reception reception;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private boolean stopping;
    /** Pieces of work that are under way: the next may begin before the one before has ended. */
    private int working;

    /**
     * @param resource of the session, as the server is to see it
     * @param reception told whether messages come
     */
    BeanSession(
            InflowSession session,
            XAResource resource,
            Beans beans,
            Redelivery redelivery,
            WorkManager server,
            Delays delays,
            Reception reception) {
        this.session = session;
        this.resource = resource;
        this.beans = beans;
        this.redelivery = redelivery;
        this.server = server;
        this.delays = delays;
        this.reception = reception;
    }

    // ---- Turns

    /** Asks for a message, and goes on when there is one. */
    void start() {
        if (!isStopping() && ask()) {
            work();
        }
    }

    /** Whether a message is there now. */
    private boolean ask() {
        try {
            return session.ask(this::work);
        } catch (RuntimeException | Error e) {
            // Its adapter is gone, with its classes perhaps.
            reception.lost(failure(e));
            return false;
        }
    }

    /** A message has come, or what was waited for. */
    private void work() {
        try {
            server.scheduleWork(new ServerWork(this::burst), WorkManager.INDEFINITE, null, null);
        } catch (WorkException | RuntimeException | Error e) {
            // An error too: there may be no memory for a thread now.
            session.recall();
            rest("the server takes no work now", e);
        }
    }

    /** To be released does not end the session: the next piece of work goes on. */
    private void burst(ServerWork work) {
        if (beginWork()) {
            try {
                deliverAll(work);
            } finally {
                endWork();
            }
        }
    }

    private boolean beginWork() {
        lock.lock();
        try {
            if (stopping) {
                return false;
            }
            working++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void endWork() {
        lock.lock();
        try {
            working--;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Tries again in a while. The message, if there was one, is available to others meanwhile. */
    private void rest(String why, Throwable cause) {
        if (!isStopping()) {
            String text = "{}: {} ({}); tried again in {} s";
            if (cause instanceof UnavailableException) {
                // Most often its application is being deployed.
                LOG.info(text, beans.name(), why, cause, REST.toSeconds());
            } else {
                LOG.warn(text, beans.name(), why, cause, REST.toSeconds());
            }
            delays.after(REST, this::start);
        }
    }

    // ---- Deliveries

    /** As long as there are messages; a bean is kept until one fails. */
    private void deliverAll(ServerWork work) {
        Turn turn = new Turn();
        for (int delivered = 1; turn.deliverOne(); delivered++) {
            if (isStopping()) {
                turn.end();
                return;
            }
            boolean pauses = delivered >= MESSAGES_A_WORK || work.isReleased();
            if (pauses) {
                // Before it asks: the next piece of work may begin at once.
                turn.end();
            }
            if (!turn.asks()) {
                return;
            }
            if (pauses) {
                // Not from here: a server may let who schedules work wait until some of it has ended.
                delays.execute(this::work);
                return;
            }
        }
    }

    /** Of one piece of work. */
    private final class Turn {
        private @Nullable Bean bean;

        /** Delivers what has come; false if this piece of work ends with it, and something else goes on. */
        boolean deliverOne() {
            Message message;
            try {
                message = session.take();
            } catch (JMSException | RuntimeException | Error e) {
                end();
                failed(failure(e));
                return false;
            }
            if (message == null) {
                return true;
            }
            reception.works();
            return deliver(message);
        }

        private void failed(JMSException failure) {
            if (DISABLED.equals(failure.getErrorCode())) {
                reception.disabled(failure);
                delays.after(REST, BeanSession.this::start);
            } else {
                reception.lost(failure);
            }
        }

        private boolean deliver(Message message) {
            int deliveries = Received.deliveries(message);
            if (deliveries > redelivery.maxDeliveries()
                    && session.deadLetter(
                            "MaxDeliveryCountExceeded",
                            "the message was delivered " + (deliveries - 1) + " times; the limit is "
                                    + redelivery.maxDeliveries() + ": " + beans.description(null))) {
                return true;
            }
            session.ifRolledBack(
                    beans.description(null), redelivery.delayAfter(deliveries).toMillis(), redelivery.maxDeliveries());
            Bean at = bean;
            try {
                at = at == null ? beans.create(resource) : at;
            } catch (UnavailableException | RuntimeException | Error e) {
                session.release();
                rest("there is no bean now", e);
                return false;
            }
            bean = at;
            try {
                at.begin();
            } catch (Exception | Error e) {
                session.release();
                Runnable resting = () -> rest("the server does not begin a delivery", e);
                if (finish(message, deliveries, e, resting)) {
                    end();
                    resting.run();
                }
                return false;
            }
            Throwable failure = call(at, message);
            if (failure != null) {
                end();
            }
            return finish(message, deliveries, failure, BeanSession.this::start);
        }

        private @Nullable Throwable call(Bean at, Message message) {
            Throwable failure = null;
            try {
                session.work(message, () -> at.onMessage(message));
            } catch (Throwable e) {
                // The application's errors too: the next message may be better.
                failure = e;
            }
            try {
                if (failure != null) {
                    at.refuse();
                }
            } catch (RuntimeException | Error e) {
                LOG.warn("the transaction of {} may be committed, though it has failed", beans.name(), e);
            }
            try {
                at.end();
            } catch (Throwable e) {
                if (failure == null) {
                    failure = e;
                } else if (failure != e) {
                    failure.addSuppressed(e);
                }
            }
            // What the application has left set is not for the next message.
            if (Thread.interrupted()) {
                LOG.debug("{} has left its thread interrupted", beans.name());
            }
            return failure;
        }

        /** Whether the message is settled; if that takes long, this ends, and the next turn comes when it is. */
        private boolean finish(Message message, int deliveries, @Nullable Throwable failure, Runnable next) {
            CompletableFuture<Void> over = new CompletableFuture<>();
            Duration delay = redelivery.delayAfter(deliveries);
            if (failure != null) {
                LOG.warn(
                        "Delivery {} of message {} of {}: {}; {}",
                        deliveries,
                        Received.id(message),
                        reception,
                        beans.description(failure),
                        redelivery.after(deliveries));
                LOG.debug("It failed", failure);
            }
            session.finish(
                    failure != null,
                    beans.description(failure),
                    delay.toMillis(),
                    redelivery.maxDeliveries(),
                    () -> over.complete(null));
            try {
                over.get(MOMENT_MS, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                end();
            } catch (InterruptedException e) {
                end();
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                throw new AssertionError("never fails", e);
            }
            over.thenRunAsync(next, delays);
            return false;
        }

        /** Asks for the next message; false if there is none now, and another piece of work goes on when there is. */
        boolean asks() {
            boolean there = ask();
            if (!there) {
                end();
            }
            return there;
        }

        /** The bean is the server's again. */
        void end() {
            Bean at = bean;
            bean = null;
            if (at != null) {
                try {
                    at.release();
                } catch (RuntimeException | Error e) {
                    LOG.warn("{} was not released", beans.name(), e);
                }
            }
        }
    }

    private static JMSException failure(Throwable e) {
        if (e instanceof JMSException known) {
            return known;
        }
        JMSException failure = new JMSException("receiving failed: " + e);
        failure.initCause(e);
        return failure;
    }

    // ---- The end

    private boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /**
     * No further message is asked for; one that has come, and that no piece of work has taken, goes back uncounted. Who is about to take
     * one delivers it still, which {@link #awaitIdle} waits for. Any thread.
     */
    void stop() {
        lock.lock();
        try {
            stopping = true;
        } finally {
            lock.unlock();
        }
        session.recall();
    }

    /**
     * After a stop: waits for the bean that is at work.
     *
     * @return false if it still is
     */
    boolean awaitIdle(long deadlineNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (working > 0) {
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                idle.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
