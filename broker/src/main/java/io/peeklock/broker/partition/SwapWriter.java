/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import io.peeklock.broker.partition.MessageEntry.Position;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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

    /** A content that was written: the handle is 0 if that failed. */
    record Written(MessageEntry entry, Message message, long handle) {}

    private final PartitionState state;
    private final BodyStore bodies;
    private final Executor executor;
    private final Consumer<Command> submit;
    private List<MessageEntry> waiting = new ArrayList<>();
    private boolean writing;

    SwapWriter(PartitionState state, BodyStore bodies, Executor executor, Consumer<Command> submit) {
        this.state = state;
        this.bodies = bodies;
        this.executor = executor;
        this.submit = submit;
    }

    void add(List<MessageEntry> entries) {
        waiting.addAll(entries);
    }

    /** Starts to write what waits, unless that is being done. */
    void start() {
        if (writing || waiting.isEmpty()) {
            return;
        }
        List<Written> contents = new ArrayList<>(waiting.size());
        for (MessageEntry entry : waiting) {
            Message message = entry.message;
            if (entry.position != Position.GONE && message != null) {
                contents.add(new Written(entry, message, 0));
            }
        }
        waiting = new ArrayList<>();
        if (contents.isEmpty()) {
            return;
        }
        writing = true;
        executor.execute(() -> {
            contents.replaceAll(c -> new Written(
                    c.entry(),
                    c.message(),
                    bodies.write(ByteBuffer.wrap(c.message().content()))));
            submit.accept(new Command.SwapWritten(this, contents));
        });
    }

    /** The task has ended: contents of messages that are still here are in the swap now. */
    void ended(List<Written> contents) {
        writing = false;
        for (Written content : contents) {
            place(content.entry(), content.handle());
        }
        start();
    }

    /** Writes what waits at once: the budget is exceeded by far. Waits for the disk. */
    void writeNow() {
        for (MessageEntry entry : waiting) {
            Message message = entry.message;
            if (entry.position != Position.GONE && message != null) {
                place(entry, bodies.write(ByteBuffer.wrap(message.content())));
            }
        }
        waiting = new ArrayList<>();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    private void place(MessageEntry entry, long handle) {
        if (handle == 0) {
            return;
        }
        if (entry.position == Position.GONE || entry.message == null) {
            bodies.free(handle);
        } else {
            bodies.leftMemory(entry);
            state.apply(new Change.Swapped(entry, handle));
        }
    }
}
