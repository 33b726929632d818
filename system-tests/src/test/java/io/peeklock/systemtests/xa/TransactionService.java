/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.arjuna.recovery.RecoveryModule;
import com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule;
import com.arjuna.ats.internal.arjuna.utils.UuidProcessId;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTAActionStatusServiceXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTANodeNameXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTATransactionLogXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.peeklock.narayana.NarayanaRecovery;
import jakarta.transaction.TransactionManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.transaction.xa.XAResource;

/**
 * Narayana, its log and its recovery. As the one-line set-up of the product makes it, but that nothing waits for a time to pass:
 * orphans have no safety interval, and scans are called.
 *
 * <p>One a process; recovery is for one thread.
 */
final class TransactionService {

    private static final String NODE = "kill-tests";
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Path log;
    private final TransactionManager transactions;
    private final RecoveryManager recovery;

    private TransactionService(Path log) {
        this.log = log;
        this.transactions = com.arjuna.ats.jta.TransactionManager.transactionManager();
        this.recovery = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
        recovery.initialize();
    }

    static TransactionService start(Path log) throws Exception {
        NarayanaRecovery.removeUnwrittenEntries(log);
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier(NODE);
        arjPropertyManager.getCoreEnvironmentBean().setProcessImplementationClassName(UuidProcessId.class.getName());
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreDir(log.toString());
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreType(StoppingLogStore.class.getName());
        for (String store : List.of("communicationStore", "stateStore")) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreDir(log.toString());
        }
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        recoveryPropertyManager
                .getRecoveryEnvironmentBean()
                .setRecoveryModuleClassNames(
                        List.of(AtomicActionRecoveryModule.class.getName(), XARecoveryModule.class.getName()));
        recoveryPropertyManager.getRecoveryEnvironmentBean().setExpiryScannerClassNames(List.of());
        recoveryPropertyManager.getRecoveryEnvironmentBean().setRecoveryActivatorClassNames(List.of());
        JTAEnvironmentBean jta = jtaPropertyManager.getJTAEnvironmentBean();
        jta.setXaRecoveryNodes(List.of(NODE));
        jta.setXaResourceOrphanFilterClassNames(List.of(
                JTATransactionLogXAResourceOrphanFilter.class.getName(),
                JTANodeNameXAResourceOrphanFilter.class.getName(),
                JTAActionStatusServiceXAResourceOrphanFilter.class.getName()));
        jta.setOrphanSafetyInterval(0);
        NarayanaRecovery.nameLogEntries();
        return new TransactionService(log);
    }

    TransactionManager transactions() {
        return transactions;
    }

    RecoveryManager recoveryManager() {
        return recovery;
    }

    /** Has a resource recovered until what is returned is closed. */
    AutoCloseable recovering(XAResource resource) {
        XAResourceRecoveryHelper helper = new XAResourceRecoveryHelper() {
            @Override
            public boolean initialise(String parameters) {
                return true;
            }

            @Override
            public XAResource[] getXAResources() {
                return new XAResource[] {resource};
            }
        };
        module().addXAResourceRecoveryHelper(helper);
        return () -> module().removeXAResourceRecoveryHelper(helper);
    }

    /** Scans until nothing is in doubt or it has taken long, and once more. */
    void recover(Places places) throws Exception {
        try (AutoCloseable unused = places.recoverBy(this)) {
            long end = System.nanoTime() + LONGEST_NANOS;
            do {
                scan();
                // Partitions that wait for one another settle that among themselves.
            } while (!(entries().isEmpty() && places.leftovers().isEmpty()) && System.nanoTime() < end);
            scan();
        }
    }

    /** The two passes themselves: the manager's own scan waits between them, a second at least. */
    void scan() {
        recovery.getModules().forEach(RecoveryModule::periodicWorkFirstPass);
        recovery.getModules().forEach(RecoveryModule::periodicWorkSecondPass);
    }

    private XARecoveryModule module() {
        return recovery.getModules().stream()
                .filter(XARecoveryModule.class::isInstance)
                .map(XARecoveryModule.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /**
     * The files that the log is made of, of whatever kind of entry: none, when nothing is to be done any more. One that a process
     * has made and not written into, when it was killed, went with the start.
     */
    List<String> entries() throws IOException {
        if (!Files.isDirectory(log)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(log)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> log.relativize(file).toString())
                    .toList();
        }
    }
}
