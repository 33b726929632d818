/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no other test of branches would miss. */
@Tag("X5")
class BranchCornersTest extends SpanFixture {
    private static final BranchXid XID = xid("one");

    /** A branch decided in a higher partition is ended everywhere at once after a start. */
    @Test
    void participantsAreToldAfterAStart() {
        bus.get(prepare(XID, sends(1, "a", "b"), sends(0, "c")));
        bus = bus.killed();
        assertThat(bus.get(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
        assertThat(ready(Q0)).containsExactly("c");
    }

    /** Nobody has to tell the others again. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("X4")
    void aDecisionGoesAtOnceWhenAllHaveDoneIt(boolean local) throws JournalException {
        if (local) {
            bus.get(commit(sends(0, "a", "b"), sends(1, "c"), sends(2, "d")));
        } else {
            bus.get(prepare(XID, sends(0, "a", "b"), sends(1, "c"), sends(2, "d")));
            bus.get(bus.namespace.commitBranch(XID));
        }
        bus.run();
        bus.runtime.crash();
        SimulatedJournalStore left = bus.store().kill();
        assertThat(DamagedRecords.count(left, 0, DamagedRecords.DECISION)).isZero();
    }

    /** The name of what never was prepared is free when that is known. */
    @Test
    void aNameIsFreeWhenItIsKnownThatNothingWasPrepared() {
        bus.syncs(false);
        CompletableFuture<Void> prepared = prepare(XID, sends(0, "a"));
        bus.run();
        bus.store().failNextSync(0, Reason.IO, 0);
        bus.store().sync(0, 1);
        bus.syncs(true);
        assertThat(bus.errorOf(prepared)).isEqualTo(ErrorCode.OutcomeUnknown);
        reopen(0);
        assertThat(bus.get(bus.namespace.rollbackBranch(XID))).isEqualTo(BranchOutcome.NOT_FOUND);
        bus.get(prepare(XID, sends(0, "b")));
    }

    /** What was received from its subscription keeps a topic. */
    @Test
    void aTopicFromWhoseSubscriptionABranchReceivedIsNotDeleted() {
        bus.get(bus.namespace.createTopic(
                TopicDescription.builder("t").homePartition(0).build()));
        bus.get(bus.namespace.createSubscription(
                SubscriptionDescription.builder("t", "s1").build()));
        bus.send(EntityPath.topic("t"), TestBus.text("m"));
        Delivery m = bus.take(EntityPath.subscription("t", "s1"));
        bus.get(prepare(XID, completes(m)));
        assertThat(bus.errorOf(bus.namespace.deleteTopic("t"))).isEqualTo(ErrorCode.InvalidOperation);
    }

    /** Copies have the topic's number as their first (rule N2), also after a crash. */
    @Test
    void copiesHaveTheNumberOfTheTopic() {
        bus.get(bus.namespace.createTopic(
                TopicDescription.builder("t").homePartition(0).build()));
        EntityPath s1 = EntityPath.subscription("t", "s1");
        bus.get(bus.namespace.createSubscription(
                SubscriptionDescription.builder("t", "s1").build()));
        bus.send(EntityPath.topic("t"), TestBus.text("m"));
        bus.get(bus.namespace.createSubscription(
                SubscriptionDescription.builder("t", "s2").build()));
        EntityPath s2 = EntityPath.subscription("t", "s2");
        bus.get(prepare(XID, new PartitionCommit(0, List.of(out(EntityPath.topic("t"), "n")), List.of())));
        bus.get(bus.namespace.commitBranch(XID));
        for (int i = 0; i < 2; i++) {
            Delivery n = bus.take(s2);
            assertThat(n.sequenceNumber()).isEqualTo(1);
            assertThat(n.enqueuedSequenceNumber()).isEqualTo(2);
            bus = bus.crashed();
        }
    }
}
