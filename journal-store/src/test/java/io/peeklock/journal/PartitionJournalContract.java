/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.journal.JournalException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link PartitionJournal} promises. A journal's test extends this and says how its store is opened.
 *
 * <p>Not thread safe.
 */
public abstract class PartitionJournalContract extends JournalUnderTest {

    @Nested
    class AJournalNeverUsed {

        @Test
        void loadsNothing() {
            assertThat(loaded.all()).isEmpty();
            assertThat(report.liveRecords()).isZero();
            assertThat(report.isHealthy()).isTrue();
            assertThat(report.cleanlyClosed()).isTrue();
        }

        @Test
        void doesNotExistBeforeItsFirstBatch() throws Exception {
            assertThat(store.exists(0)).isFalse();
            append(put(1, "a"));
            assertThat(store.exists(0)).isTrue();
            assertThat(store.exists(1)).isFalse();
        }

        @Test
        void hasAppendedNothing() {
            assertThat(journal.appendedIndex()).isZero();
            assertThat(journal.durableIndex()).isZero();
        }

        @Test
        void refusesAppendsBeforeItsLoad() throws Exception {
            PartitionJournal other = store.open(1, new RecordedProgress());
            assertThatThrownBy(() -> other.append(put(1, "a"))).isNotNull();
            other.close();
        }

        @Test
        void takesRecordsOfAtLeast128KiB() {
            assertThat(journal.maxRecordBytes()).isGreaterThanOrEqualTo(128 * 1024);
        }
    }

    @Nested
    class Append {

        @Test
        void countsBatchesFromOne() throws Exception {
            assertThat(append(put(1, "a"))).isEqualTo(1);
            assertThat(append(put(2, "b"))).isEqualTo(2);
            assertThat(journal.appendedIndex()).isEqualTo(2);
            reopen();
            assertThat(append(put(3, "c"))).isEqualTo(1);
        }

        @Test
        void tellsTheListenerWhenABatchIsDurable() throws Exception {
            long index = append(put(1, "a"));
            waitUntil(() -> progress.durable() == index);
        }

        @Test
        void keepsEverythingOfABatch() throws Exception {
            Batch batch = new Batch();
            for (int id = 1; id <= 1000; id++) {
                batch.put(id, id % 127 + 1, body("record " + id));
            }
            append(batch);
            reopen();
            assertThat(loaded.ids()).hasSize(1000);
            assertThat(loaded.get(77).text()).isEqualTo("record 77");
            assertThat(loaded.get(77).kind()).isEqualTo(78);
        }

        @Test
        void keepsTheOrderOfPuts() throws Exception {
            append(put(5, "a"));
            append(put(3, "b").put(9, 1, body("c")));
            append(put(7, "d"));
            append(new Batch().replace(5, 1, body("later")));
            reopen();
            assertThat(loaded.ids()).containsExactly(5L, 3L, 9L, 7L);
        }

        @Test
        void keepsBodiesOfAnySizeThatIsAllowed() throws Exception {
            byte[] largest = new byte[journal.maxRecordBytes()];
            new Random(1).nextBytes(largest);
            append(new Batch().put(1, 1, RecordBody.of(new byte[0])).put(2, 2, RecordBody.of(largest)));
            reopen();
            assertThat(loaded.get(1).body()).isEmpty();
            assertThat(loaded.get(2).body()).isEqualTo(largest);
        }

        @Test
        void takesBatchesLargerThanTheLargestRecord() throws Exception {
            Batch batch = new Batch();
            byte[] bytes = new byte[64 * 1024];
            for (int id = 1; id <= 64; id++) {
                bytes[0] = (byte) id;
                batch.put(id, 1, RecordBody.of(bytes.clone()));
            }
            append(batch);
            reopen();
            assertThat(loaded.ids()).hasSize(64);
            assertThat(loaded.get(64).body()[0]).isEqualTo((byte) 64);
        }

        @Test
        void encodesABodyNoLaterThanItReturns() throws Exception {
            AtomicInteger encodings = new AtomicInteger();
            AtomicReference<Thread> encoder = new AtomicReference<>();
            Batch batch = new Batch().put(1, 1, new RecordBody() {
                @Override
                public int encodedBytes() {
                    return 1;
                }

                @Override
                public void encodeTo(ByteBuffer out) {
                    encodings.incrementAndGet();
                    encoder.set(Thread.currentThread());
                    out.put((byte) 'x');
                }
            });
            journal.append(batch.durable());
            assertThat(encodings).hasValue(1);
            assertThat(encoder).hasValue(Thread.currentThread());
            batch.clear();
            batch.put(2, 1, body("y"));
            append(batch);
            reopen();
            assertThat(loaded.get(1).text()).isEqualTo("x");
            assertThat(loaded.get(2).text()).isEqualTo("y");
        }

