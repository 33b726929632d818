/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Moves contents beyond the memory budget into the swap: behind the partition's back, on a thread of the bus, as long as
 * that keeps up.
 *
 * <p>Owned by the partition's driver; not thread safe. One task at a time writes what has come together meanwhile and
 * reports by a command; until then the contents stay in memory.
 */
final class SwapWriter {

    private final SwapQueue queue;
    private final Executor executor;
    private final Consumer<Command> submit;
    private boolean writing;

    SwapWriter(SwapQueue queue, Executor executor, Consumer<Command> submit) {
        this.queue = queue;
        this.executor = executor;
        this.submit = submit;
    }

    void add(List<MessageEntry> entries) {
        entries.forEach(queue::add);
    }

    /** Starts to write what waits, if it is enough and unless that is being done. */
    void start() {
        if (writing || !queue.isWorthwhile()) {
            return;
        }
        List<SwapQueue.Waiting> contents = queue.take();
        if (contents.isEmpty()) {
            return;
        }
        writing = true;
        executor.execute(() -> submit.accept(new Command.SwapWritten(this, contents, queue.write(contents))));
    }

    /** The task has ended: contents of messages that are still here are in the swap now. */
    void ended(List<SwapQueue.Waiting> contents, long[] handles) {
        writing = false;
        queue.place(contents, handles);
        start();
    }

    /** Writes what waits at once: the budget is exceeded by far. Waits for the disk. */
    void writeNow() {
        queue.writeNow();
    }
}
