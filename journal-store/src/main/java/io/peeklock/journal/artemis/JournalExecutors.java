/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.util.concurrent.Executor;
import org.apache.activemq.artemis.utils.ExecutorFactory;
import org.apache.activemq.artemis.utils.actors.ArtemisExecutor;
import org.apache.activemq.artemis.utils.actors.OrderedExecutorFactory;

/**
 * Gives one Artemis journal its executors: it asks for those of files, compaction and appends, in this order. Appends run
 * in the caller, which saves a hop between threads a record; they are serial by the partition's nature.
 *
 * <p>Used by the thread that starts the journal.
 */
final class JournalExecutors implements ExecutorFactory {

    private static final int COMPACTION = 2;
    private static final int APPEND = 3;
    private static final ArtemisExecutor INLINE = Runnable::run;

    private final OrderedExecutorFactory ordered;
    private final ArtemisExecutor compaction;
    private int asked;

    JournalExecutors(Executor pool) {
        ordered = new OrderedExecutorFactory(pool);
        compaction = ordered.getExecutor();
    }

    @Override
    public ArtemisExecutor getExecutor() {
        asked++;
        return switch (asked) {
            case COMPACTION -> compaction;
            case APPEND -> INLINE;
            default -> ordered.getExecutor();
        };
    }

    /** The one that reclaims and compacts, one after the other. */
    ArtemisExecutor compaction() {
        return compaction;
    }
}
