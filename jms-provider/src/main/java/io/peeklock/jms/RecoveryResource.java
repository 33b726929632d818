/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.tx.BusXAResource;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store for the recovery of a transaction manager, also while the store cannot be opened (rule X5): {@link
 * PeeklockXAConnectionFactory#createRecoveryResource()}.
 *
 * <p>Thread safe. Calls block as those of {@link BusXAResource} do, and while the store is opened; another call waits for that at
 * most 10 s.
 *
 * <p>The first call opens the store, and a connection keeps it open until this is closed. While another process has the store, or
 * it cannot be opened for another reason, everything is answered XAER_RMFAIL: to be asked again. That is logged once, until
 * the reason changes, and so is that it works again; it is tried at most once a second. A store that was closed meanwhile is opened
 * anew.
 */
public final class RecoveryResource implements XAResource, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RecoveryResource.class);
    private static final Xid[] NO_MORE = {};
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long OPENING_SECONDS = 10;

    private final String store;
    private final PeeklockContext.Call<PeeklockXAConnection> opening;
    private final LongSupplier nanoTime;

    /** Held while the store is opened or closed. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable Opened opened;
    private volatile boolean closed;
    /** Guarded by the lock, as is when it was. */
    private @Nullable String failure;

    private long failedAt;

    /** A connection that is kept, and what its session gives. */
    private record Opened(PeeklockXAConnection connection, PeeklockXASession session, BusXAResource resource) {

        boolean isOpen() {
            try {
                session.getTransacted();
                return true;
            } catch (JMSException e) {
                return false;
            }
        }
    }

    /** A call that the store answers. */
    private interface Answer<T> {
        T of(BusXAResource resource) throws XAException;
    }

    /**
     * Opens nothing yet.
     *
     * @param store for people, in messages
     */
    RecoveryResource(String store, PeeklockContext.Call<PeeklockXAConnection> opening, LongSupplier nanoTime) {
        this.store = store;
        this.opening = opening;
        this.nanoTime = nanoTime;
    }

    // ---- Recovery

    /** All prepared branches with TMSTARTRSCAN, nothing more after that. */
    @Override
    public Xid[] recover(int flags) throws XAException {
        if ((flags & ~(TMSTARTRSCAN | TMENDRSCAN)) != 0) {
            throw exception(XAException.XAER_INVAL, "recover has no flags 0x" + Integer.toHexString(flags), null);
        }
        // Each scan is whole: several threads may scan at once.
        return (flags & TMSTARTRSCAN) == 0 ? NO_MORE : answer(resource -> resource.recover(TMSTARTRSCAN | TMENDRSCAN));
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        answer(resource -> {
            resource.commit(xid, onePhase);
            return true;
        });
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        answer(resource -> {
            resource.rollback(xid);
            return true;
        });
    }

    @Override
    public void forget(Xid xid) throws XAException {
        answer(resource -> {
            resource.forget(xid);
            return true;
        });
    }

    /** As {@link BusXAResource#endAll}: what this rolls back may be a branch whose connection was closed before it had ended its work. */
    public void endAll(Xid xid) throws XAException {
        answer(resource -> {
            resource.endAll(xid);
            return true;
        });
    }

    private <T> T answer(Answer<T> call) throws XAException {
        Opened now = current();
        try {
            return call.of(now.resource);
        } catch (XAException e) {
            if (e.getCause() instanceof BrokerException cause && cause.code() == ErrorCode.Closed) {
                close(now);
            }
            throw e;
        }
    }

    // ---- What is a session's

    /** Refused with XAER_PROTO: no work is done through it. */
    @Override
    public void start(Xid xid, int flags) throws XAException {
        throw noWork();
    }

    /** As {@link #start}. */
    @Override
    public void end(Xid xid, int flags) throws XAException {
        throw noWork();
    }

    /** As {@link #start}. */
    @Override
    public int prepare(Xid xid) throws XAException {
        throw noWork();
    }

    private static XAException noWork() {
        return exception(
                XAException.XAER_PROTO, "a resource for recovery takes no work: enlist that of an XA session", null);
    }

    /** Whether it is one of the same store; false if this one could not be opened yet, but for itself. */
    @Override
    public boolean isSameRM(XAResource other) {
        if (other instanceof RecoveryResource recovery) {
            return recovery.equals(this) || isOf(recovery.storeId());
        }
        return other instanceof BusXAResource bus && isOf(bus.storeId());
    }

    private boolean isOf(@Nullable UUID id) {
        return id != null && id.equals(storeId());
    }

    /** Null if it was not opened yet, or is closed. */
    private @Nullable UUID storeId() {
        Opened now = opened;
        return now == null ? null : now.resource.storeId();
    }

    /** 0: nothing is started here. */
    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    /** Not done. */
    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }

    // ---- Opening

    /** Waits for a call that opens the store, and gives the store free. Then everything is answered XAER_RMFAIL. Idempotent. */
    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            letGo();
        } finally {
            lock.unlock();
        }
    }

    private Opened current() throws XAException {
        Opened now = opened;
        if (now != null && now.isOpen()) {
            return now;
        }
        try {
            if (!lock.tryLock(OPENING_SECONDS, TimeUnit.SECONDS)) {
                throw later("it is being opened", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw later("the thread was interrupted while it waited for the store to be opened", e);
        }
        try {
            return open();
        } finally {
            lock.unlock();
        }
    }

    private Opened open() throws XAException {
        Opened now = opened;
        if (now != null && now.isOpen()) {
            return now;
        }
        letGo();
        if (closed) {
            throw later("this resource is closed", null);
        }
        if (failure != null && nanoTime.getAsLong() - failedAt < RETRY_NANOS) {
            throw later(failure, null);
        }
        try {
            Opened next = connected(opening.run());
            opened = next;
            if (failure != null) {
                LOG.info("Transactions of {} are recovered again", store);
            }
            failure = null;
            return next;
        } catch (JMSException | RuntimeException e) {
            throw failed(e);
        }
    }

    private static Opened connected(PeeklockXAConnection connection) throws JMSException {
        boolean done = false;
        try {
            PeeklockXASession session = connection.createXASession();
            Opened next = new Opened(connection, session, (BusXAResource) session.getXAResource());
            done = true;
            return next;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    private XAException failed(Exception e) {
        String why = "it cannot be opened: " + e.getMessage();
        if (!why.equals(failure)) {
            LOG.warn(
                    "Transactions of {} are not recovered for now: {}. What is in doubt there waits; it is tried again"
                            + " whenever the transaction manager asks.",
                    store,
                    why);
        }
        failure = why;
        failedAt = nanoTime.getAsLong();
        return later(why, e);
    }

    private void close(Opened old) {
        lock.lock();
        try {
            if (old.equals(opened)) {
                letGo();
            }
        } finally {
            lock.unlock();
        }
    }

    private void letGo() {
        Opened old = opened;
        opened = null;
        if (old != null) {
            try {
                old.connection.close();
            } catch (JMSException e) {
                LOG.debug("Closing the recovery connection of {} failed", store, e);
            }
        }
    }

    private static XAException later(String why, @Nullable Throwable cause) {
        return exception(XAException.XAER_RMFAIL, "not now, ask again: " + why, cause);
    }

    private static XAException exception(int code, String why, @Nullable Throwable cause) {
        String name = switch (code) {
            case XAException.XAER_RMFAIL -> "XAER_RMFAIL";
            case XAException.XAER_PROTO -> "XAER_PROTO";
            default -> "XAER_INVAL";
        };
        XAException exception = new XAException(name + ": " + why);
        exception.errorCode = code;
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    @Override
    public String toString() {
        return "XAResource for recovery of " + store;
    }
}
