/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.activemq.artemis.utils.actors.ArtemisExecutor;

/**
 * An executor that can keep what it is given for later. All that deletes a journal's files runs on one, so that they stay as
 * long as a backup copies them.
 *
 * <p>Thread safe.
 */
final class HoldableExecutor implements ArtemisExecutor {

    private final ArtemisExecutor executor;
    private final List<Runnable> kept = new ArrayList<>();
    private int holders;
    private boolean ended;

    /** An executor over one that runs its tasks in order. */
    HoldableExecutor(ArtemisExecutor executor) {
        this.executor = executor;
    }

    @Override
    public synchronized void execute(Runnable task) {
        if (holders > 0 && !ended) {
            kept.add(task);
        } else {
            executor.execute(task);
        }
    }

    /** From now on tasks are kept; those given before may still run, see {@link #drain}. */
    synchronized void hold() {
        holders++;
    }

    /** Ends one {@link #hold}; with the last, what was kept is run. */
    synchronized void release() {
        holders--;
        if (holders == 0) {
            runKept();
        }
    }

    private void runKept() {
        kept.forEach(executor::execute);
        kept.clear();
    }

    /** From now on nothing is kept in spite of holders: the journal is stopped. */
    synchronized void end() {
        ended = true;
        runKept();
    }

    /** Returns when what was handed on so far is done. */
    void drain() {
        CompletableFuture.runAsync(() -> {}, executor).join();
    }
}
