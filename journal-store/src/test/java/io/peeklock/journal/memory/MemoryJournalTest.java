/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.LoadedRecords;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.PartitionJournalContract;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.RecordedProgress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The journal in memory keeps every journal's promises, and its own.
 *
 * <p>Not thread safe.
 */
final class MemoryJournalTest extends PartitionJournalContract {

    @Override
    protected JournalStore openStore() {
        return new MemoryJournalStore(4, true);
    }

    @Override
    protected JournalStore reopenStore(JournalStore closing) {
        return closing;
    }

    @Nested
    class TheListener {

        @Test
        void hearsOfABatchBeforeAppendReturns() throws Exception {
            List<Long> heard = new ArrayList<>();
            PartitionJournal journal = open(store(), heard::add);
            heard.add(-journal.append(new Batch().put(1, 1, RecordBody.of(new byte[1]))));
            assertThat(heard).containsExactly(1L, -1L);
        }

        @Test
        void mustNotAppend() throws Exception {
            List<Throwable> thrown = new ArrayList<>();
            List<PartitionJournal> journal = new ArrayList<>();
            journal.add(open(store(), index -> {
                try {
                    journal.get(0).append(new Batch().put(2, 1, RecordBody.of(new byte[1])));
                } catch (JournalException | IllegalStateException e) {
                    thrown.add(e);
                }
            }));
            journal.get(0).append(new Batch().put(1, 1, RecordBody.of(new byte[1])));
            assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
            journal.get(0).append(new Batch().remove(1));
        }
    }

    @Nested
    class NotRetaining {

        private final MemoryJournalStore forgetful = new MemoryJournalStore(2, false);

        @Test
        void encodesNothingAndIsEmptyWhenReopened() throws Exception {
            PartitionJournal journal = open(forgetful, index -> {});
            journal.append(new Batch().put(7, 1, new RecordBody() {
                @Override
                public int encodedBytes() {
                    return 5;
                }

                @Override
                public void encodeTo(ByteBuffer out) {
                    throw new AssertionError("encoded");
                }
            }));
            journal.close();
            LoadedRecords loaded = new LoadedRecords();
            LoadReport report = forgetful.open(1, new RecordedProgress()).load(loaded);
            assertThat(loaded.all()).isEmpty();
            assertThat(report.maxRecordId()).as("used ids stay used").isEqualTo(7);
        }

        @Test
        void stillRefusesWhatIsTooLarge() throws Exception {
            PartitionJournal journal = open(forgetful, index -> {});
            assertThatThrownBy(() -> journal.append(
                            new Batch().put(1, 1, RecordBody.of(new byte[MemoryJournalStore.MAX_RECORD_BYTES + 1]))))
                    .isInstanceOf(JournalException.class);
            assertThat(journal.appendedIndex()).isZero();
        }
    }

    private interface Durable {
        void heard(long index);
    }

    private static PartitionJournal open(JournalStore store, Durable durable) throws JournalException {
        PartitionJournal journal = store.open(1, new JournalListener() {
            @Override
            public void durable(long index) {
                durable.heard(index);
            }

            @Override
            public void failed(JournalException cause) {
                throw new AssertionError(cause);
            }
        });
        journal.load(new LoadedRecords());
        return journal;
    }
}
