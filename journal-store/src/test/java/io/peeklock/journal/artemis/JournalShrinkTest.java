/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.DIRECTORY;
import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.RecordBody;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A journal gives back what nobody needs, when it is asked to and when there is room for it (journal danger 10).
 *
 * <p>Not thread safe.
 */
final class JournalShrinkTest {

    private static final int RECORDS = 100;
    private static final int RECORD_BYTES = 8_000;

    private final JournalFixture fixture = new JournalFixture(SMALL.withReserveBytes(0));

    @BeforeEach
    void open() throws JournalException {
        fixture.open();
    }

    @AfterEach
    void close() throws JournalException {
        fixture.close();
    }

    private void fill() throws JournalException {
        for (int id = 1; id <= RECORDS; id++) {
            fixture.commit(new Batch().put(id, 1, RecordBody.of(new byte[RECORD_BYTES])));
        }
    }

    private void removeAllButEvery(int kept) throws JournalException {
        for (int id = 1; id <= RECORDS; id++) {
            if (id % kept != 0) {
                fixture.commit(new Batch().remove(id));
            }
        }
    }

    private long diskBytes() {
        return fixture.journal.statistics().diskBytes();
    }

    @Test
    void givesTheFilesOfWhatWasRemovedBack() throws JournalException {
        fill();
        removeAllButEvery(RECORDS + 1);
        assertThat(diskBytes()).isGreaterThan(RECORDS * RECORD_BYTES / 2);
        await().untilAsserted(() -> {
            fixture.journal.shrink();
            assertThat(diskBytes()).isLessThanOrEqualTo(3L * fixture.settings.fileBytes());
        });
        fixture.commit(new Batch().put(1000, 1, body("after")));
        fixture.reopen();
        assertThat(fixture.report.findings()).isEmpty();
        assertThat(fixture.loaded).containsOnlyKeys(1000L);
    }

    @Test
    void compactsWhatLittleIsLeft() throws JournalException {
        fill();
        removeAllButEvery(10);
        await().untilAsserted(() -> {
            fixture.journal.shrink();
            assertThat(diskBytes()).isLessThan(RECORDS * RECORD_BYTES / 2);
        });
        fixture.reopen();
        assertThat(fixture.report.findings()).isEmpty();
        assertThat(fixture.loaded).containsOnlyKeys(10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L, 100L);
    }

    @Test
    void beginsNoCompactionThatDoesNotFit() throws JournalException, IOException {
        fill();
        removeAllButEvery(2);
        long plenty = 1L << 30;
        fixture.faulty().limitCapacity(plenty);
        long used = plenty - fixture.disk.usableBytes(DIRECTORY);
        fixture.faulty().limitCapacity(used + 4L * fixture.settings.firstFillBytes());
        fixture.journal.compact();
        assertThat(fixture.failure).isNull();
        fixture.commit(new Batch().remove(2));
        fixture.reopen();
        assertThat(fixture.report.findings()).isEmpty();
        assertThat(fixture.loaded).hasSize(RECORDS / 2 - 1);
        assertThat(fixture.disk.exists(DIRECTORY.resolve(JournalFiles.CONTROL))).isFalse();
    }

    @Test
    void isNothingBeforeThereAreFilesAndAfterTheClose() throws JournalException {
        fixture.journal.shrink();
        assertThat(fixture.journal.statistics().files()).isZero();
        fixture.commit(new Batch().put(1, 1, body("one")));
        fixture.journal.close();
        fixture.journal.shrink();
        fixture.open();
        assertThat(fixture.report.cleanlyClosed()).isTrue();
        assertThat(fixture.loaded).containsOnlyKeys(1L);
    }
}
