/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entities in which a branch has prepared work stay as long as it has (rules W2, W4). */
class PreparedWorkTest extends SpanFixture {
    private static final BranchXid XID = xid("one");
    private static final EntityPath NEWS = EntityPath.topic("news");

    private void assertRefused(CompletableFuture<Void> deletion) {
        BrokerException refusal = bus.failure(deletion);
        assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
        assertThat(refusal).hasMessageContaining(XID.toString()).hasMessageContaining("preparedBranches");
    }

    private PartitionCommit toFragment(EntityPath entity, int partition) {
        return new PartitionCommit(
                partition,
                List.of(new OutgoingMessage(
                        entity, TestBus.text("a").partitionKey(keyOf(partition)).build())),
                List.of());
    }

    @Nested
    @Tag("W4")
    class Deleting {
        private void isRefusedUntilItEnds(Supplier<CompletableFuture<Void>> deletion) {
            assertRefused(deletion.get());
            bus = bus.killed();
            assertRefused(deletion.get());
            bus.get(bus.namespace.commitBranch(XID));
            bus.get(deletion.get());
        }

        @Test
        void aQueueThatItSendsToIsRefused() {
            bus.get(prepare(XID, sends(1, "a")));
            isRefusedUntilItEnds(() -> bus.namespace.deleteQueue("q1"));
        }

        @Test
        void aQueueThatItReceivedFromIsRefused() {
            bus.get(prepare(XID, completes(held(Q1, "a")), sends(0, "x")));
            isRefusedUntilItEnds(() -> bus.namespace.deleteQueue("q1"));
        }