        @Test
        void withoutSyncIsDurableWithTheNextBatchThatAsks() throws Exception {
            long first = journal.append(put(1, "a"));
            long second = append(put(2, "b"));
            assertThat(journal.durableIndex()).isGreaterThanOrEqualTo(second).isGreaterThan(first);
            reopen();
            assertThat(loaded.ids()).containsExactly(1L, 2L);
        }

        @Test
        void hasRoomForLittleWhenNothingIsInFlight() throws Exception {
            append(put(1, "a"));
            waitUntil(() -> journal.hasRoomFor(1000, 10));
        }

        @Test
        void isTriedWithoutWaiting() throws Exception {
            long first = append(put(1, "a"));
            waitUntil(() -> journal.hasRoomFor(1000, 10));
            assertThat(journal.tryAppend(put(2, "b"))).isEqualTo(first + 1);
            reopen();
            assertThat(loaded.ids()).containsExactly(1L, 2L);
        }

        @Test
        void isCounted() throws Exception {
            append(put(1, "a"));
            append(put(2, "b"));
            assertThat(journal.statistics().batches()).isEqualTo(2);
            assertThat(journal.statistics().bytesWritten()).isPositive();
        }
    }

    @Nested
    class Replace {

        @Test
        void givesTheLastOneAndLeavesTheFirstBody() throws Exception {
            append(put(1, "first").put(2, 1, body("other")));
            append(new Batch().replace(1, 2, body("r1")));
            append(new Batch().replace(1, 3, body("r2")).replace(1, 4, body("r3")));
            reopen();
            assertThat(loaded.lines()).containsExactly("1 1 first 4 r3", "2 1 other 0 ");
            append(new Batch().replace(1, 5, body("r4")));
            reopen();
            assertThat(loaded.lines()).containsExactly("1 1 first 5 r4", "2 1 other 0 ");
        }

        @Test
        void worksInTheBatchOfThePut() throws Exception {
            append(put(1, "first").replace(1, 2, body("r")));
            reopen();
            assertThat(loaded.lines()).containsExactly("1 1 first 2 r");
        }

        @Test
        void ofAnUnknownRecordIsRefused() throws Exception {
            append(put(1, "a"));
            append(new Batch().remove(1));
            assertReason(Reason.REFUSED, () -> journal.append(new Batch().replace(1, 1, body("r"))));
            assertReason(Reason.REFUSED, () -> journal.append(new Batch().replace(2, 1, body("r"))));
        }
    }

    @Nested
    class Remove {

        @Test
        void takesTheRecordAndItsReplacement() throws Exception {
            append(put(1, "a").put(2, 1, body("b")));
            append(new Batch().replace(1, 2, body("r")));
            append(new Batch().remove(1));
            reopen();
            assertThat(loaded.ids()).containsExactly(2L);
        }

        @Test
        void worksInTheBatchOfThePut() throws Exception {
            append(put(1, "a").put(2, 1, body("b")).replace(1, 1, body("r")).remove(1));
            reopen();
            assertThat(loaded.ids()).containsExactly(2L);
        }

        @Test
        void worksOnWhatAnEarlierOpeningPut() throws Exception {
            append(put(1, "a").put(2, 1, body("b")));
            reopen();
            append(new Batch().remove(1));
            reopen();
            assertThat(loaded.ids()).containsExactly(2L);
        }

        @Test
        void ofAnUnknownRecordIsRefused() throws Exception {
            append(put(1, "a"));
            assertReason(Reason.REFUSED, () -> journal.append(new Batch().remove(2)));
            assertReason(
                    Reason.REFUSED, () -> journal.append(new Batch().remove(1).remove(1)));
            assertReason(
                    Reason.REFUSED, () -> journal.append(new Batch().remove(1).replace(1, 1, body("r"))));
            append(new Batch().remove(1));
            assertReason(Reason.REFUSED, () -> journal.append(new Batch().remove(1)));
        }
    }

    @Nested
    class ARefusedBatch {

