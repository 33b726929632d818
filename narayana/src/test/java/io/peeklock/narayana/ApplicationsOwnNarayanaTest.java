/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.arjuna.recovery.RecoveryModule;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import jakarta.jms.XAConnectionFactory;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the check says of a Narayana that an application has set up itself, badly, and as it puts one thing after another right.
 *
 * <p>Not thread safe.
 */
final class ApplicationsOwnNarayanaTest {

    @TempDir
    static Path directory;

    private static RecoveryManager manager;

    @BeforeAll
    static void setUpBadly() throws CoreEnvironmentBeanException {
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("own");
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreDir(directory.toString());
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        recoveryPropertyManager.getRecoveryEnvironmentBean().setExpiryScannerClassNames(List.of());
        recoveryPropertyManager.getRecoveryEnvironmentBean().setRecoveryModuleClassNames(SelfCheck.MODULES);
        manager = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
        // As if a transaction had been before: what names log entries comes too late.
        assertThat(LogEntryNames.isInUse()).isFalse();
    }

    @BeforeEach
    void forgetMuch() {
        JTAEnvironmentBean jta = jtaPropertyManager.getJTAEnvironmentBean();
        jta.setXaRecoveryNodes(List.of("another"));
        jta.setXaResourceOrphanFilterClassNames(List.of());
        jta.setXaAssumeRecoveryComplete(false);
        recoveryPropertyManager.getRecoveryEnvironmentBean().setRecoveryBackoffPeriod(0);
        // What a set-up that came too late has left.
        recoveryPropertyManager.getRecoveryEnvironmentBean().setPeriodicRecoveryPeriod(120);
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreDir(directory.toString());
    }

    @AfterAll
    static void end() {
        manager.terminate();
    }

    private static NarayanaRecovery register() {
        NarayanaRecovery.nameLogEntries();
        return NarayanaRecovery.register(
                manager, List.of(new FileStoreSource("words", new FileStore(directory.resolve("words")))), null);
    }

    @Test
    void everythingThatIsWrongIsSaidAndWhatToDo() {
        try (NarayanaRecovery recovery = register()) {
            RecoveryReport report = recovery.check();
            assertThat(report.isLive()).isFalse();
            assertThat(report.problems())
                    .anyMatch(
                            problem -> problem.contains("does not name the node id own") && problem.contains("Add it"))
                    .anyMatch(problem -> problem.contains("JTATransactionLogXAResourceOrphanFilter is missing"))
                    .anyMatch(problem -> problem.contains("JTANodeNameXAResourceOrphanFilter is missing"))
                    .anyMatch(problem -> problem.contains("JTAActionStatusServiceXAResourceOrphanFilter is missing")
                            && problem.contains("even while their transaction lives"))
                    .anyMatch(problem -> problem.contains("does not use " + LogEntryNames.class.getName()))
                    .anyMatch(problem -> problem.contains("recoveryBackoffPeriod is 0"))
                    .anyMatch(problem -> problem.contains("has not asked for the files words yet"))
                    .hasSize(7);
            assertThat(report.toString()).startsWith("Recovery is NOT live:\n- ");
        }
    }

    @Test
    void whatIsPutRightIsSaidNoMore() {
        JTAEnvironmentBean jta = jtaPropertyManager.getJTAEnvironmentBean();
        try (NarayanaRecovery recovery = register()) {
            jta.setXaRecoveryNodes(List.of("own"));
            jta.setXaResourceOrphanFilterClassNames(SelfCheck.FILTERS);
            recoveryPropertyManager.getRecoveryEnvironmentBean().setRecoveryBackoffPeriod(1);
            manager.scan();
            assertThat(recovery.check().problems()).singleElement().asString().contains(LogEntryNames.class.getName());
        }
    }

    @Test
    void oneThatIsClosedSaysOnlyThat() {
        NarayanaRecovery recovery = register();
        int modules = manager.getModules().size();
        recovery.close();
        assertThat(recovery.check().problems()).singleElement().asString().contains("since this was closed");
        assertThat(manager.getModules()).hasSize(modules - 1);
    }

