/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.subject.JmsSubject.Scope;
import io.peeklock.benchmarks.workload.Workload;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.core.server.JournalType;

/**
 * What stands side by side in a run.
 *
 * <p>Immutable; every call of {@link #subject} gives a new one.
 */
public enum Contestant {
    PEEKLOCK(
            "peeklock",
            "Peeklock, `peeklock:file:` and queues created on first use, as they come but for linger=0s and a quota that is never reached",
            "yes",
            "yes",
            "yes"),
    PEEKLOCK_PARTITIONED(
            "peeklock-16",
            "The same with `autoCreate.partitioned=true`: a queue over 16 partitions",
            "yes",
            "yes",
            "yes"),
    BUS("peeklock-bus", "Peeklock's bus without Jakarta Messaging above it, as it comes", "yes", "yes", "not run"),
    JOURNAL(
            "peeklock-journal",
            "One partition's journal of Peeklock and nothing above it, as it comes",
            "yes",
            "yes, the removal",
            "not run"),
    RAW_JOURNAL(
            "raw-journal",
            "Artemis's JournalImpl alone with its own executors and buffers (NIO), set as Peeklock sets it: 1 ns timeout, files used"
                    + " again, 1 MiB buffer, records as large as Peeklock's",
            "yes",
            "yes, the delete",
            "yes"),
    RAW_JOURNAL_STOCK(
            "raw-journal-stock",
            "The same set as Artemis's broker sets it: 3.33 ms timeout, files used again, 490 KiB buffer, records of the body alone",
            "yes",
            "yes, the delete",
            "yes"),
    RAW_JOURNAL_STOCK_1NS(
            "raw-journal-1ns", "raw-journal-stock with a timeout of 1 ns", "yes", "yes, the delete", "yes"),
    DISK(
            "disk",
            "A FileChannel loop: a message's body in whole pages of 4 KiB over a prewritten file of 32 MiB, synced (fdatasync), and a page, synced, for its removal; a file a thread, no group commit",
            "yes",
            "yes, the page",
            "not run"),
    DISK_ONE_FILE(
            "disk-one-file",
            "The same with all threads on one file, as a queue has one journal: each sync waits for what the others have written",
            "yes",
            "yes, the page",
            "not run"),
    ARTEMIS(
            "artemis",
            "Artemis 2.56.0 embedded, in-VM, NIO journal, as it comes (3.33 ms buffer timeout)",
            "yes",
            "no: acknowledge() does not wait (blockOnAcknowledge=false)",
            "yes"),
    ARTEMIS_TUNED("artemis-tuned", "The same with a buffer timeout of 1 µs", "yes", "no, as artemis", "yes"),
    ARTEMIS_STRICT("artemis-strict", "artemis-tuned with blockOnAcknowledge=true", "yes", "yes", "yes"),
    ARTEMIS_AIO(
            "artemis-aio",
            "artemis with the ASYNCIO journal (libaio, 0.5 ms buffer timeout), as it comes",
            "yes",
            "no, as artemis",
            "yes"),
    ACTIVEMQ(
            "activemq",
            "ActiveMQ Classic 6.3.1 embedded, vm transport, KahaDB, as it comes (sync every message)",
            "yes, but a message acknowledged before it was written is never written (concurrentStoreAndDispatchQueues)",
            "no: acknowledge() does not wait (sendAcksAsync=true)",
            "yes"),
    ACTIVEMQ_STRICT(
            "activemq-strict",
            "The same with concurrentStoreAndDispatchQueues=false and sendAcksAsync=false",
            "yes",
            "yes",
            "yes");

    private final String label;
    private final String description;
    private final String sendSynced;
    private final String acknowledgeSynced;
    private final String commitSynced;

    Contestant(String label, String description, String sendSynced, String acknowledgeSynced, String commitSynced) {
        this.label = label;
        this.description = description;
        this.sendSynced = sendSynced;
        this.acknowledgeSynced = acknowledgeSynced;
        this.commitSynced = commitSynced;
    }

    public static Contestant named(String label) {
        for (Contestant contestant : values()) {
            if (contestant.label.equalsIgnoreCase(label)) {
                return contestant;
            }
        }
        throw new IllegalArgumentException("unknown peer " + label + ", there are "
                + Arrays.stream(values()).map(Contestant::label).collect(Collectors.joining(", ")));
    }

