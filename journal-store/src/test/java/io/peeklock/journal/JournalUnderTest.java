/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A store with journal 0 open and loaded, and what it told so far.
 *
 * <p>Not thread safe.
 */
public abstract class JournalUnderTest {

    JournalStore store;
    PartitionJournal journal;
    RecordedProgress progress;
    LoadedRecords loaded;
    LoadReport report;

    /** Opens the store: a new one the first time in a test, the same again after {@link #reopenStore} closed it. */
    protected abstract JournalStore openStore() throws Exception;

    /** Returns when the batch is durable. A journal that waits for the test to sync it syncs here. */
    protected void makeDurable(PartitionJournal which, long index) throws Exception {
        waitUntil(() -> which.durableIndex() >= index);
    }

    /** Waits for other threads, closely: this is most of what these tests do. */
    protected static void waitUntil(Callable<Boolean> condition) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(condition);
    }

    /** Closes the store and opens it again. A store that does not outlive its closing returns the same one. */
    protected JournalStore reopenStore(JournalStore closing) throws Exception {
        closing.close();
        return openStore();
    }

    protected final JournalStore store() {
        return store;
    }

    /** Journal 0, loaded. */
    protected final PartitionJournal journal() {
        return journal;
    }

    /** What {@link #journal} told so far. */
    protected final RecordedProgress progress() {
        return progress;
    }

    /** What the last load of journal 0 gave. */
    protected final LoadedRecords loaded() {
        return loaded;
    }

    protected final LoadReport report() {
        return report;
    }

    /** Goes on with this store, whose journal 0 is opened and loaded. */
    protected final void openJournalOf(JournalStore other) throws Exception {
        store = other;
        open();
    }

    @BeforeEach
    final void openJournal() throws Exception {
        store = openStore();
        open();
    }

    @AfterEach
    final void closeStore() throws Exception {
        if (progress != null) {
            assertThat(progress.violations()).isEmpty();
        }
        store.close();
    }

    void open() throws Exception {
        progress = new RecordedProgress();
        journal = store.open(0, progress);
        loaded = new LoadedRecords();
        report = journal.load(loaded);
    }

    void reopen() throws Exception {
        journal.close();
        assertThat(progress.violations()).isEmpty();
        store = reopenStore(store);
        open();
        assertThat(report.findings()).isEmpty();
        assertThat(report.liveRecords()).isEqualTo(loaded.all().size());
    }

    long append(Batch batch) throws Exception {
        long index = journal.append(batch.durable());
        makeDurable(journal, index);
        return index;
    }

    static Batch put(long id, String body) {
        return new Batch().put(id, 1, body(body));
    }

    static RecordBody body(String text) {
        return RecordBody.of(text.getBytes(UTF_8));
    }

    static void assertReason(Reason reason, ThrowingCallable call) {
        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(call)
                .matches(e -> e.reason() == reason, reason.name());
    }
}
