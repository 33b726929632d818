/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.jms.Inflow;
import io.peeklock.jms.InflowSession;
import io.peeklock.ra.store.BusAdapter;
import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message-driven bean from its activation to its deactivation: connects, gives its sessions to the beans, and connects again when
 * that ends.
 *
 * <p>Thread safe. One thread at a time connects; its lock is held for moments only.
 */
final class Activation {

    private static final Logger LOG = LoggerFactory.getLogger(Activation.class);

    /** So often in a row a session asks for a bean in vain, once a second, before that is said. */
    private static final int REFUSALS_TOLD = 5;

    private final BusAdapter adapter;
    private final ActivationSettings settings;
    private final Beans beans;
    private final Connecting connecting;
    private final WorkManager server;
    private final Delays delays;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Connected connected;
    /** Takes back what is to come later: the next attempt to connect, or a look whether the last one is of use. */
    private Runnable waiting = () -> {};
    /** Of attempts to receive, since it last worked. */
    private int failures;

    private boolean disabled;
    private boolean beanless;
    private boolean stopped;
    private final CountDownLatch stopEnded = new CountDownLatch(1);

    /** What is open, with those who deliver. */
    private final class Connected implements Reception {
        private final List<BeanSession> sessions = new ArrayList<>();
        private Connecting.@Nullable Opened opened;
        /** Why it ended before it was accepted. */
        private @Nullable JMSException early;

        private void open() throws JMSException, NamingException, ResourceException {
            Connecting.Opened now = connecting.open(adapter.bus(), this::lost);
            opened = now;
            Inflow inflow = now.inflow();
            for (int i = 0; i < inflow.sessions(); i++) {
                InflowSession session = inflow.session(i);
                sessions.add(new BeanSession(
                        session, now.resources().of(session), beans, settings.redelivery(), server, delays, this));
            }
        }

        private void close() {
            Connecting.Opened had = opened;
            if (had != null) {
                had.close();
            }
        }

        @Override
        public String toString() {
            return connecting.toString();
        }

        @Override
        public void works() {
            Activation.this.works(this, true);
        }

        @Override
        public void disabled(JMSException why) {
            Activation.this.disabled(this, why);
        }

        @Override
        public void withoutBean(int times, UnavailableException why) {
            Activation.this.withoutBean(times, why);
        }

        @Override
        public void hasBean() {
            Activation.this.hasBean();
        }

        @Override
        public void lost(JMSException failure) {
            Activation.this.lost(this, failure);
        }
    }

    Activation(
            BusAdapter adapter,
            ActivationSettings settings,
            Beans beans,
            Connecting connecting,
            WorkManager server,
            Delays delays) {
        this.adapter = adapter;
        this.settings = settings;
        this.beans = beans;
        this.connecting = connecting;
        this.server = server;
        this.delays = delays;
    }

    // ---- Connecting

    /** @throws ResourceException if it cannot connect, and was told to say so */
    void start() throws ResourceException {
        Exception failure = connect();
        if (failure != null) {
            if (settings.reconnecting().failsActivation()) {
                throw new ResourceException(
                        beans.name() + " cannot receive from " + connecting + ": " + failure.getMessage(), failure);
            }
            failed(failure);
        }
    }

    /** Returns why not. */
    private @Nullable Exception connect() {
        Connected now = new Connected();
        try {
            now.open();
        } catch (JMSException | NamingException | ResourceException | RuntimeException e) {
            now.close();
            return e;
        } catch (Error e) {
            // Of another adapter that is gone with its classes, for example: the next time it is another one.
            now.close();
            return new ResourceException(e.toString(), e);
        }
        if (accept(now)) {
            now.sessions.forEach(BeanSession::start);
            return null;
        }
        now.close();
        return now.early;
    }

