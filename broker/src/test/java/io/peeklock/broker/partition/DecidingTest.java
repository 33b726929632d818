/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a coordinator decides, and what it says of it. */
@Tag("X4")
class DecidingTest extends OnePartition {
    private static final UUID ID = new UUID(4, 2);
    private static final TransactionWork SEND =
            new TransactionWork(List.of(new Submission(ENTITY, message(1))), List.of(), List.of());

    private final Exchange exchange = new Exchange(3);

    @Override
    Partition opening() {
        PartitionSettings settings = new PartitionSettings(
                journals, runtime, Profile.JMS, new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE), exchange, false);
        Partition opening = new Partition(0, settings, Duration.ofSeconds(60));
        opening.start(List.of(entity(1, LOCK)), List.of(), ENTITY);
        return opening;
    }

    private Verdict verdict() {
        CompletableFuture<Map<UUID, Verdict>> reply = new CompletableFuture<>();
        exchange.submit(0, new DecisionCommand.Ask(List.of(ID), reply));
        run();
        return reply.join().get(ID);
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
        void ofNobodyElseIsNotKept() {
            begin();
            noted("decided", partition.decide(ID, SEND, List.of()));
            assertThat(verdict()).isEqualTo(Verdict.ROLLED_BACK);
            assertThat(active()).isEqualTo(1);
        }
    }
}
