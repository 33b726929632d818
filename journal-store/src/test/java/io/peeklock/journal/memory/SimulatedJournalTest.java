/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.Batch;
import io.peeklock.journal.FailingJournalContract;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordBody;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The simulated journal keeps every journal's promises, and loses exactly what was not synced.
 *
 * <p>Not thread safe.
 */
final class SimulatedJournalTest extends FailingJournalContract {

    private SimulatedJournalStore simulated = new SimulatedJournalStore(4);

    @Override
    protected JournalStore openStore() {
        return simulated;
    }

    @Override
    protected JournalStore reopenStore(JournalStore closing) {
        simulated = simulated.kill();
        return simulated;
    }

    @Override
    protected void makeDurable(PartitionJournal which, long index) {
        simulated.sync();
        assertThat(which.durableIndex()).isGreaterThanOrEqualTo(index);
    }

    @Override
    protected void breakDisk() {
        simulated.failNextSync(0, Reason.IO, 1);
    }

    @Override
    protected void healDisk() {}

    @Override
    protected void attemptSync(PartitionJournal journal) {
        simulated.sync();
    }

    @Override
    protected JournalStore crash() {
        simulated = simulated.crash();
        return simulated;
    }

    private static Batch put(long id) {
        return new Batch().put(id, 1, RecordBody.of(("body " + id).getBytes(UTF_8)));
    }

    @Nested
    class Sync {

        @Test
        void aloneMakesABatchDurable() throws Exception {
            journal().append(put(1).durable());
            journal().append(put(2).durable());
            assertThat(journal().durableIndex()).isZero();
            assertThat(simulated.waiting(0)).isEqualTo(2);
            simulated.sync(0, 1);
            assertThat(progress().durable()).isEqualTo(1);
            simulated.sync();
            assertThat(progress().durable()).isEqualTo(2);
        }

        @Test
        void thatFailsLeavesTheOutcomeUnknown() throws Exception {
            for (int id = 1; id <= 3; id++) {
                journal().append(put(id));
            }
            simulated.failNextSync(0, Reason.IO, 2);
            simulated.sync();
            assertThat(progress().durable()).isZero();
            assertThat(progress().failure()).isNotNull();
            journal().close();
            openJournalOf(simulated);
            assertThat(loaded().ids()).containsExactly(1L, 2L);
        }
    }

    @Nested
    class Crash {

        @Test
        void losesWhatWasNotSynced() throws Exception {
            journal().append(put(1));
            simulated.sync();
            journal().append(put(2).durable());
            openJournalOf(crash());
            assertThat(loaded().ids()).containsExactly(1L);
        }

        @Test
        void byChanceKeepsAnyNumberOfFirstBatches() throws Exception {
            Set<List<Long>> seen = new HashSet<>();
            for (int seed = 0; seed < 40; seed++) {
                simulated = new SimulatedJournalStore(4);
                openJournalOf(simulated);
                for (int id = 1; id <= 3; id++) {
                    journal().append(put(id));
                }
                simulated = simulated.crash(new Random(seed * 0x9E3779B97F4A7C15L));
                openJournalOf(simulated);
                seen.add(loaded().ids());
            }
            assertThat(seen).containsExactlyInAnyOrder(List.of(), List.of(1L), List.of(1L, 2L), List.of(1L, 2L, 3L));
        }

        @Test
        void ofTheProcessAloneLosesNothing() throws Exception {
            journal().append(put(1));
            simulated = simulated.kill();
            openJournalOf(simulated);
            assertThat(loaded().ids()).containsExactly(1L);
            assertThat(report().cleanlyClosed()).isFalse();
        }
    }

    @Nested
    class Compaction {

        @Test
        void changesNothingThatALoadAmountsTo() throws Exception {
            Random random = new Random(3);
            Set<Long> live = new HashSet<>();
            for (long id = 1; id <= 200; id++) {
                Batch batch = put(id);
                live.add(id);
                for (Long other : List.copyOf(live)) {
                    if (random.nextInt(8) == 0) {
                        batch.replace(other, 2, RecordBody.of(("r" + random.nextInt()).getBytes(UTF_8)));
                    } else if (random.nextInt(20) == 0) {
                        batch.remove(other);
                        live.remove(other);
                    }
                }
                journal().append(batch);
            }
            journal().close();
            openJournalOf(simulated);
            List<String> before = loaded().lines();
            for (int seed = 0; seed < 5; seed++) {
                journal().close();
                simulated.compact(0, seed);
                openJournalOf(simulated);
                assertThat(loaded().lines()).isEqualTo(before);
            }
            assertThat(before).isNotEmpty();
        }
    }

    @Nested
    class Room {

        @Test
        void isTakenAndComesBack() {
            simulated.setRoom(0, false);
            assertThat(journal().hasRoomFor(1, 1)).isFalse();
            simulated.setRoom(0, true);
            assertThat(journal().hasRoomFor(1, 1)).isTrue();
            assertThat(progress().roomReports()).isEqualTo(1);
        }
    }
}
