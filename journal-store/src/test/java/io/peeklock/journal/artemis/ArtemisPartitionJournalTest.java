/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStatistics;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.artemis.JournalFixture.Live;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What a healthy journal does.
 *
 * <p>Not thread safe.
 */
final class ArtemisPartitionJournalTest {

    private final JournalFixture fixture = new JournalFixture(SMALL);

    @AfterEach
    void close() throws JournalException {
        fixture.close();
    }

    @Nested
    class Load {

        @Test
        void ofAJournalThatNeverWasCostsNoDisk() throws JournalException {
            fixture.open();
            assertThat(fixture.report.isHealthy()).isTrue();
            assertThat(fixture.report.cleanlyClosed()).isTrue();
            fixture.reopen();
            assertThat(fixture.faulty().fingerprint()).isEmpty();
        }

        @Test
        void givesBackWhatWasPutReplacedAndNotRemoved() throws JournalException {
            fixture.open();
            fixture.commit(new Batch().put(1, 7, body("one")));
            fixture.commit(new Batch().put(2, 8, body("two")).put(3, 9, body("")));
            fixture.commit(new Batch().replace(1, 5, body("uno")));
            fixture.commit(new Batch().replace(2, 5, body("due")).remove(3));
            fixture.commit(new Batch().replace(2, 6, body("duo")));
            fixture.reopen();
            assertThat(fixture.report.findings()).isEmpty();
            assertThat(fixture.report.cleanlyClosed()).isTrue();
            assertThat(fixture.loaded)
                    .containsOnly(
                            Map.entry(1L, new Live(7, "one", 5, "uno")), Map.entry(2L, new Live(8, "two", 6, "duo")));
            assertThat(fixture.report.liveRecords()).isEqualTo(2);
            assertThat(fixture.report.maxRecordId()).isEqualTo(3);
        }

        @Test
        void changesNothingOfACleanJournal() throws JournalException {
            fixture.open();
            fixture.commit(new Batch().put(1, 1, body("x")));
            fixture.reopen();
            fixture.reopen();
            var before = fixture.faulty().fingerprint();
            fixture.reopen().journal.close();
            assertThat(fixture.faulty().fingerprint().keySet()).hasSameSizeAs(before.keySet());
        }
    }

    @Nested
    class Append {

        @Test
        void isTimed() throws JournalException {
            fixture.open();
            fixture.journal.append(
                    new Batch().put(1, 1, RecordBody.of(new byte[10])).durable());
            fixture.awaitDurable(1);
            JournalStatistics now = fixture.journal.statistics();
            assertThat(now.syncs()).isPositive();
            assertThat(now.syncTimes().recent()).isEqualTo((int) now.syncs());
            assertThat(now.syncTimes().maxNanos()).isPositive();
            assertThat(now.syncTimes().totalNanos())
                    .isGreaterThanOrEqualTo(now.syncTimes().maxNanos());
        }

        @Test
        void spreadsOverFilesAndKeepsOrder() throws JournalException {
            fixture.open();
            byte[] large = new byte[10_000];
            new Random(1).nextBytes(large);
            for (int i = 1; i <= 100; i++) {
                fixture.journal.append(
                        new Batch().put(i, 1, RecordBody.of(large)).durable());
            }
            fixture.awaitDurable(100);
            assertThat(fixture.journal.statistics().files()).isGreaterThan(10);
            fixture.reopen();
            assertThat(fixture.report.findings()).isEmpty();
            assertThat(fixture.loaded).hasSize(100);
            assertThat(fixture.loaded.values()).containsOnly(new Live(1, JournalFixture.text(large), 0, ""));
        }

        @Test
        void givesFilesBackWhenTheirRecordsAreGone() throws JournalException {
            fixture.open();
            for (int i = 1; i <= 2000; i++) {
                fixture.journal.append(
                        new Batch().put(i, 1, RecordBody.of(new byte[500])).durable());
                fixture.journal.append(new Batch().remove(i).durable());
            }
            fixture.awaitDurable(4000);
            fixture.reopen();
            assertThat(fixture.report.findings()).isEmpty();
            assertThat(fixture.loaded).isEmpty();
            assertThat(fixture.report.maxRecordId()).isEqualTo(2000);
            assertThat(fixture.journal.statistics().files()).isLessThan(10);
        }

        @Test
        void refusesWhatBreaksTheRulesAndWritesNothing() throws JournalException {
            fixture.open();
            fixture.commit(new Batch().put(1, 1, body("x")));
            assertRefused(new Batch().put(2, 1, body("y")).put(1, 1, body("z")));
            assertRefused(new Batch().replace(9, 1, body("z")));
            assertRefused(new Batch().remove(1).remove(1));
            assertRefused(new Batch().put(1L << 60, 1, body("z")));
            assertRefused(new Batch().put(4, 1, RecordBody.of(new byte[fixture.journal.maxRecordBytes() + 1])));
            fixture.commit(new Batch().put(2, 1, body("y")));
            fixture.reopen();
            assertThat(fixture.loaded.keySet()).containsExactly(1L, 2L);
            assertThat(fixture.report.findings()).isEmpty();
        }

        @Test
        void mayComeFromTheListenerWhileThereIsRoom() throws JournalException {
            fixture.open();
            fixture.onDurable = index -> {
                if (index < 50) {
                    assertThat(fixture.journal.hasRoomFor(1, 1)).isTrue();
                    append(new Batch().put(100 + index, 1, body("x")).durable());
                }
            };
            fixture.journal.append(new Batch().put(1, 1, body("x")).durable());
            fixture.awaitDurable(50);
        }

        private void append(Batch batch) {
            try {
                fixture.journal.append(batch);
            } catch (JournalException e) {
                throw new AssertionError(e);
            }
        }

        private void assertRefused(Batch batch) {
            assertThatThrownBy(() -> fixture.journal.append(batch))
                    .isInstanceOfSatisfying(
                            JournalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
        }
    }

    @Nested
    class Compaction {

        @Test
        void keepsTheNewestReplacementOfEach() throws JournalException {
            fixture.open();
            for (int i = 1; i <= 50; i++) {
                fixture.journal.append(new Batch().put(i, 1, body("put " + i)));
            }
            for (int round = 0; round < 20; round++) {
                for (int i = 1; i <= 50; i++) {
                    fixture.journal.append(new Batch().replace(i, 2, RecordBody.of(new byte[100 + round])));
                }
                if (round % 7 == 6) {
                    fixture.journal.compact();
                }
            }
            fixture.commit(new Batch().remove(1));
            fixture.journal.compact();
            assertThat(fixture.failure).isNull();
            fixture.reopen();
            assertThat(fixture.report.findings()).isEmpty();
            assertThat(fixture.loaded).hasSize(49);
            assertThat(fixture.loaded.get(50L)).isEqualTo(new Live(1, "put 50", 2, JournalFixture.text(new byte[119])));
        }
    }
}
