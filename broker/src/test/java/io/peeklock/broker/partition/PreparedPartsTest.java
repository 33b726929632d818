/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Settlement;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How prepared parts are listed, ended, forgotten and damaged. */
@Tag("X5")
class PreparedPartsTest extends PartsFixture {
    private static final UUID UNKNOWN = new UUID(9, 9);

    private List<PartInfo> parts() {
        return get(partition.parts());
    }

    private UUID oneOfEach() {
        send(QUEUE, message("received"));
        List<Delivery> received = receive(QUEUE, 1);
        return prepared(new TransactionWork(
                List.of(new Submission(SPLIT, message("sent"))),
                settles(Settlement.COMPLETE, received).settlements(),
                List.of()));
    }

    @Nested
    class Listed {

        @Test
        void sayWhatTheyAreAlsoAfterARestart() {
            UUID part = oneOfEach();
            long preparedAtMs = runtime.clock().wallTimeMs();
            PartInfo expected = new PartInfo(
                    new PreparedPart(part, 0, XID, List.of()), PreparedBranch.State.PREPARED, 1, 1, preparedAtMs);
            assertThat(parts()).containsExactly(expected);
            powerCut();
            assertThat(parts()).containsExactly(expected);
        }

        @Test
        void ofLocalTransactionsHaveNoXid() {
            UUID id = new UUID(1, 1);
            PreparedPart local = new PreparedPart(id, 3, null, List.of());
            get(partition.prepare(local, sends(QUEUE, message("a"))));
            powerCut();
            assertThat(parts()).extracting(PartInfo::part).containsExactly(local);
        }

        /** Its transaction manager asks for it by its Xid, whatever is left of it. */
        @Test
        @Tag("N10")
        void areThereThoughEverythingInThemWasVolatile() {
            prepared(sends(QUEUE, builder("a").durable(false).build()));
            powerCut();
            assertThat(parts()).extracting(PartInfo::sends).containsExactly(0);
        }

        @Test
        @Tag("W4")
        void byEntity() {
            prepared(sends(TOPIC, message("a")));
            oneOfEach();
            powerCut();
            assertThat(List.of(QUEUE, SPLIT, TOPIC, FIRST, SECOND))
                    .allSatisfy(
                            entity -> assertThat(get(partition.partsOf(entity))).hasSize(1));
            assertThat(get(partition.partsOf(DETECTS))).isEmpty();
        }
    }

    @Nested
    class Ended {

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void onceOnly(boolean commit) {
            UUID part = oneOfEach();
            assertThat(get(partition.endPart(part, commit))).isTrue();
            assertThat(get(partition.endPart(part, !commit))).isFalse();
            powerCut();
            assertThat(get(partition.endPart(part, !commit))).isFalse();
            assertThat(parts()).isEmpty();
            assertThat(receive(SPLIT, 1)).hasSize(commit ? 1 : 0);
            assertThat(receive(QUEUE, 1)).hasSize(commit ? 0 : 1);
        }

        @Test
        void ifTheyAreHere() {
            assertThat(get(partition.endPart(UNKNOWN, true))).isFalse();
            assertThat(get(partition.endByHand(UNKNOWN, true))).isFalse();
            assertThat(get(partition.forgetPart(UNKNOWN))).isFalse();
        }

        /** Who is told that there is none may forget it. */
        @Test
        void andWhoComesSecondHearsThatWhenItIsOnDisk() {
            UUID part = oneOfEach();
            partition.endPart(part, true);
            CompletableFuture<Boolean> again = partition.endPart(part, true);
            runtime.runUntilIdle();
            assertThat(again).isNotDone();
            assertThat(get(again)).isFalse();
        }

        /** What was not on disk is prepared as before. */
        @Test
        void notIfThePowerIsCutBefore() {
            UUID part = oneOfEach();
            CompletableFuture<Boolean> ended = partition.endPart(part, true);
            runtime.runUntilIdle();
            assertThat(ended).isNotDone();
            powerCut();
            assertThat(parts()).hasSize(1);
            commit(part);
            assertThat(receive(SPLIT, 1)).hasSize(1);
        }
    }

    @Nested
    class EndedByHand {

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areRememberedUntilTheyAreForgotten(boolean commit) {
            UUID part = oneOfEach();
            assertThat(get(partition.endByHand(part, commit))).isTrue();
            PreparedBranch.State outcome = commit
                    ? PreparedBranch.State.HEURISTICALLY_COMMITTED
                    : PreparedBranch.State.HEURISTICALLY_ROLLED_BACK;
            powerCut();
            assertThat(parts()).extracting(PartInfo::state).containsExactly(outcome);
            assertThat(parts()).extracting(PartInfo::sends).containsExactly(0);
            assertThat(parts()).extracting(info -> info.part().xid()).containsExactly(XID);
            assertThat(get(partition.partsOf(SPLIT))).isEmpty();
            assertThat(receive(SPLIT, 1)).hasSize(commit ? 1 : 0);
            assertThat(receive(QUEUE, 1)).hasSize(commit ? 0 : 1);
            assertThat(get(partition.forgetPart(part))).isTrue();
            powerCut();
            assertThat(parts()).isEmpty();
        }

