/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.journal.JournalException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A bus of three partitions with a queue in each, and what tests of transactions over them do with it in one line each.
 *
 * <p>Not thread safe.
 */
abstract class SpanFixture {
    static final EntityPath Q0 = EntityPath.queue("q0");
    static final EntityPath Q1 = EntityPath.queue("q1");
    static final EntityPath Q2 = EntityPath.queue("q2");
    static final EntityPath SPREAD = EntityPath.queue("spread");
    static final List<EntityPath> QUEUES = List.of(Q0, Q1, Q2);

    TestBus bus = TestBus.simulated(3, TestBus.config(Profile.JMS));

    @BeforeEach
    void create() {
        for (EntityPath queue : QUEUES) {
            bus.create(QueueDescription.builder(queue.name())
                    .homePartition(QUEUES.indexOf(queue))
                    .maxSizeBytes(1 << 20));
        }
        bus.create(QueueDescription.builder("spread").partitioned(true));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    static BranchXid xid(String name) {
        return new BranchXid(7, name.getBytes(StandardCharsets.UTF_8), new byte[] {1});
    }

    static OutgoingMessage out(EntityPath queue, String text) {
        return new OutgoingMessage(queue, TestBus.text(text).build());
    }

    /** Of the queue of a partition: completes a message and sends one. */
    static PartitionCommit part(int partition, LockToken completed, String sent) {
        return new PartitionCommit(partition, List.of(out(QUEUES.get(partition), sent)), List.of(completed));
    }

    static PartitionCommit sends(int partition, String... texts) {
        return new PartitionCommit(
                partition,
                List.of(texts).stream()
                        .map(text -> out(QUEUES.get(partition), text))
                        .toList(),
                List.of());
    }

    static PartitionCommit completes(Delivery delivery) {
        LockToken token = delivery.requireLockToken();
        return new PartitionCommit(token.partition(), List.of(), List.of(token));
    }

    CompletableFuture<Void> commit(PartitionCommit... parts) {
        return bus.namespace.commit(List.of(parts));
    }

    CompletableFuture<Void> prepare(BranchXid xid, PartitionCommit... parts) {
        return bus.namespace.prepare(xid, List.of(parts));
    }

    List<PreparedBranch> prepared() {
        return bus.get(bus.namespace.preparedBranches());
    }

    /** Sends it and receives it. */
    Delivery held(EntityPath queue, String text) {
        bus.send(queue, TestBus.text(text));
        return bus.take(queue);
    }

    void abandon(Delivery... deliveries) {
        for (Delivery delivery : deliveries) {
            bus.namespace.settle(delivery.requireLockToken(), Settlement.ABANDON);
        }
        bus.run();
    }

    /** The texts of what can be received of a queue, and stays there. */
    List<String> ready(EntityPath queue) {
        return bus.get(bus.namespace.peek(queue, 0, 250)).stream()
                .filter(delivery -> delivery.state() == MessageState.ACTIVE)
                .map(TestBus::textOf)
                .toList();
    }

    /** What can be received of the three queues. */
    List<List<String>> ready() {
        return QUEUES.stream().map(this::ready).toList();
    }

    /** A partition goes out. */
    void fail(int partition) {
        bus.store().failNextAppend(partition, Reason.IO);
        bus.failure(bus.namespace.send(
                SPREAD, TestBus.text("x").partitionKey(keyOf(partition)).build()));
    }

    static String keyOf(int partition) {
        int number = 0;
        while (PartitionHash.partitionOf("k" + number, 3) != partition) {
            number++;
        }
        return "k" + number;
    }

    /** It comes back, and others hear of it. */
    void reopen(int partition) {
        bus.get(bus.namespace.reopen(partition));
        settleDown();
    }

    /** Whoever has to ask another partition has done so. */
    void settleDown() {
        for (int i = 0; i < 8; i++) {
            bus.advance(Duration.ofSeconds(10));
        }
    }
}
