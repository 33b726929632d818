/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The program of a process that does one transaction over three partitions and ends itself in the middle: it takes a message from
 * a queue in each and puts another one there. It says what it was told.
 *
 * <p>One thread, and those of the bus.
 */
final class SpanningWorker {
    static final int PARTITIONS = 3;
    /** Where the queue is partitioned, and its messages have a key of this partition; the others lie at home. */
    private static final int PARTITIONED = 1;

    static final BranchXid XID = new BranchXid(1, new byte[] {1, 2, 3}, new byte[] {4});
    static final String OLD = "old";
    static final String NEW = "new";

    /** All is prepared; to a transaction manager: it has written so into its log. */
    static final String PREPARED = "prepared";
    /** The transaction has ended as it was meant to. */
    static final String ENDED = "ended";
    /** Then follows how many batches each partition had. */
    static final String BATCHES = "batches";

    /** Who ends the transaction, and how. */
    enum Kind {
        LOCAL,
        COMMITTED,
        ROLLED_BACK,
        COMMITTED_BY_HAND,
        ROLLED_BACK_BY_HAND;

        boolean commits() {
            return this != ROLLED_BACK && this != ROLLED_BACK_BY_HAND;
        }

        /** From which on it differs from the others: all that have two phases prepare in the same way, with a batch each. */
        int firstBatch() {
            return this == LOCAL || this == COMMITTED ? 1 : 2;
        }

        boolean isByHand() {
            return this == COMMITTED_BY_HAND || this == ROLLED_BACK_BY_HAND;
        }

        /** The second phase. */
        CompletableFuture<BranchOutcome> end(Namespace bus) {
            return switch (this) {
                case LOCAL -> throw new IllegalStateException("has no second phase");
                case COMMITTED -> bus.commitBranch(XID);
                case ROLLED_BACK -> bus.rollbackBranch(XID);
                case COMMITTED_BY_HAND -> bus.commitPrepared(XID);
                case ROLLED_BACK_BY_HAND -> bus.rollbackPrepared(XID);
            };
        }
    }

    private SpanningWorker() {}

    /** Takes the directory, the kind and the point. */
    public static void main(String[] args) throws Exception {
        Kind kind = Kind.valueOf(args[1]);
        HaltingStore store = new HaltingStore(store(Path.of(args[0])));
        LocalNamespace bus = LocalNamespace.open(store, NamespaceConfig.defaults());
        List<PartitionCommit> parts = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            parts.add(part(bus, i));
        }
        store.arm(KillPoint.parse(args[2]));
        if (kind == Kind.LOCAL) {
            bus.commit(parts).join();
        } else {
            bus.prepare(XID, parts).join();
            JavaProcess.print(PREPARED);
            kind.end(bus).join();
        }
        JavaProcess.print(ENDED);
        // What is still written then is written before it is closed.
        bus.close();
        StringBuilder batches = new StringBuilder(BATCHES);
        for (int i = 0; i < PARTITIONS; i++) {
            batches.append(' ').append(store.appended(i));
        }
        JavaProcess.print(batches.toString());
    }

    static ArtemisJournalStore store(Path directory) throws JournalException {
        return ArtemisJournalStore.open(
                directory,
                StoreOptions.builder()
                        .partitions(PARTITIONS)
                        .fileSizeBytes(1 << 20)
                        .holder("a test of killed processes")
                        .build());
    }

    static EntityPath queue(int partition) {
        return EntityPath.queue("q" + partition);
    }

    private static PartitionCommit part(Namespace bus, int partition) {
        QueueDescription.Builder queue =
                QueueDescription.builder("q" + partition).lockDuration(Duration.ofMinutes(5));
        boolean isPartitioned = partition == PARTITIONED;
        bus.createQueue((isPartitioned ? queue.partitioned(true) : queue.homePartition(partition)).build())
                .join();
        String key = isPartitioned ? keyOf(bus, partition) : null;
        bus.send(queue(partition), message(OLD, key)).join();
        try (Receiver receiver = bus.openReceiver(queue(partition), ReceiverOptions.peekLock())) {
            Delivery old = receiver.receive().join();
            return new PartitionCommit(
                    partition,
                    List.of(new OutgoingMessage(queue(partition), message(NEW, key))),
                    List.of(old.requireLockToken()));
        }
    }

    /** Some key whose messages lie in that partition. */
    private static String keyOf(Namespace bus, int partition) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "k" + i)
                .filter(key -> bus.partitionOf(queue(partition), message(OLD, key)) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static Message message(String text, @Nullable String key) {
        return Message.builder()
                .partitionKey(key)
                .body(BodyKind.TEXT, text.getBytes(StandardCharsets.UTF_8))
                .build();
    }
}
