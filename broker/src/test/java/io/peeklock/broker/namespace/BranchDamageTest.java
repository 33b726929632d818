/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of new transactions after a coordinator has found damage. */
@Tag("X4")
class BranchDamageTest extends SpanFixture {
    private static final BranchXid XID = xid("one");

    private void damage(int kind) throws Exception {
        bus.close();
        SimulatedJournalStore store = bus.store().kill();
        try (PartitionJournal journal = store.open(0, new JournalListener() {
            @Override
            public void durable(long index) {}

            @Override
            public void failed(io.peeklock.journal.JournalException cause) {}
        })) {
            journal.load(new RecordVisitor() {
                @Override
                public void put(long id, int kind, ByteBuffer body) {}

                @Override
                public void replace(long id, int kind, ByteBuffer body) {}

                @Override
                public void remove(long id) {}
            });
            journal.append(new Batch()
                    .put(100000, kind, RecordBody.of(new byte[] {99}))
                    .durable());
        }
        bus = new TestBus(store, bus.namespace.config(), bus.runtime.after());
    }

    @Test
    void whatIsBegunAfterwardsIsRolledBackEverywhere() throws Exception {
        bus.get(commit(sends(0, "x"), sends(1, "y")));
        damage(21);
        Delivery y = bus.take(Q1);
        bus.get(prepare(XID, sends(0, "a", "b"), completes(y)));
        fail(1);
        assertThat(bus.get(bus.namespace.rollbackBranch(XID))).isEqualTo(BranchOutcome.DONE);
        reopen(1);
        settleDown();
        assertThat(ready(Q1)).containsExactly("y");
    }
}
