/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What work on many messages has come to. Immutable.
 *
 * @param done messages with which it was done, durably where they are durable
 * @param locked messages that were meant, but are under lock: left where they are
 * @param setAside messages that were meant, but are deferred or wait for a time: left where they are, unless the selection
 *     names their state
 * @param refused messages that were meant, but cannot go where they were to go: left where they are
 * @param firstRefusal why the first of these was refused, null if none was
 * @param unavailablePartitions partitions that were out, or failed meanwhile: there is more to do when they are back. What was
 *     under way in one that failed is not counted, and perhaps done
 */
public record BulkProgress(
        long done,
        long locked,
        long setAside,
        long refused,
        @Nullable String firstRefusal,
        int unavailablePartitions) {

    /** Nothing yet. */
    public static final BulkProgress NONE = new BulkProgress(0, 0, 0, 0, null, 0);

    /** Why the first one was refused. */
    public Optional<String> refusal() {
        return Optional.ofNullable(firstRefusal);
    }

    /** This, and that besides. */
    public BulkProgress plus(BulkProgress more) {
        return new BulkProgress(
                done + more.done,
                locked + more.locked,
                setAside + more.setAside,
                refused + more.refused,
                firstRefusal == null ? more.firstRefusal : firstRefusal,
                unavailablePartitions + more.unavailablePartitions);
    }
}
