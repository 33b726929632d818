/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.activemq.artemis.utils.ExecutorFactory;
import org.apache.activemq.artemis.utils.actors.ArtemisExecutor;
import org.apache.activemq.artemis.utils.actors.OrderedExecutorFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one Artemis journal its executors: it asks for those of files, compaction and appends, in this order. Appends run
 * in the caller, which saves a hop between threads a record; they are serial by the partition's nature.
 *
 * <p>Used by the thread that starts the journal.
 */
final class JournalExecutors implements ExecutorFactory {

    private static final Logger LOG = LoggerFactory.getLogger(JournalExecutors.class);
    private static final int FILES = 1;
    private static final int COMPACTION = 2;
    private static final int APPEND = 3;
    private static final ArtemisExecutor INLINE = Runnable::run;

    private final OrderedExecutorFactory ordered;
    private final ArtemisExecutor files;
    private final HoldableExecutor compaction;
    private int asked;

    JournalExecutors(Executor pool) {
        ordered = new OrderedExecutorFactory(pool);
        files = ordered.getExecutor();
        compaction = new HoldableExecutor(ordered.getExecutor());
    }

    @Override
    public ArtemisExecutor getExecutor() {
        asked++;
        return switch (asked) {
            case FILES -> files;
            case COMPACTION -> compaction;
            case APPEND -> INLINE;
            default -> ordered.getExecutor();
        };
    }

    /** The one that reclaims and compacts, one after the other. */
    HoldableExecutor compaction() {
        return compaction;
    }

    /** Returns when what they were given so far is done. */
    void drain() {
        try {
            // First: it asks for files.
            compaction.end();
            compaction.drain();
            CompletableFuture.runAsync(() -> {}, files).join();
        } catch (RejectedExecutionException e) {
            LOG.debug("the store's threads were shut down", e);
        }
    }
}
