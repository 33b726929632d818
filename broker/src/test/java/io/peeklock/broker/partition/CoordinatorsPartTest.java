/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchXid;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A branch over several partitions as its coordinator has it: prepared last, ended first. */
@Tag("X4")
@Tag("X5")
class CoordinatorsPartTest extends OneCoordinator {
    private void prepare(List<Integer> participants) {
        BranchXid xid = new BranchXid(1, new byte[] {1}, new byte[] {1});
        noted("prepared", partition.prepare(new PreparedPart(ID, 0, xid, participants), SEND));
        run();
    }

    private void prepared() {
        partition.begin(ID);
        prepare(List.of(1, 2));
        assertThat(answers).containsExactly("prepared");
        assertThat(verdict()).isEqualTo(Verdict.PENDING);
    }

    private void reload() {
        partition.close();
        run();
        store.compact(0, 1);
        partition = opening();
        run();
    }

    private long active() {
        return join(partition.count(ENTITY)).active();
    }

    private <T> T join(CompletableFuture<T> future) {
        run();
        return future.join();
    }

    @Nested
    class IsPrepared {

        @Test
        void onlyIfItWasBegunAndNotLoadedSince() {
            partition.begin(ID);
            store.failNextAppend(0, Reason.IO);
            partition.send(ENTITY, message(1));
            run();
            partition.reopen();
            prepare(List.of(1, 2));
            assertThat(answers).containsExactly("prepared PartitionUnavailable");
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            assertThat(join(partition.parts())).isEmpty();
        }

        @Test
        void withoutABeginningIfItHasNoParticipants() {
            prepare(List.of());
            assertThat(answers).containsExactly("prepared");
        }

        @Test
        void soThatItIsPendingForWhoeverAsks() {
            prepared();
            reload();
            assertThat(verdict()).isEqualTo(Verdict.PENDING);
        }

        @Test
        void andTakesTheMarkSoThatItIsNotDecidedTwice() {
            prepared();
            noted("decided", partition.decide(ID, SEND, List.of(1, 2)));
            run();
            assertThat(answers).containsExactly("prepared", "decided PartitionUnavailable");
        }
    }

    @Nested
    class ItsCommit {

        @Test
        void isTheDecisionAlsoAfterALoad() {
            prepared();
            assertThat(join(partition.endPart(ID, true))).isTrue();
            assertThat(verdict()).isEqualTo(Verdict.COMMITTED);
            reload();
            assertThat(verdict()).isEqualTo(Verdict.COMMITTED);
            assertThat(active()).isEqualTo(1);
            partition.participantDone(ID, 1);
            partition.participantDone(ID, 2);
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
        }

        /** There is never a part without its decision, nor the other way round. */
        @Test
        void isInOneBatch() {
            prepared();
            CompletableFuture<Boolean> ended = partition.endPart(ID, true);
            runtime.runUntilIdle();
            assertThat(store.waiting(0)).isEqualTo(1);
            store.failNextSync(0, Reason.IO, 0);
            run();
            assertThat(ended).isCompletedExceptionally();
            partition.reopen();
            assertThat(verdict()).isEqualTo(Verdict.PENDING);
            assertThat(join(partition.parts())).hasSize(1);
        }

        @Test
        void byHandIsADecisionToo() {
            prepared();
            assertThat(join(partition.endByHand(ID, true))).isTrue();
            reload();
            assertThat(verdict()).isEqualTo(Verdict.COMMITTED);
            assertThat(join(partition.parts())).hasSize(1);
        }
    }

    @Nested
    class ItsRollback {

        @Test
        void isKnownToWhoeverAsks() {
            prepared();
            assertThat(join(partition.endPart(ID, false))).isTrue();
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            reload();
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            assertThat(active()).isZero();
        }

        @Test
        void isCertainAlsoWhereTheJournalHasLostSomethingElse() throws JournalException {
            prepared();
            loadWithUnreadable(RecordKind.BRANCH);
            assertThat(verdict()).isEqualTo(Verdict.PENDING);
            assertThat(join(partition.endPart(ID, false))).isTrue();
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
        }

        @Test
        void byHandIsKnownToWhoeverAsksWhileItIsRemembered() {
            prepared();
            assertThat(join(partition.endByHand(ID, false))).isTrue();
            reload();
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            assertThat(join(partition.parts())).hasSize(1);
        }
    }
}
