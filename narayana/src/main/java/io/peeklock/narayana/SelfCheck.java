/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.arjuna.common.RecoveryEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.coordinator.TxControl;
import com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTAActionStatusServiceXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTANodeNameXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTATransactionLogXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import io.peeklock.narayana.LogEntries.Entry;
import io.peeklock.narayana.RecoveredResource.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds out whether Narayana recovers what is in doubt in the stores that were given to it, from what Narayana is set to,
 * from when it last asked for them, and from what stays in its log.
 *
 * <p>Of one check; not thread safe. Changes nothing, and starts nothing that Narayana has not started.
 */
final class SelfCheck {

    /** In this order, all of them. */
    static final List<String> FILTERS = List.of(
            JTATransactionLogXAResourceOrphanFilter.class.getName(),
            JTANodeNameXAResourceOrphanFilter.class.getName(),
            JTAActionStatusServiceXAResourceOrphanFilter.class.getName());

    /** In this order: the log first, then what is left over. */
    static final List<String> MODULES =
            List.of(AtomicActionRecoveryModule.class.getName(), XARecoveryModule.class.getName());

    private static final String ALL_NODES = "*";
    /** Of the file of properties in Narayana's jar. */
    private static final String DEFAULT_NODE = "1";
    /** Of the entries of the log that are stuck. */
    private static final int MAX_NAMED = 10;

    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private SelfCheck() {}

    static RecoveryReport of(Collection<RecoveredResource> resources, LogEntries entries) {
        SelfCheck check = new SelfCheck();
        check.node();
        check.orphans();
        check.logEntryNames();
        check.logEntries(entries);
        check.scans();
        check.objectStore();
        check.resources(resources);
        return new RecoveryReport(check.problems, check.notes);
    }

    private void node() {
        String node = TxControl.getXANodeName();
        if (node == null || node.isEmpty()) {
            problems.add(
                    "The transaction manager has no node id. Set CoreEnvironmentBean.nodeIdentifier before the first"
                            + " transaction, to another one in each process.");
            return;
        }
        notes.add("The node id is " + node + ".");
        if (node.equals(DEFAULT_NODE)) {
            problems.add(
                    "The node id is Narayana's default, " + node
                            + ": whoever sets none has the same, and two transaction managers with"
                            + " one node id roll back each other's branches. Set CoreEnvironmentBean.nodeIdentifier, and xaRecoveryNodes with it.");
        }
        List<String> nodes = jta().getXaRecoveryNodes();
        if (nodes.contains(ALL_NODES)) {
            problems.add(
                    "JTAEnvironmentBean.xaRecoveryNodes is *: branches that another transaction manager has prepared would be"
                            + " rolled back as orphans. Set it to the node id, " + node + ".");
        } else if (!nodes.contains(node)) {
            problems.add("JTAEnvironmentBean.xaRecoveryNodes does not name the node id " + node
                    + ": what was prepared without a log entry stays in doubt for ever. Add it.");
        }
    }

    private void orphans() {
        List<String> filters = jta().getXaResourceOrphanFilterClassNames();
        for (String filter : FILTERS) {
            if (!filters.contains(filter)) {
                problems.add("The orphan filter " + filter + " is missing: prepared branches without a log entry are "
                        + (filter.contains("ActionStatus")
                                ? "rolled back even while their transaction lives"
                                : "not told apart from others")
                        + ". Add it to JTAEnvironmentBean.xaResourceOrphanFilterClassNames before recovery starts.");
            }
        }
        if (jta().isXaAssumeRecoveryComplete()) {
            problems.add(
                    "JTAEnvironmentBean.xaAssumeRecoveryComplete is set: branches of a store that cannot be reached would count"
                            + " as committed. Unset it.");
        }
    }

    private void logEntryNames() {
        if (!LogEntryNames.isInUse()) {
            problems.add("Narayana does not use " + LogEntryNames.class.getName()
                    + ": entries of branches that were committed just before a crash stay in its log for ever. Call"
                    + " NarayanaRecovery.nameLogEntries() before the first transaction, or name the class as"
                    + " JTAEnvironmentBean.xaResourceRecordWrappingPluginClassName.");
        }
    }

