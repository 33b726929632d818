/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.TransactionInDoubt;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an administrator sees of messages that are on their way to a partition that is out. */
@Tag("W1")
class TransactionsInDoubtTest extends ForwardFixture {
    private static final EntityPath FIRST = EntityPath.queue("first");
    private static final EntityPath LAST = EntityPath.queue("last");
    private static final int HERE = 1;
    private static final int THERE = 2;

    @BeforeEach
    void create() {
        queue("last", queue -> queue.homePartition(THERE));
        queue("first", queue -> queue.homePartition(HERE).forwardTo("last"));
    }

    private List<TransactionInDoubt> inDoubt(int max) {
        return bus.get(bus.namespace.transactionsInDoubt(max));
    }

    private TransactionInDoubt only() {
        List<TransactionInDoubt> all = inDoubt(10);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private void fail(int partition) {
        bus.store().failNextAppend(partition, Reason.IO);
        bus.create(QueueDescription.builder("breaks" + partition).homePartition(partition));
        bus.failure(bus.namespace.send(
                EntityPath.queue("breaks" + partition), TestBus.text("x").build()));
    }

    @Test
    void areNoneWhileAllPartitionsServe() {
        send(FIRST, "a");
        assertThat(inDoubt(10)).isEmpty();
    }

    @Test
    void sayWhatWaitsWhereAndSinceWhen() {
        fail(THERE);
        bus.advance(Duration.ofSeconds(3));
        long now = bus.runtime.clock().wallTimeMs();
        send(FIRST, "a");
        TransactionInDoubt one = only();
        assertThat(one.source()).isEqualTo(FIRST);
        assertThat(one.partition()).isEqualTo(HERE);
        assertThat(one.destination()).isEqualTo(LAST);
        assertThat(one.destinationPartition()).isEqualTo(THERE);
        assertThat(one.messages()).isEqualTo(1);
        assertThat(one.attempts()).isPositive();
        assertThat(one.since().toEpochMilli()).isEqualTo(now);
        bus.advance(Duration.ofMinutes(5));
        assertThat(only().since()).isEqualTo(one.since());
        assertThat(only().attempts()).isGreaterThan(one.attempts());
    }

    @Test
    void endWhenThePartitionIsBack() {
        fail(THERE);
        send(FIRST, "a");
        bus.get(bus.namespace.reopen(THERE));
        bus.advance(Duration.ofMinutes(2));
        assertThat(inDoubt(10)).isEmpty();
        assertThat(textsOf(LAST)).containsExactly("a");
    }

    @Test
    void areKnownAfterTheirOwnPartitionWasReopened() {
        fail(THERE);
        send(FIRST, "a");
        TransactionInDoubt before = only();
        bus.advance(Duration.ofMinutes(5));
        fail(HERE);
        assertThat(inDoubt(10)).as("of a partition that is out").isEmpty();
        long reopened = bus.runtime.clock().wallTimeMs();
        bus.get(bus.namespace.reopen(HERE));
        TransactionInDoubt after = only();
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.since().toEpochMilli()).isEqualTo(reopened);
    }

    @Test
    void nameNoDestinationThatWasDeleted() {
        fail(THERE);
        send(FIRST, "a");
        bus.get(bus.namespace.deleteQueue("last"));
        assertThat(only().destination()).isNull();
    }

    @Test
    void areListedOldestFirstAndNoMoreThanAskedFor() {
        queue("second", queue -> queue.homePartition(0).forwardTo("last"));
        fail(THERE);
        send(FIRST, "a");
        bus.advance(Duration.ofSeconds(1));
        send(EntityPath.queue("second"), "b");
        assertThat(inDoubt(10))
                .extracting(TransactionInDoubt::source)
                .containsExactly(FIRST, EntityPath.queue("second"));
        assertThat(inDoubt(1)).extracting(TransactionInDoubt::source).containsExactly(FIRST);
    }

    @Test
    void areAtMostAThousand() {
        for (int max : List.of(0, 1001)) {
            BrokerException failure = bus.failure(bus.namespace.transactionsInDoubt(max));
            assertThat(failure.code()).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(failure).hasMessageContaining("1 to 1000");
        }
    }
}
