/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.RecordBody;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whoever hears that something is durable may append at once, on the journal's own thread: that must never wait for that
 * same thread (journal danger 12).
 *
 * <p>Not thread safe; appends come from the listener alone once it has begun.
 */
final class JournalCallbackTest {

    private static final int COMPACTIONS = 150;

    private final JournalFixture fixture = new JournalFixture(SMALL.withReserveBytes(0));
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean handedOver = new AtomicBoolean();

    @BeforeEach
    void open() throws JournalException {
        fixture.open();
    }

    @AfterEach
    void close() throws JournalException {
        fixture.close();
    }

    /** As a partition's driver does: on this thread if there is room, else on one that may wait. */
    private void appendNext() {
        if (ended.get()) {
            handedOver.set(true);
        } else if (fixture.journal.hasRoomFor(1000, 2)) {
            append();
        } else {
            fixture.pool.execute(this::append);
        }
    }

    private void append() {
        try {
            long id = lastId.incrementAndGet();
            Batch batch = new Batch().put(id, 1, RecordBody.of(new byte[1000]));
            if (id > 1) {
                batch.remove(id - 1);
            }
            fixture.journal.append(batch.durable());
        } catch (JournalException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void appendsFromTheListenerAndCompactionsDoNotWaitForEachOther()
            throws ExecutionException, InterruptedException, TimeoutException, JournalException {
        fixture.onDurable = index -> appendNext();
        append();
        CompletableFuture<Void> compactions = CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; i < COMPACTIONS; i++) {
                        fixture.journal.compact();
                        fixture.journal.shrink();
                    }
                },
                fixture.pool);
        compactions.get(30, TimeUnit.SECONDS);
        ended.set(true);
        await().untilTrue(handedOver);
        fixture.reopen();
        assertThat(fixture.report.findings()).isEmpty();
        assertThat(fixture.loaded).containsOnlyKeys(lastId.get());
    }

    @Test
    void anAppendFromTheListenerMayBeLargerThanTheBuffer() throws JournalException {
        AtomicBoolean once = new AtomicBoolean();
        fixture.onDurable = index -> {
            if (once.compareAndSet(false, true)) {
                Batch large = new Batch();
                for (int id = 100; id < 200; id++) {
                    large.put(id, 1, RecordBody.of(new byte[fixture.settings.maxRecordBytes() - 1000]));
                }
                try {
                    fixture.journal.append(large.durable());
                } catch (JournalException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        append();
        fixture.awaitDurable(2);
        fixture.reopen();
        assertThat(fixture.loaded).hasSize(101);
    }
}
