/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.runtime.ThreadedRuntime;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads whose transactions move messages between partitions, in both directions at once: none is lost or doubled. */
@Tag("X4")
@Timeout(60)
class SpanningConcurrencyTest {
    private static final int PARTITIONS = 3;
    private static final int THREADS = 6;
    private static final int MESSAGES = 30;
    private static final int MOVES_PER_THREAD = 200;

    private final AtomicInteger branches = new AtomicInteger();

    private static EntityPath queue(int partition) {
        return EntityPath.queue("q" + partition);
    }

    private static LocalNamespace open() throws Exception {
        LocalNamespace namespace = LocalNamespace.open(
                new MemoryJournalStore(PARTITIONS, true), TestBus.config(Profile.JMS), new ThreadedRuntime("test", 2));
        for (int i = 0; i < PARTITIONS; i++) {
            namespace
                    .createQueue(QueueDescription.builder("q" + i)
                            .homePartition(i)
                            .maxDeliveryCount(1_000_000)
                            .build())
                    .join();
        }
        return namespace;
    }

    private void move(LocalNamespace namespace, long seed) throws Exception {
        Random random = new Random(seed);
        List<Receiver> receivers = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            receivers.add(namespace.openReceiver(queue(i), ReceiverOptions.peekLock()));
        }
        for (int moves = 0; moves < MOVES_PER_THREAD; ) {
            int from = random.nextInt(PARTITIONS);
            Delivery delivery = shortly(receivers.get(from));
            if (delivery != null) {
                moves++;
                int to = (from + 1 + random.nextInt(PARTITIONS - 1)) % PARTITIONS;
                move(namespace, random, delivery, from, to);
            }
        }
        receivers.forEach(Receiver::close);
    }

    private void move(LocalNamespace namespace, Random random, Delivery delivery, int from, int to) {
        PartitionCommit leaves = new PartitionCommit(from, List.of(), List.of(delivery.requireLockToken()));
        PartitionCommit comes =
                new PartitionCommit(to, List.of(new OutgoingMessage(queue(to), delivery.message())), List.of());
        switch (random.nextInt(4)) {
            case 0 -> {
                BranchXid xid = new BranchXid(
                        1,
                        new byte[] {1},
                        String.valueOf(branches.incrementAndGet()).getBytes(StandardCharsets.UTF_8));
                namespace.prepare(xid, List.of(leaves, comes)).join();
                if (random.nextBoolean()) {
                    namespace.commitBranch(xid).join();
                } else {
                    namespace.rollbackBranch(xid).join();
                }
            }
            case 1 ->
                namespace
                        .settle(delivery.requireLockToken(), Settlement.ABANDON)
                        .join();
            default -> namespace.commit(List.of(leaves, comes)).join();
        }
    }

    private static @Nullable Delivery shortly(Receiver receiver) throws Exception {
        CompletableFuture<Delivery> request = receiver.receive();
        try {
            return request.get(5, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return receiver.cancel(request) ? null : request.get();
        }
    }

    @Test
    void leaveEveryMessageInOnePlace() throws Exception {
        long seed = System.nanoTime();
        List<String> sent = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (LocalNamespace namespace = open()) {
            for (int i = 0; i < MESSAGES; i++) {
                sent.add("m" + i);
                namespace
                        .send(queue(i % PARTITIONS), TestBus.text("m" + i).build())
                        .join();
            }
            List<Future<?>> movers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                long one = seed + i;
                movers.add(threads.submit(() -> {
                    move(namespace, one);
                    return null;
                }));
            }
            for (Future<?> mover : movers) {
                mover.get();
            }
            assertThat(namespace.preparedBranches().join()).isEmpty();
            List<String> found = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                for (Delivery delivery : namespace.peek(queue(i), 0, 250).join()) {
                    assertThat(delivery.state().name()).as("seed %d", seed).isEqualTo("ACTIVE");
                    found.add(TestBus.textOf(delivery));
                }
            }
            assertThat(found).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(sent);
        } finally {
            threads.shutdownNow();
        }
    }
}
