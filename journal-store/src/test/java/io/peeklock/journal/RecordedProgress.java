/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what a journal tells its listener, and what it must not have told.
 *
 * <p>Thread safe.
 */
public final class RecordedProgress implements JournalListener {

    private final List<String> violations = new ArrayList<>();
    private long durable;
    private int roomReports;
    private @Nullable JournalException failure;

    @Override
    public synchronized void durable(long index) {
        if (index <= durable) {
            violations.add("durable " + index + " after " + durable);
        }
        if (failure != null) {
            violations.add("durable " + index + " after a failure");
        }
        durable = index;
    }

    @Override
    public synchronized void failed(JournalException cause) {
        if (failure != null) {
            violations.add("failed twice");
        }
        failure = cause;
    }

    @Override
    public synchronized void roomAvailable() {
        roomReports++;
    }

    public synchronized long durable() {
        return durable;
    }

    public synchronized int roomReports() {
        return roomReports;
    }

    public synchronized @Nullable JournalException failure() {
        return failure;
    }

    /** Broken promises of {@link JournalListener}; empty for a good journal. */
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }
}