    /** False if it was stopped, or has ended, meanwhile. */
    private boolean accept(Connected now) {
        lock.lock();
        try {
            if (stopped || now.early != null) {
                return false;
            }
            connected = now;
            if (failures > 0) {
                // To open is not yet to receive: it is to last as long as it was waited for.
                waiting = delays.after(settings.reconnecting().intervalAfter(failures), () -> works(now, false));
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** @param received whether a message has come; else it has not failed for a while */
    private void works(Connected which, boolean received) {
        lock.lock();
        try {
            if (connected != which || (failures == 0 && !disabled)) {
                return;
            }
            failures = 0;
            disabled = disabled && !received;
            if (!disabled) {
                LOG.info("{} receives from {} again", beans.name(), connecting);
            }
        } finally {
            lock.unlock();
        }
    }

    private void disabled(Connected which, JMSException why) {
        lock.lock();
        try {
            if (connected == which && !disabled) {
                disabled = true;
                LOG.warn("{} waits until {} may be received from: {}", beans.name(), connecting, reason(why));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Most often its application is being deployed just now, which is said if it lasts. */
    private void withoutBean(int times, UnavailableException why) {
        lock.lock();
        try {
            if (times < REFUSALS_TOLD) {
                LOG.debug("{}: there is no bean now", beans.name(), why);
            } else if (!beanless && !stopped) {
                beanless = true;
                LOG.warn(
                        "The server has no bean {} for messages of {}: {}; they wait until it has one",
                        beans.name(),
                        connecting,
                        why.toString());
            }
        } finally {
            lock.unlock();
        }
    }

    private void hasBean() {
        lock.lock();
        try {
            if (beanless) {
                beanless = false;
                LOG.info("The server has beans {} again", beans.name());
            }
        } finally {
            lock.unlock();
        }
    }

    /** One of the sessions receives nothing any more: all of them end, and others begin. */
    private void lost(Connected which, JMSException failure) {
        lock.lock();
        try {
            if (connected != which) {
                // Another session has said it before, or it is being stopped, or is not begun yet.
                which.early = failure;
                return;
            }
            connected = null;
        } finally {
            lock.unlock();
        }
        which.sessions.forEach(BeanSession::stop);
        which.close();
        failed(failure);
    }

    private void failed(Exception failure) {
        Duration interval;
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            waiting.run();
            failures++;
            if (settings.reconnecting().isOver(failures)) {
                LOG.error(
                        "{} cannot receive from {}, after {} attempts it is not tried again: deploy it anew",
                        beans.name(),
                        connecting,
                        failures,
                        failure);
                return;
            }
            interval = settings.reconnecting().intervalAfter(failures);
            if (failures == 1) {
                LOG.warn(
                        "{} cannot receive from {} now, it is tried again until it can: {}",
                        beans.name(),
                        connecting,
                        reason(failure));
            }
            LOG.debug("tried again in {}", interval, failure);
            waiting = delays.after(interval, this::reconnect);
        } finally {
            lock.unlock();
        }
    }

    private static String reason(Exception failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** On a thread of the server: to open a store takes its time. */
    private void reconnect() {
        try {
            server.scheduleWork(new ServerWork(work -> connectAgain()), WorkManager.INDEFINITE, null, null);
        } catch (WorkException | RuntimeException e) {
            failed(e);
        } catch (Error e) {
            failed(new WorkException(e.toString(), e));
        }
    }

    private void connectAgain() {
        Exception failure = connect();
        if (failure != null) {
            failed(failure);
        }
    }

    // ---- Its end

    /** Waits for beans at work, as long as it may; what no bean has begun goes back uncounted. Idempotent: a second call waits for the first. */
    void stop() {
        Connected was;
        boolean first;
        lock.lock();
        try {
            first = !stopped;
            stopped = true;
            waiting.run();
            was = connected;
            connected = null;
        } finally {
            lock.unlock();
        }
        if (!first) {
            awaitOtherStop();
            return;
        }
        try {
            if (was != null) {
                end(was);
            }
        } finally {
            stopEnded.countDown();
        }
    }

    private void end(Connected was) {
        try {
            was.sessions.forEach(BeanSession::stop);
            awaitIdle(was.sessions);
        } finally {
            was.close();
        }
    }

    private void awaitOtherStop() {
        try {
            stopEnded.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitIdle(List<BeanSession> sessions) {
        long deadline = System.nanoTime() + settings.deactivationTimeout().toNanos();
        try {
            for (BeanSession session : sessions) {
                if (!session.awaitIdle(deadline)) {
                    LOG.warn(
                            "{} is still at work, {} after its deactivation has begun: it is not waited for any longer",
                            beans.name(),
                            settings.deactivationTimeout());
                    return;
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("The deactivation of {} was interrupted: its work is not waited for", beans.name());
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "activation of " + beans.name();
    }
}
