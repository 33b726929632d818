/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.peeklock.journal.JournalException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link PartitionJournal} promises when its disk fails or the machine stops. Extended by the tests of
 * journals that can be made to fail.
 *
 * <p>Not thread safe.
 */
public abstract class FailingJournalContract extends PartitionJournalContract {

    /** From now on writes or syncs of journal 0 fail. */
    protected abstract void breakDisk() throws Exception;

    /** Ends {@link #breakDisk}. */
    protected abstract void healDisk() throws Exception;

    /** Cuts the power: returns the store that the next start opens, with nothing that was not durable. */
    protected abstract JournalStore crash() throws Exception;

    /** Brings what was appended to the disk or to its failure, if the journal waits for the test to do so. */
    protected void attemptSync(PartitionJournal journal) throws Exception {}

    private static Batch put(long id) {
        return new Batch().put(id, 1, RecordBody.of(("body " + id).getBytes(UTF_8)));
    }

    @Nested
    class AfterAFailure {

        /** Appends until the journal has failed: a batch may be taken before the disk is asked. */
        private void fail() throws Exception {
            makeDurable(journal(), journal().append(put(1).durable()));
            breakDisk();
            try {
                journal().append(put(2).durable());
                attemptSync(journal());
            } catch (JournalException e) {
                assertThat(e.reason()).isIn(Reason.IO, Reason.DISK_FULL);
            }
            waitUntil(() -> progress().failure() != null);
        }

        @Test
        void everythingIsRefusedWithTheFirstCause() throws Exception {
            fail();
            Reason first = progress().failure().reason();
            healDisk();
            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(JournalException.class)
                        .isThrownBy(() -> journal().append(put(3).durable()))
                        .matches(e -> e.reason() == first, first.name());
            }
            assertThat(journal().hasRoomFor(1, 1)).isFalse();
        }

        @Test
        void nothingIsReportedDurable() throws Exception {
            fail();
            healDisk();
            attemptSync(journal());
            journal().close();
            assertThat(progress().durable()).isEqualTo(1);
            assertThat(journal().durableIndex()).isEqualTo(1);
            assertThat(progress().violations()).isEmpty();
        }

        @Test
        void itIsOpenedAnewWithAllThatWasDurable() throws Exception {
            fail();
            journal().close();
            healDisk();
            RecordedProgress old = progress();
            openJournalOf(store());
            assertThat(loaded().ids())
                    .as("what was in flight may be there or not")
                    .startsWith(1L);
            makeDurable(journal(), journal().append(put(10).durable()));
            assertThat(old.durable())
                    .as("the old listener hears nothing of the new journal")
                    .isEqualTo(1);
        }

        @Test
        void otherJournalsGoOn() throws Exception {
            PartitionJournal other = store().open(1, new RecordedProgress());
            other.load(new LoadedRecords());
            fail();
            makeDurable(other, other.append(put(1).durable()));
        }
    }

    @Nested
    class AfterACrash {

        @Test
        void whatWasDurableIsThereAndTheStopIsKnownAsUnclean() throws Exception {
            List<Long> expected = new ArrayList<>();
            for (long id = 1; id <= 20; id++) {
                makeDurable(journal(), journal().append(put(id).durable()));
                if (id != 7 && id != 20) {
                    expected.add(id);
                }
            }
            makeDurable(
                    journal(), journal().append(new Batch().remove(7).remove(20).durable()));
            openJournalOf(crash());
            assertThat(loaded().ids()).isEqualTo(expected);
            assertThat(report().cleanlyClosed()).isFalse();
            assertThat(report().findings()).isEmpty();
            assertThat(report().maxRecordId()).isGreaterThanOrEqualTo(20);
        }
    }
}