        @Test
        void cannotBeEndedOtherwiseAfterwards() {
            UUID part = oneOfEach();
            get(partition.endByHand(part, false));
            assertThat(get(partition.endPart(part, true))).isFalse();
            assertThat(get(partition.endByHand(part, true))).isFalse();
            assertThat(receive(SPLIT, 1)).isEmpty();
        }

        @Test
        void areForgottenOnlyThen() {
            UUID part = oneOfEach();
            assertThat(get(partition.forgetPart(part))).isFalse();
            assertThat(parts()).hasSize(1);
        }
    }

    @Nested
    @Tag("W4")
    class OfADeletedEntity {

        @ParameterizedTest
        @ValueSource(longs = {QUEUE, SPLIT})
        void loseWhatTheyHaveThereAtOnce(long deleted) {
            UUID part = oneOfEach();
            partition.drop(deleted);
            commit(part);
            assertThat(parts()).isEmpty();
            long left = deleted == QUEUE ? SPLIT : QUEUE;
            assertThat(receive(left, 1)).hasSize(deleted == QUEUE ? 1 : 0);
        }

        @ParameterizedTest
        @ValueSource(longs = {QUEUE, SPLIT})
        void loseWhatTheyHaveThereAndCommitTheRest(long deleted) {
            UUID part = oneOfEach();
            get(partition.drop(deleted));
            entities.remove(deleted);
            powerCut();
            assertThat(partition.health().findings()).isEmpty();
            commit(part);
            if (deleted == QUEUE) {
                assertThat(receive(SPLIT, 1)).hasSize(1);
            } else {
                assertThat(counters(QUEUE).sizeBytes()).isZero();
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void loseItAlsoIfThePartitionWasOut(boolean commit) throws JournalException {
            UUID part = oneOfEach();
            prepared(sends(TOPIC, message("a"), message("x".repeat(200_000))));
            close();
            entities.clear();
            start();
            assertThat(partition.health().findings()).isEmpty();
            assertThat(parts()).hasSize(2);
            assertThat(get(partition.endPart(part, commit))).isTrue();
            rollback(new UUID(7, 1));
            close();
            assertThat(records().ids()).isEmpty();
        }

        @Test
        void loseADestinationThatIsATopic() throws JournalException {
            UUID part = prepared(sends(TOPIC, message("a")));
            for (long id : List.of(FIRST, TOPIC, SECOND)) {
                get(partition.drop(id));
                entities.remove(id);
            }
            powerCut();
            assertThat(partition.health().findings()).isEmpty();
            commit(part);
            close();
            assertThat(records().ids()).isEmpty();
        }
    }

    @Nested
    class Damaged {

        private List<Damage> damages() {
            return partition.health().findings().stream().map(Finding::damage).toList();
        }

        /** A message without a number, that nobody will send, is kept and said. */
        @Test
        void reportTheMessagesThatNobodySends() throws JournalException {
            oneOfEach();
            close();
            LiveRecords before = records();
            long branch = before.ofKind(RecordKind.BRANCH).get(0);
            tamper(new Batch().remove(branch));
            assertThat(damages()).containsExactly(Damage.MISSING_RECORD);
            assertThat(counters(SPLIT).sizeBytes()).isZero();
            assertThat(texts(receive(QUEUE, 1))).containsExactly("received");
            close();
            assertThat(records().ids()).containsAll(before.ofKind(RecordKind.MESSAGE));
        }

        @Test
        void areSetAsideIfTheyCannotBeRead() throws JournalException {
            prepared(sends(QUEUE, message("a")));
            close();
            long branch = records().ofKind(RecordKind.BRANCH).get(0);
            ByteBuffer out =
                    ByteBuffer.allocate(20).put(BranchRecord.VERSION).putInt(0).putInt(1);
            tamper(new Batch().remove(branch).put(branch + 100, RecordKind.BRANCH.id(), RecordBody.of(out.array())));
            assertThat(damages()).containsExactlyInAnyOrder(Damage.CORRUPT_RECORD, Damage.MISSING_RECORD);
            assertThat(store.quarantined()).hasSize(1);
            assertThat(parts()).isEmpty();
        }

        @Test
        void areSetAsideIfAPieceIsMissing() throws JournalException {
            send(SESSIONS, builder("a").sessionId("s").build());
            String reason = "x".repeat(16_000);
            List<Delivery> received = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                send(QUEUE, message("m" + i));
            }
            received.addAll(receive(QUEUE, 10));
            UUID part = prepared(settles(new Settlement.DeadLetter(reason, null, Map.of()), received));
            powerCut();
            assertThat(parts()).extracting(PartInfo::messages).containsExactly(10);
            close();
            List<Long> pieces = records().ofKind(RecordKind.BRANCH);
            assertThat(pieces).hasSize(2);
            tamper(new Batch().remove(pieces.get(1)));
            assertThat(damages()).containsExactly(Damage.CORRUPT_RECORD);
            assertThat(partition.health().findings().get(0).description())
                    .contains("a prepared transaction has 1 of 2 records: what it had received");
            assertThat(get(partition.endPart(part, true))).isFalse();
            assertThat(receive(QUEUE, 10)).hasSize(10);
        }
    }
}
