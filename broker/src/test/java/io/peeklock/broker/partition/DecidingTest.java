/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a coordinator decides, and what it says of it. */
@Tag("X4")
class DecidingTest extends OneCoordinator {
    /** What partitions 1 and 2 were told, and have not answered. */
    private final Map<Integer, List<BranchCommand.EndPart>> told = Map.of(1, new ArrayList<>(), 2, new ArrayList<>());

    @Override
    Partition opening() {
        told.forEach(
                (other, commands) -> exchange.joins(other, command -> commands.add((BranchCommand.EndPart) command)));
        return super.opening();
    }

    private void begin() {
        noted("begun", partition.begin(ID));
        run();
    }

    private void decide(TransactionWork work) {
        noted("decided", partition.decide(ID, work, List.of(1, 2)));
        run();
    }

    private void decided() {
        begin();
        decide(SEND);
        assertThat(answers).containsExactly("begun", "decided");
    }

    private void fail() {
        store.failNextAppend(0, Reason.IO);
        partition.send(ENTITY, message(1));
        run();
        partition.reopen();
        run();
    }

    private void reload() {
        partition.close();
        run();
        store.compact(0, 1);
        partition = opening();
        run();
    }

    private long active() {
        CompletableFuture<EntityCounters> counters = partition.count(ENTITY);
        run();
        return counters.join().active();
    }

    @Nested
    class WhatWasBegun {

        @Test
        void isPendingUntilItIsDecided() {
            begin();
            assertThat(verdict()).isEqualTo(Verdict.PENDING);
            decide(SEND);
            assertThat(verdict()).isEqualTo(Verdict.COMMITTED);
            assertThat(active()).isEqualTo(1);
        }

        @Test
        void isRolledBackWhenItIsGivenUp() {
            begin();
            partition.giveUp(ID);
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            decide(SEND);
            assertThat(answers).containsExactly("begun", "decided PartitionUnavailable");
            assertThat(active()).isZero();
        }

        @Test
        void isRolledBackByALoadAndThenNeverDecided() {
            begin();
            fail();
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            decide(SEND);
            assertThat(answers).containsExactly("begun", "decided PartitionUnavailable");
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            assertThat(active()).isZero();
        }

        @Test
        void isDecidedOnce() {
            decided();
            decide(SEND);
            assertThat(answers).endsWith("decided PartitionUnavailable");
            assertThat(active()).isEqualTo(1);
        }

        @Test
        void isRolledBackIfTheWorkHereIsRefused() {
            Delivery delivery = received();
            partition.settle(delivery.requireLockToken(), Settlement.COMPLETE);
            begin();
            StagedSettlement lost = new StagedSettlement(delivery.requireLockToken(), Settlement.COMPLETE);
            decide(new TransactionWork(SEND.sends(), List.of(lost), List.of()));
            assertThat(answers).endsWith("decided MessageLockLost");
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            decide(SEND);
            assertThat(answers).endsWith("decided PartitionUnavailable");
            assertThat(active()).isZero();
        }
    }

    @Test
    void whatWasNeverBegunIsRolledBack() {
        assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
        decide(SEND);
        assertThat(answers).containsExactly("decided PartitionUnavailable");
    }

    /** Who is told that something is committed must not see it rolled back. */
    @Test
    void nobodyHearsOfADecisionBeforeItIsOnDisk() {
        begin();
        noted("decided", partition.decide(ID, SEND, List.of(1, 2)));
        CompletableFuture<Map<UUID, Verdict>> asked = new CompletableFuture<>();
        exchange.submit(0, new DecisionCommand.Ask(List.of(ID), asked));
        runtime.runUntilIdle();
        assertThat(asked).isNotDone();
        store.failNextSync(0, Reason.IO, 0);
        run();
        assertThat(asked).isCompletedExceptionally();
        assertThat(answers).containsExactly("begun", "decided OutcomeUnknown");
        partition.reopen();
        assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
        assertThat(active()).isZero();
    }

    @Nested
    class ADecision {

        @Test
        void outlivesALoad() {
            decided();
            reload();
            assertThat(verdict()).isEqualTo(Verdict.COMMITTED);
            assertThat(active()).isEqualTo(1);
        }

        @Test
        void staysUntilTheLastParticipantIsDone() {
            decided();
            partition.participantDone(ID, 2);
            partition.participantDone(ID, 2);
            assertThat(verdict()).isEqualTo(Verdict.COMMITTED);
            reload();
            assertThat(verdict()).isEqualTo(Verdict.COMMITTED);
            noted("done", partition.participantDone(ID, 1));
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            assertThat(answers).endsWith("done");
        }