    /** Name on the command line and in the results. */
    public String label() {
        return label;
    }

    public String description() {
        return description;
    }

    /** Whether a message is on disk when send returns. */
    public String sendSynced() {
        return sendSynced;
    }

    /** Whether an acknowledgement is on disk when acknowledge returns. */
    public String acknowledgeSynced() {
        return acknowledgeSynced;
    }

    /** Whether a transaction is on disk when commit, and prepare, return. */
    public String commitSynced() {
        return commitSynced;
    }

    /** Peeklock as it takes this workload. */
    public static Contestant peeklock(Workload workload) {
        return workload.partitioned() ? PEEKLOCK_PARTITIONED : PEEKLOCK;
    }

    /** Other providers that have every message of this workload on disk when its send returns, and never skip one. */
    public static List<Contestant> syncingPeers(Workload workload) {
        return Arrays.stream(values())
                .filter(Contestant::isPeer)
                .filter(peer -> peer != ACTIVEMQ || workload.acknowledging() != Workload.Acknowledging.QUEUE)
                .toList();
    }

    /** Whether it is a provider that is not Peeklock. */
    boolean isPeer() {
        return switch (this) {
            case ARTEMIS, ARTEMIS_TUNED, ARTEMIS_STRICT, ARTEMIS_AIO, ACTIVEMQ, ACTIVEMQ_STRICT -> true;
            case PEEKLOCK,
                    PEEKLOCK_PARTITIONED,
                    BUS,
                    JOURNAL,
                    RAW_JOURNAL,
                    RAW_JOURNAL_STOCK,
                    RAW_JOURNAL_STOCK_1NS,
                    DISK,
                    DISK_ONE_FILE -> false;
        };
    }

    /** Whether it runs only where Artemis's native library does. */
    public boolean isNative() {
        return this == ARTEMIS_AIO;
    }

    /** Whether the cost of starting it is to be told: a provider, or what lies below one. */
    public boolean startsUp() {
        return this == RAW_JOURNAL
                || this == DISK
                || !isNative()
                        && subject() instanceof JmsSubject provider
                        && provider.scope() != Scope.ACKNOWLEDGEMENTS;
    }

    /** A new one. Not by references in the constants: a start is measured that must not load the classes of all. */
    public Subject subject() {
        return switch (this) {
            case PEEKLOCK -> new JmsSubject(new PeeklockPeer(""), Scope.UNPARTITIONED);
            case PEEKLOCK_PARTITIONED ->
                new JmsSubject(new PeeklockPeer("&autoCreate.partitioned=true"), Scope.PARTITIONED);
            case BUS -> new NamespaceSubject();
            case JOURNAL ->
                new JournalSubject(directory -> ArtemisJournalStore.open(directory, StoreOptions.defaults()));
            case RAW_JOURNAL -> new RawJournalSubject(RawJournalSubject.Settings.OWN);
            case RAW_JOURNAL_STOCK -> new RawJournalSubject(RawJournalSubject.Settings.STOCK);
            case RAW_JOURNAL_STOCK_1NS -> new RawJournalSubject(RawJournalSubject.Settings.STOCK_AT_ONCE);
            case DISK -> new DiskSubject(false);
            case DISK_ONE_FILE -> new DiskSubject(true);
            case ARTEMIS -> new JmsSubject(new ArtemisPeer(JournalType.NIO, null, false), Scope.EVERYTHING);
            case ARTEMIS_TUNED ->
                new JmsSubject(new ArtemisPeer(JournalType.NIO, ArtemisPeer.TUNED_NS, false), Scope.EVERYTHING);
            case ARTEMIS_STRICT ->
                new JmsSubject(new ArtemisPeer(JournalType.NIO, ArtemisPeer.TUNED_NS, true), Scope.ACKNOWLEDGEMENTS);
            case ARTEMIS_AIO -> new JmsSubject(new ArtemisPeer(JournalType.ASYNCIO, null, false), Scope.EVERYTHING);
            case ACTIVEMQ -> new JmsSubject(new ActiveMqPeer(false), Scope.EVERYTHING);
            case ACTIVEMQ_STRICT -> new JmsSubject(new ActiveMqPeer(true), Scope.ACKNOWLEDGEMENTS);
        };
    }
}