    private void logEntries(LogEntries log) {
        try {
            List<Entry> entries = log.look();
            notes.add("Entries in the log: " + entries.size() + ".");
            List<Entry> stuck = entries.stream()
                    .filter(entry -> entry.known().compareTo(twoScans()) > 0)
                    .toList();
            if (!stuck.isEmpty()) {
                problems.add("Recovery does not bring to an end what was decided in " + named(stuck)
                        + " of the log: a resource of it cannot be reached, or is not named to recovery, or was enlisted without a name"
                        + " (NamedResource.of), or was ended by hand against the decision. Look what the scans warn of, and"
                        + " compare the data; how an entry goes that recovery leaves alone is in docs/transactions.md,"
                        + " \"What stays in the log\".");
            }
        } catch (UncheckedIOException e) {
            problems.add("Narayana's log cannot be read: " + e.getMessage() + ".");
        }
    }

    private static String named(List<Entry> stuck) {
        String first = stuck.stream()
                .limit(MAX_NAMED)
                .map(entry -> entry.id() + " (there for " + entry.known().toSeconds() + " s or more)")
                .collect(Collectors.joining(", "));
        String rest = stuck.size() > MAX_NAMED ? " and " + (stuck.size() - MAX_NAMED) + " more" : "";
        return (stuck.size() == 1 ? "the entry " : "the entries ") + first + rest;
    }

    private void scans() {
        List<String> modules = recovery().getRecoveryModuleClassNames();
        for (String module : MODULES) {
            if (!modules.contains(module)) {
                problems.add(
                        "The recovery module " + module
                                + " is missing. Add it to RecoveryEnvironmentBean.recoveryModuleClassNames before recovery starts.");
            }
        }
        if (recovery().getRecoveryBackoffPeriod() < 1) {
            problems.add(
                    "RecoveryEnvironmentBean.recoveryBackoffPeriod is 0: Narayana then waits for ever between the two passes"
                            + " of a scan. Set it to 1 s or more.");
        }
    }

    private void objectStore() {
        Path directory =
                Path.of(arjPropertyManager.getObjectStoreEnvironmentBean().getObjectStoreDir());
        try {
            if (!directory.isAbsolute()) {
                problems.add("The object store " + directory
                        + " is named by a relative path: started in another directory, this process would"
                        + " have another log. Set ObjectStoreEnvironmentBean.objectStoreDir to an absolute one.");
            }
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, "check", null));
            notes.add("The log is in " + directory.toAbsolutePath() + ".");
        } catch (IOException e) {
            problems.add("The object store " + directory.toAbsolutePath() + " cannot be written (" + e
                    + "): transactions over two resources cannot commit. Make room, or let this process write there.");
        }
    }

    private void resources(Collection<RecoveredResource> resources) {
        if (resources.isEmpty()) {
            problems.add(
                    "No store is recovered. Name the connection factories of those that take part in transactions.");
        }
        Duration period = period();
        for (RecoveredResource resource : resources) {
            Status status = resource.status();
            Duration since = status.sinceAsked();
            if (since == null) {
                problems.add("Recovery has not asked for " + status.description()
                        + " yet. It asks at once when it is started, and then every " + period.toSeconds()
                        + " s; if this stays so, start the RecoveryManager.");
            } else if (since.compareTo(twoScans()) > 0) {
                problems.add(
                        "Recovery asked for " + status.description() + " last " + since.toSeconds()
                                + " s ago, and should every " + period.toSeconds()
                                + " s: the RecoveryManager was stopped or suspended, or hangs. Look at its thread, Periodic Recovery.");
            }
            if (status.failure() != null) {
                problems.add("Of " + status.description() + " nothing is recovered: " + status.failure() + ".");
            } else {
                notes.add("Recovered: " + status.description() + ".");
            }
        }
    }

    private static Duration period() {
        return Duration.ofSeconds(recovery().getPeriodicRecoveryPeriod());
    }

    /** Within that every resource is asked for, and what was decided is ended by a second pass. */
    private static Duration twoScans() {
        return period().multipliedBy(2).plusSeconds(recovery().getRecoveryBackoffPeriod());
    }

    private static JTAEnvironmentBean jta() {
        return jtaPropertyManager.getJTAEnvironmentBean();
    }

    private static RecoveryEnvironmentBean recovery() {
        return recoveryPropertyManager.getRecoveryEnvironmentBean();
    }
}
