/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The work of a transaction in one partition: all of it, or nothing (rule X1). */
class PartitionCommitTest {
    private static final EntityPath SPREAD = EntityPath.queue("spread");

    private TestBus bus;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(3, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("orders").maxSizeBytes(1 << 20));
        bus.create(QueueDescription.builder("other"));
        bus.create(QueueDescription.builder("spread").partitioned(true));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private static OutgoingMessage out(String queue, String text) {
        return new OutgoingMessage(EntityPath.queue(queue), TestBus.text(text).build());
    }

    private CompletableFuture<Void> commit(List<OutgoingMessage> sends, List<LockToken> completes) {
        return bus.namespace.commit(new PartitionCommit(0, sends, completes));
    }

    @Test
    @Tag("X1")
    void sendsAndCompletesTogether() {
        bus.send("a");
        Delivery a = bus.take();
        bus.get(commit(List.of(out("other", "b"), out("other", "c")), List.of(a.requireLockToken())));
        assertThat(bus.takeAll(EntityPath.queue("other"))).containsExactly("b", "c");
        assertThat(bus.counters().sizeBytes()).isZero();
    }

    @Test
    @Tag("X1")
    void isAllOrNothingInAPowerCut() {
        bus.send("a");
        Delivery a = bus.take();
        bus.syncs(false);
        CompletableFuture<Void> committed = commit(List.of(out("other", "b")), List.of(a.requireLockToken()));
        bus.run();
        assertThat(committed).isNotDone();
        bus = bus.crashed();
        assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
        assertThat(bus.takeAll(EntityPath.queue("other"))).isEmpty();
    }

    /** Nobody may see a part of what a power cut would take back; nor does one of its kind overtake it. */
    @Test
    @Tag("X1")
    @Tag("N10")
    void showsItsNonPersistentMessagesWhenItIsDurable() {
        EntityPath other = EntityPath.queue("other");
        bus.send(other, TestBus.text("reserves numbers"));
        bus.settle(bus.take(other), Settlement.COMPLETE);
        bus.send("a");
        Delivery a = bus.take();
        bus.syncs(false);
        OutgoingMessage first =
                new OutgoingMessage(other, TestBus.text("first").durable(false).build());
        CompletableFuture<Void> committed = commit(List.of(first), List.of(a.requireLockToken()));
        CompletableFuture<Long> later =
                bus.namespace.send(other, TestBus.text("later").durable(false).build());
        assertThat(bus.takeAll(other)).isEmpty();
        assertThat(later).isNotDone();
        bus.syncs(true);
        bus.get(committed);
        assertThat(later).isCompleted();
        assertThat(bus.takeAll(other)).containsExactly("first", "later");
    }

    @Test
    @Tag("X1")
    @Tag("L7")
    void doesNothingIfALockIsLost() {
        bus.send("a");
        bus.send("b");
        Delivery a = bus.take();
        Delivery b = bus.take();
        bus.settle(b, Settlement.ABANDON);
        assertThat(bus.errorOf(commit(List.of(out("other", "c")), List.of(a.requireLockToken(), b.requireLockToken()))))
                .isEqualTo(ErrorCode.MessageLockLost);
        assertThat(bus.takeAll(EntityPath.queue("other"))).isEmpty();
        bus.settle(a, Settlement.COMPLETE);
    }

    @Test
    void completesAMessageThatIsNamedTwiceOnce() {
        bus.send("a");
        LockToken a = bus.take().requireLockToken();
        bus.get(commit(List.of(), List.of(a, a)));
        assertThat(bus.counters().active() + bus.counters().locked()).isZero();
        bus.send("the partition goes on");
    }

    @Test
    @Tag("Q3")
    void doesNothingIfAQueueWouldBeFull() {
        byte[] body = new byte[200_000];
        OutgoingMessage large = new OutgoingMessage(
                TestBus.ORDERS, TestBus.text("").body(BodyKind.BYTES, body).build());
        assertThat(bus.errorOf(commit(List.of(out("other", "a"), large, large, large, large, large, large), List.of())))
                .isEqualTo(ErrorCode.QuotaExceeded);
        assertThat(bus.takeAll(EntityPath.queue("other"))).isEmpty();
        assertThat(bus.counters().sizeBytes()).isZero();
        bus.get(commit(List.of(large, large, large, large, large), List.of()));
    }

    @Test
    void belongsIntoOnePartition() {
        bus.create(QueueDescription.builder("elsewhere").homePartition(1));
        assertThat(bus.errorOf(commit(List.of(out("elsewhere", "a")), List.of())))
                .isEqualTo(ErrorCode.InvalidOperation);
        bus.send(EntityPath.queue("elsewhere"), TestBus.text("b"));
        Delivery b = bus.take(EntityPath.queue("elsewhere"));
        assertThat(bus.errorOf(commit(List.of(), List.of(b.requireLockToken()))))
                .isEqualTo(ErrorCode.InvalidOperation);
        bus.get(bus.namespace.commit(new PartitionCommit(2, List.of(out("spread", "c")), List.of())));
        assertThat(bus.take(SPREAD).requireLockToken().partition()).isEqualTo(2);
        assertThat(bus.errorOf(bus.namespace.commit(new PartitionCommit(3, List.of(), List.of()))))
                .isEqualTo(ErrorCode.InvalidOperation);
    }

    @Test
    void ofNothingSucceeds() {
        bus.get(commit(List.of(), List.of()));
    }
}
