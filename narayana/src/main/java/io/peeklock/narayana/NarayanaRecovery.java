/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.arjuna.recovery.RecoveryModule;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import jakarta.jms.XAConnectionFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stores that Narayana recovers, where the application or a framework has set Narayana up itself; else use {@link
 * PeeklockTransactions}.
 *
 * <p>Thread safe.
 *
 * <p>Each store is kept open by a connection until {@link #close()}, which is to be called before the connection factory is
 * closed. A store that cannot be opened, since another process has it, is tried again in every scan; meanwhile what is in
 * doubt in it waits.
 */
public final class NarayanaRecovery implements AutoCloseable {

    private static final RecoveryReport CLOSED = new RecoveryReport(
            List.of("These stores are recovered no more, since this was closed: register them anew."), List.of());

    private final RecoveryManager recoveryManager;
    private final XARecoveryModule module;
    private final List<RecoveredResource> resources;
    private final LogEntries entries = new LogEntries(System::nanoTime);
    private volatile boolean closed;

    private NarayanaRecovery(
            RecoveryManager recoveryManager, XARecoveryModule module, List<RecoveredResource> resources) {
        this.recoveryManager = recoveryManager;
        this.module = module;
        this.resources = resources;
    }

    /**
     * Makes Narayana write into its log to which store a branch belongs: without it entries may stay there after a crash, though
     * everything is committed. To be called once, before the first transaction; later it has no effect, and {@link #check()}
     * says so. A plug-in that was set before is called too.
     */
    public static void nameLogEntries() {
        LogEntryNames.install();
    }

    /**
     * Removes from a log the files without content that a process leaves which ends between making a file and writing into it,
     * which Narayana counts as entries for ever. {@link PeeklockTransactions} does it at its start.
     *
     * @param objectStore the directory of Narayana's object store, which nobody uses: to be called before Narayana is started
     * @throws IllegalStateException if it cannot be read or written
     */
    public static void removeUnwrittenEntries(Path objectStore) {
        if (Files.isDirectory(objectStore)) {
            UnwrittenEntries.remove(objectStore);
        }
    }

    /**
     * Has stores recovered from the next scan on.
     *
     * @param recoveryManager the running one, {@code RecoveryManager.manager()}. Narayana starts one with that call if there is
     *     none
     * @param factories of the stores; with users or policies, of a user with the claim Manage
     * @throws IllegalArgumentException if a factory is not Peeklock's
     * @throws IllegalStateException if the manager does not recover XA resources, or has been terminated
     */
    public static NarayanaRecovery register(RecoveryManager recoveryManager, XAConnectionFactory... factories) {
        nameLogEntries();
        List<RecoverySource> sources = new ArrayList<>();
        for (XAConnectionFactory factory : factories) {
            sources.add(new RecoveredStore(factory));
        }
        return register(recoveryManager, sources, null);
    }

    /** @param log what the stores are to remember; null for none */
    static NarayanaRecovery register(
            RecoveryManager recoveryManager,
            Collection<? extends RecoverySource> sources,
            @Nullable TransactionLog log) {
        XARecoveryModule module = module(recoveryManager);
        List<RecoveredResource> resources = sources.stream()
                .map(source -> new RecoveredResource(source, log, System::nanoTime))
                .toList();
        NarayanaRecovery recovery = new NarayanaRecovery(recoveryManager, module, resources);
        boolean done = false;
        try {
            for (RecoveredResource resource : resources) {
                resource.open();
                module.addXAResourceRecoveryHelper(resource);
            }
            recoveryManager.addModule(recovery.entries);
            done = true;
            return recovery;
        } finally {
            if (!done) {
                recovery.close();
            }
        }
    }

    List<RecoveredResource> resources() {
        return resources;
    }

    /** Waits until a scan has asked each resource what is in doubt in it, or the time is over, or the thread is interrupted. */
    void awaitScan(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            for (RecoveredResource resource : resources) {
                if (!resource.awaitScan(Duration.ofNanos(end - System.nanoTime()))) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static XARecoveryModule module(RecoveryManager recoveryManager) {
        // Not XARecoveryModule.getRegisteredXARecoveryModule(): it remembers that of a manager that was terminated.
        for (RecoveryModule module : recoveryManager.getModules()) {
            if (module instanceof XARecoveryModule xa) {
                return xa;
            }
        }
        throw new IllegalStateException("Narayana's recovery has no " + XARecoveryModule.class.getName()
                + ": name it in RecoveryEnvironmentBean.recoveryModuleClassNames before recovery starts");
    }

    /**
     * Finds out whether these stores are recovered, see {@link RecoveryReport}. Quick; to be asked as often as one likes. Before
     * the first scan it says that there was none.
     */
    public RecoveryReport check() {
        return closed ? CLOSED : SelfCheck.of(resources, entries);
    }

    /**
     * Takes the stores away from Narayana and closes the connections to them. Waits until a scan that uses them has ended.
     * Idempotent.
     */
    @Override
    public void close() {
        closed = true;
        boolean scanned = true;
        try {
            recoveryManager.removeModule(entries, false);
        } catch (IllegalStateException terminated) {
            // No scan comes any more; one that was broken off would be waited for in vain.
            scanned = false;
        }
        for (RecoveredResource resource : resources) {
            if (scanned) {
                module.removeXAResourceRecoveryHelper(resource);
            }
            resource.close();
        }
    }
}