        @Test
        void aPartitionedQueueIsRefusedForAnyFragment() {
            bus.get(prepare(XID, toFragment(SPREAD, 2)));
            isRefusedUntilItEnds(() -> bus.namespace.deleteQueue("spread"));
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aTopicAndASubscriptionThatGetsACopyAreRefused(boolean partitioned) {
            bus.get(bus.namespace.createTopic(
                    TopicDescription.builder("news").partitioned(partitioned).build()));
            bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "s")));
            bus.get(prepare(XID, toFragment(NEWS, 0), sends(1, "x")));
            assertRefused(bus.namespace.deleteTopic("news"));
            isRefusedUntilItEnds(() -> bus.namespace.deleteSubscription("news", "s"));
            bus.get(bus.namespace.deleteTopic("news"));
        }

        /** One of both is refused: a branch that is prepared keeps what it has. */
        @Test
        void besideAPreparationIsRefusedOrThatIs() {
            bus.syncs(false);
            CompletableFuture<Void> prepared = prepare(XID, sends(1, "a"), sends(0, "a"));
            CompletableFuture<Void> deletion = bus.namespace.deleteQueue("q1");
            bus.syncs(true);
            assertThat(bus.errorOf(deletion)).isEqualTo(ErrorCode.InvalidOperation);
            bus.get(prepared);
            bus.get(bus.namespace.rollbackBranch(XID));
            bus.syncs(false);
            CompletableFuture<Void> again = bus.namespace.deleteQueue("q1");
            bus.run();
            CompletableFuture<Void> late = prepare(XID, sends(1, "a"), sends(0, "a"));
            for (int i = 0; i < 3; i++) {
                bus.store().sync(0, 9);
                bus.store().sync(1, 9);
                bus.run();
            }
            bus.syncs(true);
            bus.get(again);
            assertThat(bus.errorOf(late)).isEqualTo(ErrorCode.EntityNotFound);
            bus.get(prepare(XID, sends(0, "a")));
        }

        /** What is sent to its topic has a copy for it. */
        @Test
        void ofASubscriptionBesideAPreparationToItsTopicIsRefusedOrThatIs() {
            bus.get(bus.namespace.createTopic(TopicDescription.of("news")));
            bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "s")));
            bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "t")));
            OutgoingMessage news = new OutgoingMessage(NEWS, TestBus.text("a").build());
            PartitionCommit publish =
                    new PartitionCommit(bus.namespace.partitionOf(NEWS, news.message()), List.of(news), List.of());
            bus.syncs(false);
            CompletableFuture<Void> prepared = prepare(XID, publish);
            CompletableFuture<Void> deletion = bus.namespace.deleteSubscription("news", "s");
            bus.syncs(true);
            assertThat(bus.errorOf(deletion)).isEqualTo(ErrorCode.InvalidOperation);
            bus.get(prepared);
            bus.get(bus.namespace.rollbackBranch(XID));
            bus.syncs(false);
            CompletableFuture<Void> both = CompletableFuture.allOf(
                    bus.namespace.deleteSubscription("news", "s"), bus.namespace.deleteSubscription("news", "t"));
            bus.run();
            assertThat(bus.errorOf(prepare(XID, publish))).isEqualTo(ErrorCode.EntityNotFound);
            bus.syncs(true);
            bus.get(both);
            bus.get(prepare(XID, publish));
        }

        /** Two at once: the first to end does not let others in under the second. */
        @Test
        void keepsOutUntilTheLastIsOver() {
            Preparations preparations = new Preparations();
            assertThat(preparations.close(List.of(1L, 9L))).isTrue();
            assertThat(preparations.close(List.of(2L, 9L))).isTrue();
            preparations.over(List.of(1L, 9L));
            assertThat(preparations.begin(Set.of(9L))).isEqualTo(9L);
            preparations.over(List.of(2L, 9L));
            assertThat(preparations.begin(Set.of(9L))).isNull();
        }

        /** Where a deletion was refused, the queue goes on. */
        @Test
        void thatIsRefusedLetsOthersPrepare() {
            bus.get(prepare(XID, sends(1, "a")));
            assertRefused(bus.namespace.deleteQueue("q1"));
            bus.get(prepare(xid("two"), sends(1, "b")));
        }

        @Test
        void anotherQueueIsNotRefused() {
            bus.get(prepare(XID, sends(1, "a"), sends(0, "a")));
            bus.get(bus.namespace.deleteQueue("q2"));
            bus.get(bus.namespace.deleteQueue("spread"));
        }

        @Test
        void whatAnAdministratorHasEndedIsNotRefused() {
            bus.get(prepare(XID, sends(1, "a"), sends(0, "a")));
            bus.get(bus.namespace.commitPrepared(XID));
            bus.get(bus.namespace.deleteQueue("q0"));
            bus.get(bus.namespace.deleteQueue("q1"));
            assertThat(prepared()).hasSize(1);
        }

        /** It fails at its commit, as ever. */
        @Test
        void whatATransactionHasThatIsNotPreparedIsNotRefused() {
            Delivery a = held(Q0, "a");
            Delivery b = held(Q1, "b");
            bus.get(bus.namespace.deleteQueue("q1"));
            assertThat(bus.errorOf(commit(completes(a), completes(b)))).isEqualTo(ErrorCode.MessageLockLost);
            assertThat(bus.errorOf(commit(sends(0, "x"), sends(1, "x")))).isEqualTo(ErrorCode.EntityNotFound);
            abandon(a);
            assertThat(ready(Q0)).containsExactly("a");
        }

        @Test
        void whatHasATemporaryEndIsNotRefused() {
            EntityPath reply = EntityPath.queue("$temporary/reply");
            bus.create(QueueDescription.builder(reply.name()).temporary(true));
            bus.get(prepare(
                    XID, new PartitionCommit(0, List.of(out(reply, "a"), out(Q0, "b")), List.of()), sends(1, "c")));
            bus.get(bus.namespace.deleteQueue(reply.name()));
            bus.get(bus.namespace.commitBranch(XID));
            assertThat(ready(Q0)).containsExactly("b");
        }

        /** What a partition has that is out goes with the queue, and the rest is done. */
        @Test
        void aQueueWhosePartitionIsOutGoesWithWhatItHas() {
            bus.get(prepare(XID, sends(0, "a"), sends(1, "b")));
            fail(1);
            bus.get(bus.namespace.deleteQueue("q1"));
            reopen(1);
            bus.get(bus.namespace.commitBranch(XID));
            assertThat(ready(Q0)).containsExactly("a");
            assertThat(prepared()).isEmpty();
        }
    }

    @Nested
    @Tag("W2")
    class Idle {
        private void create(String name) {
            bus.create(QueueDescription.builder(name).homePartition(1).autoDeleteOnIdle(Duration.ofMinutes(5)));
        }

        private boolean isThere(String name) {
            return bus.get(bus.namespace.queues()).stream()
                    .anyMatch(queue -> queue.name().equals(name));
        }

        @Test
        void isNoQueueThatIsSentToOrReceivedFrom() {
            for (String name : List.of("sent", "received", "unused")) {
                create(name);
            }
            Delivery a = held(EntityPath.queue("received"), "a");
            bus.get(prepare(
                    XID,
                    new PartitionCommit(1, List.of(out(EntityPath.queue("sent"), "b")), List.of(a.requireLockToken())),
                    sends(0, "c")));
            bus.advance(Duration.ofMinutes(30));
            assertThat(isThere("unused")).isFalse();
            bus = bus.killed();
            bus.advance(Duration.ofMinutes(30));
            assertThat(isThere("sent")).isTrue();
            assertThat(isThere("received")).isTrue();
            bus.get(bus.namespace.commitBranch(XID));
            assertThat(bus.takeAll(EntityPath.queue("sent"))).containsExactly("b");
            bus.advance(Duration.ofMinutes(30));
            assertThat(isThere("received")).isFalse();
        }

        /** Nobody may have its work refused: who drives it has been told that its outcome is unknown. */
        @Test
        @Tag("X4")
        void isNoQueueWithWorkOfALocalTransactionThatIsInDoubt() {
            create("sent");
            bus.syncs(false);
            CompletableFuture<Void> committed = commit(
                    sends(0, "c", "d"), new PartitionCommit(1, List.of(out(EntityPath.queue("sent"), "b")), List.of()));
            bus.run();
            bus.store().sync(1, 9);
            bus.run();
            bus.store().failNextSync(0, Reason.IO, 1);
            bus.store().sync(0, 1);
            bus.syncs(true);
            assertThat(bus.errorOf(committed)).isEqualTo(ErrorCode.OutcomeUnknown);
            bus.advance(Duration.ofMinutes(30));
            assertThat(isThere("sent")).isTrue();
            reopen(0);
            assertThat(bus.takeAll(EntityPath.queue("sent"))).containsExactly("b");
        }
    }
}
