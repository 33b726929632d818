/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.runtime.ForwardingJournalStore;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Branches where a partition could not be loaded when the bus was opened: nobody knows what is prepared there (rule X5). */
@Tag("X5")
class UnloadedPartitionTest extends SpanFixture {
    private static final BranchXid XID = xid("one");

    /** Partition 2 cannot be opened for the time being. */
    private static final class Store extends ForwardingJournalStore {
        private boolean refuses = true;

        private Store(SimulatedJournalStore store) {
            super(store);
        }

        @Override
        public PartitionJournal open(int index, JournalListener listener) throws JournalException {
            if (index == 2 && refuses) {
                throw new JournalException(Reason.IO, "the disk of partition 2 is not there");
            }
            return store.open(index, listener);
        }
    }

    private SimulatedJournalStore left = new SimulatedJournalStore(1);
    private Store store = new Store(left);

    @BeforeEach
    void openWithoutAPartition() {
        bus.get(prepare(XID, sends(0, "a", "b"), sends(1, "c")));
        bus.get(prepare(xid("there"), sends(2, "d")));
        bus.runtime.crash();
        left = bus.store().kill();
        store = new Store(left);
        bus = new TestBus(store, bus.namespace.config(), bus.runtime.after());
    }

    private <T> T done(CompletableFuture<T> future) {
        for (int i = 0; i < 20; i++) {
            bus.run();
            left.sync();
        }
        return bus.get(future);
    }

    private ErrorCode refusal(CompletableFuture<?> future) {
        return done(future.handle((value, failure) -> ((BrokerException) failure).code()));
    }

    private void load() {
        store.refuses = false;
        done(bus.namespace.reopen(2));
    }

    @Test
    void keepsNoBranchFromBeingEndedThatIsDecidedElsewhere() {
        assertThat(done(bus.namespace.commitBranch(XID))).isEqualTo(BranchOutcome.DONE);
    }

    @Test
    void keepsOthersFromBeingKnownUntilItIsLoaded() {
        for (String name : new String[] {"there", "unknown"}) {
            assertThat(refusal(bus.namespace.commitBranch(xid(name)))).isEqualTo(ErrorCode.PartitionUnavailable);
        }
        load();
        assertThat(done(bus.namespace.commitBranch(xid("unknown")))).isEqualTo(BranchOutcome.NOT_FOUND);
        assertThat(done(bus.namespace.commitBranch(xid("there")))).isEqualTo(BranchOutcome.DONE);
    }

    @Test
    void preparesNoBranchThatItWouldDecide() {
        assertThat(refusal(prepare(xid("two"), sends(2, "x", "y"), sends(1, "x"))))
                .isEqualTo(ErrorCode.PartitionUnavailable);
        done(prepare(xid("two"), sends(1, "x")));
    }

    /** Its name was taken meanwhile: it is found when that one has ended. */
    @Test
    void bringsABranchWhoseNameWasTakenMeanwhile() {
        done(prepare(xid("there"), sends(1, "x")));
        load();
        assertThat(done(bus.namespace.preparedBranches())).hasSize(3);
        assertThat(done(bus.namespace.commitBranch(xid("there")))).isEqualTo(BranchOutcome.DONE);
        assertThat(done(bus.namespace.rollbackBranch(xid("there")))).isEqualTo(BranchOutcome.DONE);
        assertThat(done(bus.namespace.rollbackBranch(xid("there")))).isEqualTo(BranchOutcome.NOT_FOUND);
    }

    /** It takes long until it has said what is prepared there. */
    @Test
    @Tag("P8")
    void holdsUpNoPrepareInOthers() {
        load();
        bus.namespace.send(Q2, TestBus.text("not on disk yet").build());
        bus.run();
        CompletableFuture<Void> prepared = prepare(xid("two"), sends(0, "x"), sends(1, "y"));
        for (int i = 0; i < 5; i++) {
            bus.run();
            left.sync(0, 9);
            left.sync(1, 9);
        }
        bus.run();
        assertThat(prepared).isCompleted();
    }

    /** Who has asked for a branch before it was there waits until all are known, and may find it being prepared. */
    @Test
    void hidesNoBranchFromAnEndThatFindsItBeingPrepared() {
        BranchXid two = xid("two");
        load();
        bus.namespace.send(Q2, TestBus.text("not on disk yet").build());
        bus.run();
        CompletableFuture<BranchOutcome> end = bus.namespace.rollbackBranch(two);
        CompletableFuture<Void> prepared = prepare(two, sends(0, "x"), sends(1, "y"));
        bus.run();
        assertThat(end).isNotDone();
        left.sync(2, 9);
        bus.run();
        assertThat(prepared).isNotDone();
        done(prepared);
        assertThat(done(end)).isEqualTo(BranchOutcome.DONE);
        assertThat(done(bus.namespace.preparedBranches())).hasSize(2);
    }
}
