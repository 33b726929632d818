/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.arjuna.coordinator.TransactionReaper;
import com.arjuna.ats.arjuna.coordinator.TxControl;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import jakarta.jms.XAConnectionFactory;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;

/**
 * Narayana as the transaction manager of a Java SE process, with everything set that recovery needs:
 *
 * <pre>{@code
 * try (var transactions = PeeklockTransactions.narayana(Path.of("/var/lib/app/tx")).node("app-1")
 *         .recovering(xaConnectionFactory).start()) {
 *     TransactionManager tm = transactions.transactionManager();
 * }
 * }</pre>
 *
 * <p>Thread safe.
 *
 * <p>Narayana's settings are those of the JVM (of the class loader of its classes), and are read once: a JVM has one
 * transaction manager. Closed and started again it must have the same settings. This opens no port. A thread, {@code Periodic
 * Recovery}, which is no daemon, runs until it is closed.
 */
public final class PeeklockTransactions implements AutoCloseable {

    private static final String CLOSED = "This transaction manager is closed. Start it again, with the same settings";
    /** For the first pass of the first scan: it takes far less, unless a resource hangs. */
    private static final Duration FIRST_PASS = Duration.ofSeconds(10);

    private static final Object JVM = new Object();
    // Guarded by JVM.
    private static @Nullable NarayanaSettings settingsOfJvm;
    private static @Nullable PeeklockTransactions running;

    private final ObjectStoreDirectory directory;
    private final RecoveryManager recoveryManager;
    private final NarayanaRecovery recovery;
    private volatile boolean closed;

    private PeeklockTransactions(
            ObjectStoreDirectory directory, RecoveryManager recoveryManager, NarayanaRecovery recovery) {
        this.directory = directory;
        this.recoveryManager = recoveryManager;
        this.recovery = recovery;
    }

    /**
     * Begins a set-up.
     *
     * @param objectStore the directory of Narayana's log, created if it is not there; it must outlive the process as the stores
     *     do, and be on a local disk. One process has it at a time
     */
    public static Builder narayana(Path objectStore) {
        return new Builder(objectStore);
    }

    /** Narayana's. */
    public TransactionManager transactionManager() {
        return com.arjuna.ats.jta.TransactionManager.transactionManager();
    }

    /** Narayana's. */
    public UserTransaction userTransaction() {
        return com.arjuna.ats.jta.UserTransaction.userTransaction();
    }

    /** Narayana's. */
    public TransactionSynchronizationRegistry synchronizationRegistry() {
        return jtaPropertyManager.getJTAEnvironmentBean().getTransactionSynchronizationRegistry();
    }

    /**
     * Scans now, beside the periodic scans, and returns when that is done; takes the back-off at least. One scan may not be
     * enough: a prepared branch without a log entry is left alone for the orphan safety interval after it was first seen.
     *
     * @throws IllegalStateException if this is closed
     */
    public void recoverNow() {
        requireOpen();
        try {
            recoveryManager.scan();
        } catch (IllegalStateException e) {
            requireOpen(); // It was closed meanwhile.
            throw e;
        }
    }

    /**
     * Transactions in Narayana's log, decided and not ended: zero unless some are under way or a resource is out.
     *
     * @throws java.io.UncheckedIOException if the log cannot be read
     * @throws IllegalStateException if this is closed
     */
    public int logEntries() {
        requireOpen();
        return LogEntries.count();
    }

