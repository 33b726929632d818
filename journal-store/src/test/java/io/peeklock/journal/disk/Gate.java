/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import io.peeklock.journal.disk.Fault.Operation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A point where calls to a {@link FaultyDisk} wait until the test lets them go.
 *
 * <p>Thread safe. Closing it lets go too.
 */
public final class Gate implements AutoCloseable {

    private final Operation operation;
    private final Predicate<Path> paths;
    private final List<Gate> owner;
    private final CountDownLatch opened = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();

    Gate(Operation operation, Predicate<Path> paths, List<Gate> owner) {
        this.operation = operation;
        this.paths = paths;
        this.owner = owner;
    }

    void pass(Operation called, Path path) throws IOException {
        if (called != operation || !paths.test(path)) {
            return;
        }
        waiting.incrementAndGet();
        try {
            opened.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(path + ": interrupted");
        } finally {
            waiting.decrementAndGet();
        }
    }

    /** How many calls wait now. */
    public int waiting() {
        return waiting.get();
    }

    /** Lets those go that wait, and holds nothing any more. */
    public void open() {
        owner.remove(this);
        opened.countDown();
    }

    @Override
    public void close() {
        open();
    }
}
