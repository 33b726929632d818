/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.PartitionJournal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the journal of a partition's present epoch, and closes that of a failed one before the next is opened.
 *
 * <p>Owned by the partition's driver; not thread safe. Closing happens on the executor.
 */
final class JournalSlot {
    private static final Logger log = LoggerFactory.getLogger(JournalSlot.class);

    private final Executor executor;
    private final int partition;
    private @Nullable PartitionJournal journal;
    private CompletableFuture<Void> closing = CompletableFuture.completedFuture(null);

    JournalSlot(Executor executor, int partition) {
        this.executor = executor;
        this.partition = partition;
    }

    void use(PartitionJournal opened) {
        journal = opened;
    }

    /** Gives the journal away, to be closed by who takes it. */
    @Nullable
    PartitionJournal take() {
        PartitionJournal taken = journal;
        journal = null;
        return taken;
    }

    /**
     * Closes the journal, if there is one, on the executor.
     *
     * @param first what is done there before: the end of what lies beside the journal
     */
    void closeSoon(Runnable first) {
        PartitionJournal old = take();
        if (old == null) {
            return;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        closing = done;
        executor.execute(() -> {
            try (old) {
                first.run();
            } catch (JournalException | RuntimeException e) {
                log.warn("The failed journal of partition {} did not close cleanly", partition, e);
            } finally {
                done.complete(null);
            }
        });
    }

    /** Runs a task when no journal is being closed, perhaps at once; it hands over and returns. */
    void whenClosed(Runnable task) {
        closing.whenComplete((done, error) -> task.run());
    }
}
