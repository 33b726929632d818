/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a participant does about a part that partition 1 decides. */
@Tag("X4")
class ResolvingTest extends OnePartition {
    private static final UUID ID = new UUID(4, 2);

    private final Exchange exchange = new Exchange(2);
    /** What partition 1 was asked, and has not answered. */
    private final List<DecisionCommand.Ask> asked = new ArrayList<>();
    /** What it was told is done. */
    private final List<UUID> done = new ArrayList<>();
    /** Whether what it asks itself is among what is asked. */
    private boolean asksItself;

    @Override
    Partition opening() {
        exchange.joins(1, command -> {
            if (command instanceof DecisionCommand.Ask ask) {
                asked.add(ask);
            } else if (command instanceof DecisionCommand.ParticipantDone one && one.participant() == 0) {
                done.add(one.id());
            }
        });
        PartitionSettings settings = new PartitionSettings(
                journals, timers, Profile.JMS, new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE), exchange, false);
        Partition opening = new Partition(0, settings, Duration.ofSeconds(60));
        if (asksItself) {
            exchange.joins(0, command -> asked.add((DecisionCommand.Ask) command));
        }
        opening.start(List.of(entity(1, LOCK)), List.of(), ENTITY);
        return opening;
    }

    /** A part that completes one message and sends another. */
    private void prepare(int coordinator) {
        Delivery delivery = received();
        TransactionWork work = new TransactionWork(
                List.of(new Submission(ENTITY, message(9))),
                List.of(new StagedSettlement(delivery.requireLockToken(), Settlement.COMPLETE)),
                List.of());
        noted(
                "prepared",
                partition.prepare(
                        new PreparedPart(ID, coordinator, new BranchXid(1, new byte[] {1}, new byte[] {1}), List.of()),
                        work));
        run();
        assertThat(answers).endsWith("prepared");
    }

    private void reload() {
        partition.close();
        run();
        store.compact(0, 1);
        partition = opening();
        run();
    }

    private void answer(Verdict verdict) {
        asked.remove(0).reply().complete(Map.of(ID, verdict));
        run();
    }

    private List<PartInfo> parts() {
        CompletableFuture<List<PartInfo>> parts = partition.parts();
        run();
        return parts.join();
    }

    /** Messages that can be received, by their sizes: 1 was received, 9 is sent. */
    private EntityCounters counters() {
        CompletableFuture<EntityCounters> counters = partition.count(ENTITY);
        run();
        return counters.join();
    }

    private void pass(Duration time) {
        runtime.advance(time);
        run();
    }

    private void isCommitted() {
        assertThat(parts()).isEmpty();
        assertThat(counters().active()).isEqualTo(1);
        assertThat(counters().sizeBytes()).isGreaterThan(8);
    }

    private void isRolledBack() {
        assertThat(parts()).isEmpty();
        assertThat(counters().active()).isEqualTo(1);
    }

    @Nested
    class APartThatWasLoaded {

        private void load() {
            prepare(1);
            reload();
            assertThat(asked)
                    .singleElement()
                    .satisfies(ask -> assertThat(ask.ids()).containsExactly(ID));
        }

        @Test
        void isCommittedIfItsCoordinatorSaysSoAndThatIsTold() {
            load();
            answer(Verdict.COMMITTED);
            isCommitted();
            assertThat(done).containsExactly(ID);
        }

        @Test
        void isRolledBackIfItsCoordinatorSaysSo() {
            load();
            answer(Verdict.ROLLED_BACK);
            isRolledBack();
            assertThat(done).isEmpty();
        }

        @Test
        void staysAndIsAskedAboutAgainEverLaterWhileItIsNotDecided() {
            load();
            for (int i = 0; i < 40; i++) {
                asked.forEach(ask -> ask.reply().complete(Map.of(ID, Verdict.PENDING)));
                pass(Duration.ofMillis(500));
            }
            assertThat(asked.size()).isBetween(7, 12);
            assertThat(parts()).hasSize(1);
            asked.clear();
            pass(Duration.ofSeconds(7));
            answer(Verdict.COMMITTED);
            isCommitted();
        }

        @Test
        void isAskedAboutAgainWhileItsCoordinatorIsOut() {
            load();
            asked.remove(0).refuse(new BrokerException(ErrorCode.PartitionUnavailable, "out"));
            assertThat(parts()).hasSize(1);
            pass(Duration.ofMillis(110));
            answer(Verdict.COMMITTED);
            isCommitted();
        }

        @Test
        void isToldToBeDoneWhenThatIsOnDisk() {
            load();
            asked.remove(0).reply().complete(Map.of(ID, Verdict.COMMITTED));
            runtime.runUntilIdle();
            assertThat(done).isEmpty();
            run();
            assertThat(done).containsExactly(ID);
        }

        @Test
        void thatHasEndedMeanwhileIsNotEndedOtherwiseByALateAnswer() {
            load();
            noted("ended", partition.endPart(ID, true));
            run();
            answer(Verdict.ROLLED_BACK);
            isCommitted();
            reload();
            isCommitted();
        }
    }

    @Nested
    class APartThatSomebodyDrives {

        @Test
        void isNotAskedAboutForTenSeconds() {
            prepare(1);
            pass(Duration.ofSeconds(9));
            assertThat(asked).isEmpty();
            pass(Duration.ofMillis(1010));
            answer(Verdict.COMMITTED);
            isCommitted();
            assertThat(done).containsExactly(ID);
        }

        @Test
        void isNotAskedAboutWhenItHasEnded() {
            prepare(1);
            partition.endPart(ID, false);
            pass(Duration.ofMinutes(1));
            assertThat(asked).isEmpty();
            isRolledBack();
        }
    }

    @Nested
    class APartThatHasEnded {

        @Test
        void isNothingToWakeUpFor() {
            prepare(1);
            partition.endPart(ID, false);
            assertIsIdle();
        }

        @Test
        void byHandAsItsCoordinatorSaysThenIsNothingToWakeUpFor() {
            prepare(1);
            partition.endByHand(ID, false);
            pass(Duration.ofSeconds(11));
            answer(Verdict.ROLLED_BACK);
            assertThat(parts()).isEmpty();
            assertIsIdle();
        }
    }

    /** Who else should know? */
    @Test
    void nobodyIsAskedAboutWhatIsDecidedHere() {
        asksItself = true;
        reload();
        prepare(0);
        pass(Duration.ofMinutes(1));
        reload();
        pass(Duration.ofMinutes(1));
        assertThat(asked).isEmpty();
        assertThat(parts()).hasSize(1);
    }
}