    /** Finds out whether recovery is live, and if not, why not and what to do. Quick; to be asked as often as one likes. */
    public RecoveryReport check() {
        return closed ? new RecoveryReport(List.of(CLOSED + "."), List.of()) : recovery.check();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(CLOSED);
        }
    }

    /**
     * Begins no more transactions, rolls back those that are active and have a time-out, waits for a scan that is under way, ends
     * Narayana's threads and gives the object store free. What is prepared stays so, for the next start. Idempotent.
     */
    @Override
    public void close() {
        synchronized (JVM) {
            if (running != this) {
                return;
            }
            running = null;
            closed = true;
            TxControl.disable();
            TransactionReaper.terminate(false);
            // A manager that is terminated within a scan leaves the modules between their passes, and what is left of
            // the
            // scan would make another manager. So the scan is waited for first.
            recoveryManager.suspend(true);
            recoveryManager.removeAllModules(true);
            recovery.close();
            recoveryManager.terminate();
            directory.close();
        }
    }

    private static PeeklockTransactions start(
            NarayanaSettings settings, List<RecoverySource> sources, boolean acceptingNewLog) {
        synchronized (JVM) {
            requireFree(settings);
            ObjectStoreDirectory directory = ObjectStoreDirectory.open(settings.objectStore());
            RecoveryManager manager = null;
            NarayanaRecovery recovery = null;
            boolean done = false;
            try {
                settingsOfJvm = settings;
                UnwrittenEntries.remove(directory.path());
                TransactionLog log = new TransactionLog(
                        settings.node(), LogId.of(directory.path()), directory.path(), acceptingNewLog);
                NarayanaBeans.set(settings);
                manager = NarayanaBeans.recoveryManager();
                recovery = NarayanaRecovery.register(manager, sources, log);
                if (directory.isNew()) {
                    new UnloggedBranches(settings).look(recovery.resources());
                }
                log.requireKnown();
                // From here on there are scans, the first one at once and with all the resources.
                manager.startRecoveryManagerThread();
                recovery.awaitScan(FIRST_PASS);
                PeeklockTransactions started = new PeeklockTransactions(directory, manager, recovery);
                running = started;
                done = true;
                return started;
            } finally {
                if (!done) {
                    if (recovery != null) {
                        recovery.close();
                    }
                    if (manager != null) {
                        manager.terminate();
                    }
                    directory.close();
                }
            }
        }
    }

    private static void requireFree(NarayanaSettings settings) {
        if (running != null) {
            throw new IllegalStateException("Narayana is running in this JVM already, as " + settingsOfJvm
                    + ": a JVM has one transaction manager. Share it, or close it first");
        }
        if (settingsOfJvm != null && !settingsOfJvm.equals(settings)) {
            throw new IllegalStateException("Narayana was set up in this JVM already, as " + settingsOfJvm
                    + ", and reads its settings once; now they are to be " + settings
                    + ". Use the same ones, or another process");
        }
    }

    /**
     * What {@link PeeklockTransactions} is started with. Not thread safe.
     */
    public static final class Builder {

        private final Path objectStore;
        private final List<RecoverySource> sources = new ArrayList<>();
        private String node = "";
        private Duration timeout = Duration.ofSeconds(60);
        private Duration recoveryPeriod = Duration.ofMinutes(2);
        private Duration backOff = Duration.ofSeconds(10);
        private Duration orphanSafety = Duration.ofSeconds(20);
        private boolean acceptingNewLog;

        private Builder(Path objectStore) {
            this.objectStore = objectStore;
        }

        /**
         * The id of the transaction manager: 1 to 28 bytes, the same after each restart. No other process may have it that uses one
         * of the same stores or databases: each would roll back what the other has prepared.
         */
        public Builder node(String node) {
            this.node = node;
            return this;
        }

        /**
         * A store that takes part in transactions. It is opened by the start and kept open until the end; where another process has
         * it, that is logged, and tried again in every scan.
         *
         * @param factory a PeeklockXAConnectionFactory; with users or policies, of a user with the claim Manage
         */
        public Builder recovering(XAConnectionFactory factory) {
            return recovering(new RecoveredStore(factory));
        }

        /**
         * A database that takes part in transactions.
         *
         * @param name under which its resources are enlisted: {@link NamedResource#of}
         */
        public Builder recovering(String name, XADataSource database) {
            return recovering(new RecoveredDatabase(name, database));
        }

        Builder recovering(RecoverySource source) {
            sources.add(source);
            return this;
        }

        /** How long a transaction may take that sets nothing else, in whole seconds; 0 for ever. 60 s. */
        public Builder timeout(Duration timeout) {
            this.timeout = timeout;
            return this;
        }

        /** From one scan to the next, in whole seconds, at least 1. 2 min. */
        public Builder recoveryPeriod(Duration period) {
            this.recoveryPeriod = period;
            return this;
        }

        /** From the first to the second pass of a scan, in whole seconds, at least 1. 10 s. */
        public Builder recoveryBackOff(Duration backOff) {
            this.backOff = backOff;
            return this;
        }

        /**
         * For how long a prepared branch without a log entry is left alone after it was first seen. 20 s. If that is not longer than
         * the back-off, scans take for such what has ended between their passes: its rollback fails, which is harmless, and is
         * warned of.
         */
        public Builder orphanSafety(Duration interval) {
            this.orphanSafety = interval;
            return this;
        }

        /**
         * Makes the stores take the log of this directory for that of this node id, once in the life of what is started, even if
         * they know another one: to be called in one start, by a decision of people, after the log was lost and what its
         * transactions have done was looked at. What the other log has decided and is not done yet is rolled back by recovery.
         */
        public Builder acceptingNewLog() {
            this.acceptingNewLog = true;
            return this;
        }

        /**
         * Sets Narayana up and starts it. Returns when recovery has asked each store and database what is in doubt there, or after
         * 10 s.
         *
         * @throws IllegalArgumentException if a setting is out of its range, or a connection factory is not Peeklock's
         * @throws IllegalStateException if the directory cannot be written or another process has it, or if Narayana was used or
         *     set up otherwise in this JVM before; if a store knows another log of this node id (then see
         *     {@link #acceptingNewLog})
         */
        public PeeklockTransactions start() {
            return PeeklockTransactions.start(
                    new NarayanaSettings(objectStore, node, timeout, recoveryPeriod, backOff, orphanSafety),
                    sources,
                    acceptingNewLog);
        }
    }
}
