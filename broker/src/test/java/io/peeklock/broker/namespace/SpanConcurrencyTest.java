/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.runtime.ThreadedRuntime;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads carry messages from partition to partition in transactions: none is lost, none doubled, nobody waits for ever. */
@Timeout(60)
@Tag("X4")
@Tag("X5")
class SpanConcurrencyTest {
    private static final int THREADS = 8;
    private static final int TRANSACTIONS = 400;
    private static final int PARTITIONS = 4;
    private static final int MESSAGES = 40;

    private final AtomicInteger names = new AtomicInteger();

    private static EntityPath queue(int partition) {
        return EntityPath.queue("q" + partition);
    }

    private static LocalNamespace open() throws Exception {
        LocalNamespace bus = LocalNamespace.open(
                new MemoryJournalStore(PARTITIONS, false), TestBus.config(Profile.JMS), new ThreadedRuntime("test", 2));
        for (int i = 0; i < PARTITIONS; i++) {
            bus.createQueue(QueueDescription.builder("q" + i)
                            .homePartition(i)
                            .maxDeliveryCount(1_000_000)
                            .build())
                    .join();
        }
        for (int i = 0; i < MESSAGES; i++) {
            bus.send(queue(i % PARTITIONS), TestBus.text("m" + i).build()).join();
        }
        return bus;
    }

    /** Takes a message and puts it into the queue of the next partition, in one transaction, in one way or another. */
    private void carry(LocalNamespace bus, Random random) {
        int from = random.nextInt(PARTITIONS);
        int to = (from + 1) % PARTITIONS;
        try (Receiver receiver = bus.openReceiver(queue(from), ReceiverOptions.peekLock())) {
            CompletableFuture<Delivery> asked = receiver.receiveNow(-1);
            if (asked.handle((delivery, nothing) -> nothing != null).join()) {
                return;
            }
            Delivery taken = asked.join();
            LockToken token = taken.requireLockToken();
            List<PartitionCommit> parts = List.of(
                    new PartitionCommit(from, List.of(), List.of(token)),
                    new PartitionCommit(
                            to,
                            List.of(new OutgoingMessage(
                                    queue(to),
                                    TestBus.text(TestBus.textOf(taken)).build())),
                            List.of()));
            if (random.nextBoolean()) {
                bus.commit(parts).join();
            } else {
                endTwice(bus, parts, random);
            }
        }
    }

    /** Somebody else, recovery for example, ends it at the same moment, perhaps otherwise. */
    private void endTwice(LocalNamespace bus, List<PartitionCommit> parts, Random random) {
        BranchXid xid = SpanFixture.xid("x" + names.incrementAndGet());
        bus.prepare(xid, parts).join();
        boolean commits = random.nextBoolean();
        CompletableFuture<BranchOutcome> one = bus.commitBranch(xid);
        CompletableFuture<BranchOutcome> other = commits ? bus.commitBranch(xid) : bus.rollbackBranch(xid);
        assertThat(List.of(one.join(), other.join()))
                .containsExactlyInAnyOrder(BranchOutcome.DONE, BranchOutcome.NOT_FOUND);
    }

    private static void list(LocalNamespace bus, AtomicBoolean done) {
        while (!done.get()) {
            for (PreparedBranch one : bus.preparedBranches().join()) {
                assertThat(one.partitions()).hasSize(2);
            }
        }
    }

    @Test
    void carriesEachMessageInOneTransactionAtATime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        try (LocalNamespace bus = open()) {
            AtomicBoolean done = new AtomicBoolean();
            Future<?> lists = threads.submit(() -> list(bus, done));
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(i);
                tasks.add(threads.submit(() -> {
                    for (int k = 0; k < TRANSACTIONS; k++) {
                        carry(bus, random);
                    }
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
            done.set(true);
            lists.get();
            assertThat(bus.preparedBranches().join()).isEmpty();
            assertThat(names.get()).isGreaterThan(100);
            List<String> there = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                bus.peek(queue(i), 0, 250).join().forEach(message -> there.add(TestBus.textOf(message)));
            }
            assertThat(there).doesNotHaveDuplicates().hasSize(MESSAGES);
        } finally {
            threads.shutdownNow();
        }
    }
}
