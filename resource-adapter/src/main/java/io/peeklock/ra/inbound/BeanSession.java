/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.jms.InflowSession;
import jakarta.jms.JMSException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.transaction.xa.XAResource;
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
    /** How often in a row the server had no bean. Of the turn that is under way. */
    private int refusals;
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
    void rest(String why, Throwable cause) {
        if (!isStopping()) {
            LOG.warn("{}: {} ({}); tried again in {} s", beans.name(), why, cause, REST.toSeconds());
            restQuietly();
        }
    }

    /** As {@link #rest}, for a bean that the server does not give. */
    void restWithoutBean(UnavailableException why) {
        refusals++;
        reception.withoutBean(refusals, why);
        restQuietly();
    }

    /** The server has given a bean. */
    void hasBean() {
        if (refusals > 0) {
            refusals = 0;
            reception.hasBean();
        }
    }

    /** As {@link #rest}; what is to be said of it is said elsewhere. */
    void restQuietly() {
        delays.after(REST, this::start);
    }

    // ---- Deliveries

    /** As long as there are messages; a bean is kept until one fails. */
    private void deliverAll(ServerWork work) {
        Turn turn = new Turn(this, session, resource, beans, redelivery, reception);
        try {
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
                if (!ask()) {
                    turn.end();
                    return;
                }
                if (pauses) {
                    // Not from here: a server may let who schedules work wait until some of it has ended.
                    goOn(this::work);
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            // Of the adapter that has the store, which may be another and gone: what is open ends, and with it what is
            // locked.
            turn.end();
            reception.lost(failure(e));
        }
    }

    /** The next turn, on another thread. */
    void goOn(Runnable next) {
        delays.execute(next);
    }

    static JMSException failure(Throwable e) {
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
        try {
            session.recall();
        } catch (RuntimeException | Error e) {
            // It goes back when what is open is closed.
            LOG.debug("{} did not take back what it had asked for", beans.name(), e);
        }
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
