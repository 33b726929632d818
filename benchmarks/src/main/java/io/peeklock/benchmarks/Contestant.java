/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What stands side by side in a run.
 *
 * <p>Immutable; every call of {@link #subject} gives a new one.
 */
enum Contestant {
    PEEKLOCK(
            "peeklock",
            "Peeklock, `peeklock:file:` and a queue created on first use, as they come",
            "yes",
            "yes",
            () -> new JmsSubject(new PeeklockPeer())),
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
            "written, but acknowledge() does not wait for it (blockOnAcknowledge=false)",
            () -> new JmsSubject(new ArtemisPeer(null))),
    ARTEMIS_TUNED(
            "artemis-tuned",
            "The same with a buffer timeout of 1 µs",
            "yes",
            "as artemis",
            () -> new JmsSubject(new ArtemisPeer(1_000))),
    ACTIVEMQ(
            "activemq",
            "ActiveMQ Classic 6.3.1 embedded, vm transport, KahaDB, as it comes (sync every message)",
            "yes, unless it was acknowledged before it was written: then never (concurrentStoreAndDispatchQueues)",
            "acknowledge() does not wait (sendAcksAsync=true)",
            () -> new JmsSubject(new ActiveMqPeer(false))),
    ACTIVEMQ_STORED(
            "activemq-stored",
            "The same with concurrentStoreAndDispatchQueues=false: stored before it is dispatched",
            "yes",
            "as activemq",
            () -> new JmsSubject(new ActiveMqPeer(true)));

    private final String label;
    private final String description;
    private final String sendSynced;
    private final String acknowledgeSynced;
    private final Supplier<Subject> subjects;

    Contestant(
            String label,
            String description,
            String sendSynced,
            String acknowledgeSynced,
            Supplier<Subject> subjects) {
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

    /** Those of a run that names none: all but the one that only explains another. */
    static List<Contestant> usual() {
        return Arrays.stream(values()).filter(c -> c != ACTIVEMQ_STORED).toList();
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

    /** Whether it is used through Jakarta Messaging. */
    boolean isProvider() {
        return subject() instanceof JmsSubject;
    }

    Subject subject() {
        return subjects.get();
    }
}
