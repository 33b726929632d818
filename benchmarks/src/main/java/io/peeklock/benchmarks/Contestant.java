/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import io.peeklock.benchmarks.JmsSubject.Scope;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What stands side by side in a run.
 *
 * <p>Immutable; every call of {@link #subject} gives a new one.
 */
@SuppressWarnings("ImmutableEnumChecker") // The suppliers are constructor references.
enum Contestant {
    PEEKLOCK(
            "peeklock",
            "Peeklock, `peeklock:file:` and a queue created on first use, as they come but for linger=0s",
            "yes",
            "yes",
            () -> new JmsSubject(new PeeklockPeer(""), Scope.EVERYTHING)),
    PEEKLOCK_PARTITIONED(
            "peeklock-16",
            "The same with `autoCreate.partitioned=true`: a queue over 16 partitions",
            "yes",
            "yes",
            () -> new JmsSubject(new PeeklockPeer("&autoCreate.partitioned=true"), Scope.START_UP)),
    BUS(
            "peeklock-bus",
            "Peeklock's bus without Jakarta Messaging above it, as it comes",
            "yes",
            "yes",
            NamespaceSubject::new),
    JOURNAL(
            "peeklock-journal",
            "One partition's journal of Peeklock and nothing above it, as it comes",
            "yes",
            "yes, the removal",
            () -> new JournalSubject(directory -> ArtemisJournalStore.open(directory, StoreOptions.defaults()))),
    RAW_JOURNAL(
            "raw-journal",
            "Artemis's JournalImpl alone: NIO, buffered, 1 ns timeout, its own executors",
            "yes",
            "yes, the delete",
            RawJournalSubject::new),
    DISK(
            "disk",
            "4 KiB of a prewritten file overwritten and synced (fdatasync), a file a thread, no group commit",
            "yes",
            "not run",
            DiskSubject::new),
    ARTEMIS(
            "artemis",
            "Artemis 2.56.0 embedded, in-VM, NIO journal, as it comes (3.33 ms buffer timeout)",
            "yes",
            "no: acknowledge() does not wait (blockOnAcknowledge=false)",
            () -> new JmsSubject(new ArtemisPeer(null, false), Scope.EVERYTHING)),
    ARTEMIS_TUNED(
            "artemis-tuned",
            "The same with a buffer timeout of 1 µs",
            "yes",
            "no, as artemis",
            () -> new JmsSubject(new ArtemisPeer(ArtemisPeer.TUNED_NS, false), Scope.EVERYTHING)),
    ARTEMIS_STRICT(
            "artemis-strict",
            "artemis-tuned with blockOnAcknowledge=true",
            "yes",
            "yes",
            () -> new JmsSubject(new ArtemisPeer(ArtemisPeer.TUNED_NS, true), Scope.ACKNOWLEDGEMENTS)),
    ACTIVEMQ(
            "activemq",
            "ActiveMQ Classic 6.3.1 embedded, vm transport, KahaDB, as it comes (sync every message)",
            "yes, but a message acknowledged before it was written is never written (concurrentStoreAndDispatchQueues)",
            "no: acknowledge() does not wait (sendAcksAsync=true)",
            () -> new JmsSubject(new ActiveMqPeer(false), Scope.EVERYTHING)),
    ACTIVEMQ_STRICT(
            "activemq-strict",
            "The same with concurrentStoreAndDispatchQueues=false and sendAcksAsync=false",
            "yes",
            "yes",
            () -> new JmsSubject(new ActiveMqPeer(true), Scope.ACKNOWLEDGEMENTS));

    private final String label;
    private final String description;
    private final String sendSynced;
    private final String acknowledgeSynced;
    private final Supplier<Subject> subjects;

    Contestant(
            String label, String description, String sendSynced, String acknowledgeSynced, Supplier<Subject> subjects) {
        this.label = label;
        this.description = description;
        this.sendSynced = sendSynced;
        this.acknowledgeSynced = acknowledgeSynced;
        this.subjects = subjects;
    }

    static Contestant named(String label) {
        return Arrays.stream(values())
                .filter(contestant -> contestant.label.equalsIgnoreCase(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown peer " + label + ", there are "
                        + Arrays.stream(values()).map(Contestant::label).collect(Collectors.joining(", "))));
    }

    /** Name on the command line and in the results. */
    String label() {
        return label;
    }

    String description() {
        return description;
    }

    /** Whether a message is on disk when send returns. */
    String sendSynced() {
        return sendSynced;
    }

    /** Whether an acknowledgement is on disk when acknowledge returns. */
    String acknowledgeSynced() {
        return acknowledgeSynced;
    }

    /** Whether it is a provider of which the cost of starting is to be told. */
    boolean startsUp() {
        return subject() instanceof JmsSubject provider && provider.scope() != Scope.ACKNOWLEDGEMENTS;
    }

    Subject subject() {
        return subjects.get();
    }
}