    @Test
    void allNodesAreTooMany() {
        JTAEnvironmentBean jta = jtaPropertyManager.getJTAEnvironmentBean();
        try (NarayanaRecovery recovery = register()) {
            jta.setXaRecoveryNodes(List.of("*"));
            jta.setXaAssumeRecoveryComplete(true);
            assertThat(recovery.check().problems())
                    .anyMatch(problem -> problem.contains("xaRecoveryNodes is *"))
                    .anyMatch(problem -> problem.contains("xaAssumeRecoveryComplete is set"));
        }
    }

    @Test
    void aLogThatDependsOnTheWorkingDirectoryIsAProblem() {
        Path here = Path.of("").toAbsolutePath();
        arjPropertyManager
                .getObjectStoreEnvironmentBean()
                .setObjectStoreDir(here.relativize(directory).toString());
        try (NarayanaRecovery recovery = register()) {
            assertThat(recovery.check().problems())
                    .anyMatch(problem -> problem.contains("is named by a relative path"));
        }
    }

    @Test
    void aLogThatCannotBeWrittenIsAProblem() throws Exception {
        Path file = Files.createTempFile(directory, "no", "directory");
        arjPropertyManager
                .getObjectStoreEnvironmentBean()
                .setObjectStoreDir(file.resolve("tx").toString());
        assertThat(SelfCheck.of(List.of(), new LogEntries(System::nanoTime)).problems())
                .anyMatch(problem -> problem.contains(file + "/tx cannot be written"));
    }

    @Test
    void aRecoveryThatHasStoppedIsAProblemAfterTwoPeriods() {
        AtomicLong nanos = new AtomicLong();
        RecoveredResource resource = new RecoveredResource(
                new FileStoreSource("words", new FileStore(directory.resolve("words"))), null, nanos::get);
        resource.getXAResources();
        nanos.addAndGet(Duration.ofSeconds(240).toNanos());
        assertThat(SelfCheck.of(List.of(resource), new LogEntries(nanos::get)).problems())
                .noneMatch(problem -> problem.contains("words"));
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(SelfCheck.of(List.of(resource), new LogEntries(nanos::get)).problems())
                .anyMatch(problem ->
                        problem.contains("asked for the files words last 241 s ago, and should every 120 s"));
    }

    @Test
    void noStoreAtAllIsAProblemToo() {
        try (NarayanaRecovery recovery = NarayanaRecovery.register(manager)) {
            assertThat(recovery.check().problems())
                    .contains("No store is recovered. Name the connection factories of those"
                            + " that take part in transactions.");
        }
    }

    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void aManagerThatWasTerminatedWithinAScanIsNotWaitedFor() throws Exception {
        Path prepared = directory.resolve("words/prepared");
        Files.createDirectories(prepared);
        Path branch = Files.createFile(prepared.resolve("1_aa_bb"));
        NarayanaRecovery recovery = register();
        List<RecoveryModule> modules = manager.getModules();
        modules.forEach(RecoveryModule::periodicWorkFirstPass);
        manager.terminate();
        recovery.close();
        // For the other tests: Narayana keeps its modules.
        Files.delete(branch);
        modules.forEach(RecoveryModule::periodicWorkSecondPass);
        manager = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
    }

    @Test
    void aConnectionFactoryOfAnotherProviderIsRefusedAtOnce() {
        XAConnectionFactory other = (XAConnectionFactory) foreign(XAConnectionFactory.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NarayanaRecovery.register(manager, other))
                .withMessageContaining("makes no sessions of Peeklock");
    }

    /** Another provider: whatever is asked of it, it gives one more of its objects. */
    private static Object foreign(Class<?> type) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) ->
                        method.getReturnType().isInterface() ? foreign(method.getReturnType()) : null);
    }

    @Test
    void ourSetUpComesTooLateThen() {
        assertThatIllegalStateException()
                .isThrownBy(() -> PeeklockTransactions.narayana(directory.resolve("ours"))
                        .node("ours")
                        .start())
                .withMessageContaining("Narayana was used in this JVM before it was set up, and its node id is own")
                .withMessageContaining("NarayanaRecovery");
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("Periodic Recovery")));
    }
}
