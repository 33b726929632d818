/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import io.peeklock.narayana.RecoverySource.Opened;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives Narayana's recovery one resource, opened once and kept, and remembers when it was asked and what went wrong.
 *
 * <p>Thread safe: the recovery thread asks, others look and close.
 *
 * <p>While the resource cannot be opened, for example because another process has the store, or as long as a store knows another log of this node id, it gives none: then nothing
 * counts as contacted, and everything waits. Narayana would warn with a stack trace in every scan of a resource that fails;
 * this says it once.
 */
final class RecoveredResource implements XAResourceRecoveryHelper, NamedResource.Scans {

    private static final Logger LOG = LoggerFactory.getLogger(RecoveredResource.class);
    private static final XAResource[] NONE = {};
    /** Narayana asks anew for each entry whose branch nobody has listed; within one scan it is opened once. */
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    private final RecoverySource source;
    private final @Nullable TransactionLog log;
    private final LongSupplier nanoTime;

    private @Nullable Opened opened;
    private @Nullable NamedResource resource;
    private @Nullable String failure;
    private long failedAt;
    private boolean asked;
    private long askedAt;
    private boolean closed;
    /** Counted down when a scan has heard what is in doubt here, or that it cannot be had. */
    private final CountDownLatch scanned = new CountDownLatch(1);

    /**
     * What is known of it.
     *
     * @param sinceAsked null if it was never asked
     * @param failure what is wrong with it now, if anything is
     */
    record Status(
            String description,
            @Nullable Duration sinceAsked,
            @Nullable String failure) {}

    /**
     * Opens nothing yet.
     *
     * @param log what stores are to remember; null if whoever has set Narayana up keeps that to himself
     */
    RecoveredResource(RecoverySource source, @Nullable TransactionLog log, LongSupplier nanoTime) {
        this.source = source;
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /** Narayana does not call it for what is added in code. */
    @Override
    public boolean initialise(String parameters) {
        return true;
    }

    @Override
    public synchronized XAResource[] getXAResources() {
        asked = true;
        askedAt = nanoTime.getAsLong();
        NamedResource current = current();
        if (current == null || isWithheld()) {
            scanned.countDown();
            return NONE;
        }
        return new XAResource[] {current};
    }

    /** Waits until a scan has asked what is in doubt here; whether one has within that time. */
    boolean awaitScan(Duration atMost) throws InterruptedException {
        return scanned.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Opens it now, so that what is wrong is known at once: it is in the log and in the status.
     *
     * @throws IllegalArgumentException if it is nothing that can be recovered
     */
    synchronized void open() {
        current();
    }

    /** What is in doubt now; empty if it cannot be had. */
    synchronized Xid[] inDoubt() {
        NamedResource current = current();
        try {
            return current == null ? new Xid[0] : current.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        } catch (XAException e) {
            return new Xid[0]; // It is in the status now.
        }
    }

    synchronized Status status() {
        Duration since = asked ? Duration.ofNanos(nanoTime.getAsLong() - askedAt) : null;
        String why = failure == null && log != null && isWithheld() ? log.whyWithheld() : failure;
        return new Status(source.description(), since, why);
    }

    /** A database remembers no log; what a store says of this one holds for it too. */
    private boolean isWithheld() {
        return log != null && log.isForeign();
    }

    /** Gives none any more. To be called when no scan uses it. */
    synchronized void close() {
        closed = true;
        letGo();
    }

    private @Nullable NamedResource current() {
        boolean isUsable = opened != null && opened.isOpen(failure != null);
        if (closed || (isUsable && resource != null)) {
            return resource;
        }
        if (!isUsable) {
            letGo();
        }
        if (failure != null && nanoTime.getAsLong() - failedAt < RETRY_NANOS) {
            return null;
        }
        try {
            Opened now = opened == null ? source.open() : opened;
            opened = now;
            if (log != null) {
                now.remember(log);
            }
            resource = now.resource().tellingScans(this);
            saw(null);
        } catch (IllegalArgumentException e) {
            throw e; // No trouble of the moment: it never gets better.
        } catch (ForeignLogException e) {
            saw(e.getMessage()); // It stays open: an administrator may make it forget the other one.
        } catch (Exception e) {
            letGo();
            saw("it cannot be opened: " + e.getMessage());
        }
        return resource;
    }

    @Override
    public void listed(Xid[] branches) {
        heard(null);
    }

    @Override
    public void failed(XAException failure) {
        heard("its list of branches in doubt cannot be had: " + failure.getMessage());
    }

    private synchronized void heard(@Nullable String what) {
        saw(what);
        if (asked) {
            scanned.countDown();
        }
    }

    private void letGo() {
        Opened old = opened;
        opened = null;
        resource = null;
        if (old != null) {
            try {
                old.close();
            } catch (Exception e) {
                LOG.debug("Closing the recovery connection of {} failed", source.description(), e);
            }
        }
    }

    /** Says each thing once: scans come every two minutes, for days maybe. */
    private synchronized void saw(@Nullable String what) {
        if (what == null) {
            if (failure != null) {
                LOG.info("Transactions of {} are recovered again", source.description());
            }
        } else {
            failedAt = nanoTime.getAsLong();
            if (!what.equals(failure)) {
                LOG.warn(
                        "Transactions of {} are not recovered for now: {}. What is in doubt there waits; it is tried again.",
                        source.description(),
                        what);
            }
        }
        failure = what;
    }
}
