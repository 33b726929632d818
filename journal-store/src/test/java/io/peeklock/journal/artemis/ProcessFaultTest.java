/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a journal does when not the disk fails but the process: a body that cannot be encoded, no thread to be had.
 *
 * <p>Not thread safe.
 */
@Timeout(60)
final class ProcessFaultTest {

    // Files larger than the buffer: a new one needs a thread too.
    private final JournalFixture fixture = new JournalFixture(JournalSettings.DEFAULT);
    private final AtomicBoolean noThreads = new AtomicBoolean();

    @BeforeEach
    void openWithOneRecord() throws JournalException {
        fixture.io = task -> {
            if (noThreads.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            fixture.pool.execute(task);
        };
        fixture.open();
        fixture.commit(new Batch().put(1, 1, body("one")));
    }

    @AfterEach
    void close() throws JournalException {
        noThreads.set(false);
        fixture.close();
    }

    private void assertRefuses() {
        assertThatThrownBy(() ->
                        fixture.journal.append(new Batch().put(77, 1, body("x")).durable()))
                .isInstanceOf(JournalException.class);
    }

    @Nested
    class ABodyThatCannotBeEncoded {

        private final RecordBody broken = new RecordBody() {
            @Override
            public int encodedBytes() {
                return 10;
            }

            @Override
            public void encodeTo(ByteBuffer out) {
                throw new IllegalStateException("a defect");
            }
        };

        @Test
        void endsTheJournalAndLeavesNothingOfItsBatch() throws JournalException {
            Batch batch = new Batch().put(2, 1, body("two")).put(3, 1, broken).remove(1);
            assertThatThrownBy(() -> fixture.journal.append(batch.durable())).hasMessage("a defect");
            assertRefuses();
            fixture.reopen();
            assertThat(fixture.loaded.keySet()).containsExactly(1L);
            assertThat(fixture.report.findings()).isEmpty();
        }

        @Test
        void isNeverMistakenForALossLater() throws JournalException {
            assertThatThrownBy(() -> fixture.journal.append(new Batch().put(2, 1, broken)))
                    .hasMessage("a defect");
            try {
                fixture.journal.append(new Batch().put(3, 1, body("three")));
            } catch (JournalException e) {
                assertThat(e).hasMessageContaining("could not be written whole");
            }
            fixture.reopen();
            assertThat(fixture.report.findings()).isEmpty();
            fixture.commit(new Batch().put(4, 1, body("four")).put(5, 1, body("five")));
            fixture.reopen();
            assertThat(fixture.loaded.keySet()).contains(1L, 4L, 5L);
            assertThat(fixture.report.findings()).isEmpty();
        }
    }

    @Nested
    class WithoutAThread {

        @BeforeEach
        void takeThreadsAway() {
            await().until(() -> ((ThreadPoolExecutor) fixture.pool).getActiveCount() == 0);
            noThreads.set(true);
        }

        @Test
        void forItsFlusherAJournalRefuses() {
            assertThatThrownBy(() -> fixture.journal.append(
                            new Batch().put(2, 1, body("two")).durable()))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("thread");
            noThreads.set(false);
            assertRefuses();
        }

        @Test
        void forItsFlusherABatchThatNeedsItAtOnceIsRefused() {
            Batch large = new Batch();
            for (int id = 100; id < 200; id++) {
                large.put(id, 1, RecordBody.of(new byte[20_000]));
            }
            assertThatThrownBy(() -> fixture.journal.append(large))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("thread");
        }

        @Test
        void forItsFlusherAJournalCanBeClosedAndOpenedAgain() throws JournalException {
            assertThatThrownBy(() -> fixture.journal.append(
                            new Batch().put(2, 1, body("two")).durable()))
                    .isInstanceOf(JournalException.class);
            noThreads.set(false);
            fixture.reopen();
            assertThat(fixture.loaded.keySet()).containsExactly(1L);
            fixture.commit(new Batch().put(3, 1, body("three")));
        }
    }
}
