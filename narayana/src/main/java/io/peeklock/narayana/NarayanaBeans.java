/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.arjuna.common.CoordinatorEnvironmentBean;
import com.arjuna.ats.arjuna.common.CoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.RecoveryEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.coordinator.TxControl;
import com.arjuna.ats.arjuna.objectstore.StoreManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.arjuna.utils.UuidProcessId;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells Narayana its settings, and makes sure that it takes them: its classes read them when they are loaded.
 *
 * <p>Has no state of its own, but Narayana's is the JVM's: called by one thread at a time.
 */
final class NarayanaBeans {

    private NarayanaBeans() {}

    /**
     * Sets what is needed; a plug-in and orphan filters that are there already stay.
     *
     * @throws IllegalStateException if Narayana was used in this JVM before, with other settings
     */
    static void set(NarayanaSettings settings) {
        core(settings);
        objectStores(settings.objectStore());
        coordinator(settings);
        recovery(settings);
        jta(settings);
        requireTaken(settings);
        TxControl.setDefaultTimeout((int) settings.timeout().toSeconds());
        TxControl.enable();
    }

    /** Narayana's recovery, with no thread yet. */
    static RecoveryManager recoveryManager() {
        try {
            RecoveryManager.delayRecoveryManagerThread();
            RecoveryManager manager = RecoveryManager.manager(RecoveryManager.INDIRECT_MANAGEMENT);
            manager.initialize();
            return manager;
        } catch (IllegalArgumentException e) {
            throw usedBefore("its RecoveryManager was started without a thread of its own", e);
        }
    }

    private static void core(NarayanaSettings settings) {
        CoreEnvironmentBean core = arjPropertyManager.getCoreEnvironmentBean();
        try {
            core.setNodeIdentifier(settings.node());
        } catch (CoreEnvironmentBeanException e) {
            throw new IllegalArgumentException("Narayana refuses the node id " + settings.node(), e);
        }
        // The default opens a port to be sure that nobody else has its number.
        core.setProcessImplementationClassName(UuidProcessId.class.getName());
    }

    private static void objectStores(Path directory) {
        for (ObjectStoreEnvironmentBean store : List.of(
                arjPropertyManager.getObjectStoreEnvironmentBean(),
                BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, "communicationStore"),
                BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, "stateStore"))) {
            store.setObjectStoreDir(directory.toString());
        }
    }

    private static void coordinator(NarayanaSettings settings) {
        CoordinatorEnvironmentBean coordinator = arjPropertyManager.getCoordinatorEnvironmentBean();
        // It listens at a port.
        coordinator.setTransactionStatusManagerEnable(false);
        coordinator.setDefaultTimeout((int) settings.timeout().toSeconds());
    }

    private static void recovery(NarayanaSettings settings) {
        RecoveryEnvironmentBean recovery = recoveryPropertyManager.getRecoveryEnvironmentBean();
        recovery.setRecoveryModuleClassNames(SelfCheck.MODULES);
        // Each of these has a thread, and nothing to do where there is no other process.
        recovery.setExpiryScannerClassNames(List.of());
        recovery.setRecoveryActivatorClassNames(List.of());
        recovery.setRecoveryListener(false);
        recovery.setPeriodicRecoveryPeriod((int) settings.recoveryPeriod().toSeconds());
        recovery.setRecoveryBackoffPeriod((int) settings.backOff().toSeconds());
    }

    private static void jta(NarayanaSettings settings) {
        JTAEnvironmentBean jta = jtaPropertyManager.getJTAEnvironmentBean();
        jta.setXaRecoveryNodes(List.of(settings.node()));
        Set<String> filters = new LinkedHashSet<>(SelfCheck.FILTERS);
        filters.addAll(jta.getXaResourceOrphanFilterClassNames());
        jta.setXaResourceOrphanFilterClassNames(List.copyOf(filters));
        jta.setOrphanSafetyInterval((int) settings.orphanSafety().toMillis());
        LogEntryNames.install();
    }

    private static void requireTaken(NarayanaSettings settings) {
        if (!settings.node().equals(TxControl.getXANodeName())) {
            throw usedBefore("its node id is " + TxControl.getXANodeName(), null);
        }
        if (!LogEntryNames.isInUse()) {
            throw usedBefore("it does not ask for the names of its log entries", null);
        }
        StoreManager.getRecoveryStore();
        if (!hasDirectory(settings.objectStore())) {
            throw usedBefore("its object store is not in " + settings.objectStore(), null);
        }
    }

    /** An object store makes its folders when it is made. */
    private static boolean hasDirectory(Path directory) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory, Files::isDirectory)) {
            return folders.iterator().hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static IllegalStateException usedBefore(String how, @Nullable Throwable cause) {
        return new IllegalStateException(
                "Narayana was used in this JVM before it was set up, and " + how
                        + ": call PeeklockTransactions before the first transaction; or, if a framework sets Narayana up, use NarayanaRecovery",
                cause);
    }
}