        @Test
        void isGoneAfterALoadWhenAllAreDone() {
            begin();
            decide(new TransactionWork(List.of(), List.of(), List.of()));
            partition.participantDone(ID, 1);
            partition.participantDone(ID, 2);
            run();
            reload();
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
        }

        @Test
        void isNothingToWakeUpForWhenAllAreDone() {
            decided();
            partition.participantDone(ID, 1);
            partition.participantDone(ID, 2);
            assertIsIdle();
        }

        /** Whoever keeps more than there is room for refuses to send. */
        @Test
        void takesMemoryUntilAllAreDone() {
            begin();
            decide(new TransactionWork(List.of(), List.of(), List.of()));
            long kept = budget.indexBytes();
            assertThat(kept).isPositive();
            partition.participantDone(ID, 1);
            run();
            assertThat(budget.indexBytes()).isEqualTo(kept);
            again(budget);
            assertThat(budget.indexBytes()).isEqualTo(kept);
            partition.participantDone(ID, 2);
            run();
            assertThat(budget.indexBytes()).isZero();
        }

        @Test
        void ofNobodyElseIsNotKept() {
            begin();
            noted("decided", partition.decide(ID, SEND, List.of()));
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            assertThat(active()).isEqualTo(1);
        }
    }

    /** A record that this program cannot read may be the decision. */
    @Nested
    class AJournalThatWasDamaged {

        @Test
        void presumesNothingOfWhatItDoesNotKnow() throws JournalException {
            loadWithUnreadable(RecordKind.DECISION);
            assertThat(verdict()).isEqualTo(Verdict.UNKNOWN);
        }

        @Test
        void knowsWhatWasBegunSince() throws JournalException {
            loadWithUnreadable(RecordKind.DECISION);
            begin();
            assertThat(verdict()).isEqualTo(Verdict.PENDING);
            partition.giveUp(ID);
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
        }

        @Test
        void neverSaysOfWhatItHasCommittedThatItWasRolledBack() throws JournalException {
            loadWithUnreadable(RecordKind.DECISION);
            decided();
            partition.participantDone(ID, 1);
            partition.participantDone(ID, 2);
            assertThat(verdict()).isEqualTo(Verdict.UNKNOWN);
        }

        @Test
        void presumesAsEverIfWhatCannotBeReadIsOfNoTransaction() throws JournalException {
            loadWithUnreadable(RecordKind.SESSION_STATE);
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
        }
    }

    @Nested
    class WhoIsNotDone {

        private void tellsEach(int times) {
            told.forEach((participant, commands) -> assertThat(commands)
                    .as("told to %d", participant)
                    .hasSize(times)
                    .allMatch(command -> command.id().equals(ID) && command.commit()));
        }

        @Test
        void isToldAfterALoadUntilItAnswers() {
            decided();
            tellsEach(0);
            reload();
            tellsEach(1);
            runtime.advance(Duration.ofMillis(110));
            run();
            tellsEach(2);
            told.get(1).get(0).reply().complete(true);
            // This one has ended its part before, or has none: it is done.
            told.get(2).get(1).reply().complete(false);
            run();
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            runtime.advance(Duration.ofMinutes(1));
            run();
            tellsEach(2);
        }

        @Test
        void isToldAgainEverLaterIfItIsOut() {
            decided();
            reload();
            for (int i = 0; i < 40; i++) {
                told.get(1).forEach(command -> command.refuse(out()));
                runtime.advance(Duration.ofMillis(500));
                run();
            }
            assertThat(told.get(1).size()).isBetween(7, 12);
            int before = told.get(1).size();
            runtime.advance(Duration.ofSeconds(7));
            run();
            told.get(1).get(before).reply().complete(true);
            run();
            before = told.get(1).size();
            runtime.advance(Duration.ofMinutes(1));
            run();
            assertThat(told.get(1)).hasSize(before);
            assertThat(told.get(2).size()).isGreaterThan(before);
            assertThat(verdict()).isEqualTo(Verdict.COMMITTED);
        }

        @Test
        void isLeftToItsDriverAtFirst() {
            decided();
            runtime.advance(Duration.ofSeconds(9));
            run();
            tellsEach(0);
            runtime.advance(Duration.ofMillis(1010));
            run();
            tellsEach(1);
        }

        /** Else it would commit what a crash here takes back. */
        @Test
        void isNotToldOfWhatIsNotOnDisk() {
            begin();
            partition.decide(ID, SEND, List.of(1, 2));
            runtime.runUntilIdle();
            runtime.advance(Duration.ofMillis(10_050));
            tellsEach(0);
            run();
            tellsEach(1);
        }

        private BrokerException out() {
            return new BrokerException(ErrorCode.PartitionUnavailable, "out");
        }
    }
}