        @Test
        void leavesNothingAndTakesNoIndex() throws Exception {
            append(put(1, "a"));
            RecordBody tooLarge = RecordBody.of(new byte[journal.maxRecordBytes() + 1]);
            assertReason(Reason.REFUSED, () -> journal.append(put(2, "b").put(3, 1, tooLarge)));
            assertReason(Reason.REFUSED, () -> journal.append(put(2, "b").remove(99)));
            assertReason(
                    Reason.REFUSED, () -> journal.append(new Batch().remove(1).put(2, 1, tooLarge)));
            assertThat(append(put(4, "d"))).isEqualTo(2);
            reopen();
            assertThat(loaded.ids()).containsExactly(1L, 4L);
        }

        @Test
        void mayPutALiveRecord() throws Exception {
            append(put(1, "a"));
            assertReason(Reason.REFUSED, () -> journal.append(put(1, "again")));
            assertReason(Reason.REFUSED, () -> journal.append(put(2, "b").put(2, 1, body("again"))));
            reopen();
            assertReason(Reason.REFUSED, () -> journal.append(put(1, "again")));
            assertThat(loaded.lines()).containsExactly("1 1 a 0 ");
        }
    }

    @Nested
    class TheHighestRecordId {

        @Test
        void neverFallsNotEvenWhenAllRecordsAreGone() throws Exception {
            append(put(41, "a").put(42, 1, body("b")));
            append(new Batch().remove(42).remove(41));
            reopen();
            assertThat(loaded.all()).isEmpty();
            long first = report.maxRecordId();
            assertThat(first).isGreaterThanOrEqualTo(42);
            reopen();
            assertThat(report.maxRecordId()).isGreaterThanOrEqualTo(first);
            append(put(report.maxRecordId() + 1, "new"));
            reopen();
            assertThat(report.maxRecordId()).isGreaterThan(first);
        }
    }

    @Nested
    class Close {

        @Test
        void makesEverythingDurable() throws Exception {
            List<Long> ids = new ArrayList<>();
            for (long id = 1; id <= 50; id++) {
                journal.append(put(id, "body " + id));
                ids.add(id);
            }
            reopen();
            assertThat(loaded.ids()).isEqualTo(ids);
            assertThat(report.cleanlyClosed()).isTrue();
        }

        @Test
        void isIdempotentAndEndsAppends() throws Exception {
            append(put(1, "a"));
            journal.close();
            journal.close();
            assertReason(Reason.CLOSED, () -> journal.append(put(2, "b")));
        }

        @Test
        void ofTheStoreClosesItsJournals() throws Exception {
            append(put(1, "a"));
            store.close();
            store.close();
            assertReason(Reason.CLOSED, () -> journal.append(put(2, "b")));
            assertReason(Reason.CLOSED, () -> store.open(1, new RecordedProgress()));
        }
    }

    @Nested
    class TheStore {

        @Test
        void opensAJournalOnceAtATime() throws Exception {
            assertThatExceptionOfType(JournalException.class).isThrownBy(() -> store.open(0, new RecordedProgress()));
            journal.close();
            open();
        }

        @Test
        void keepsJournalsApart() throws Exception {
            PartitionJournal definitions = store.open(JournalStore.DEFINITIONS, new RecordedProgress());
            definitions.load(new LoadedRecords());
            makeDurable(definitions, definitions.append(put(1, "definition").durable()));
            append(put(1, "message"));
            definitions.close();
            reopen();
            LoadedRecords ofDefinitions = new LoadedRecords();
            store.open(JournalStore.DEFINITIONS, new RecordedProgress()).load(ofDefinitions);
            assertThat(loaded.lines()).containsExactly("1 1 message 0 ");
            assertThat(ofDefinitions.lines()).containsExactly("1 1 definition 0 ");
        }

        @Test
        void keepsItsIdentity() throws Exception {
            UUID id = store.id();
            int partitions = store.partitions();
            reopen();
            assertThat(store.id()).isEqualTo(id);
            assertThat(store.partitions()).isEqualTo(partitions).isGreaterThan(1);
        }

        @Test
        void opensSwapThatGivesBackWhatItGot() throws Exception {
            SwapSpace swap = store.openSwap(0);
            long handle = swap.write(ByteBuffer.wrap("body".getBytes(UTF_8)));
            assertThat(new String(swap.read(handle), UTF_8)).isEqualTo("body");
            swap.free(handle);
            swap.close();
        }
    }
}
