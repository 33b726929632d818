/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a queue, a subscription or a dead-letter queue, by state (rule D6). Immutable.
 *
 * @param active messages waiting to be received
 * @param locked messages under lock, in a session or alone
 * @param deferred messages set aside
 * @param scheduled messages waiting for their time, those that were abandoned with a delay included
 * @param oldestEnqueuedAt when the message that waits longest was enqueued: of a queue or subscription the oldest that can be
 *     received now, of a dead-letter queue the oldest in any state, by when it was enqueued in its queue; null if there is none
 * @param oldestAge how long that message was here when this was measured, by the clock of the bus; zero if there is none
 * @param activity what has happened in it since it was opened
 */
public record QueueStatistics(
        MessageTally active,
        MessageTally locked,
        MessageTally deferred,
        MessageTally scheduled,
        @Nullable Instant oldestEnqueuedAt,
        Duration oldestAge,
        QueueActivity activity) {

    public static final QueueStatistics EMPTY = new QueueStatistics(
            MessageTally.NONE,
            MessageTally.NONE,
            MessageTally.NONE,
            MessageTally.NONE,
            null,
            Duration.ZERO,
            QueueActivity.NONE);

    /** Messages in whatever state. */
    public MessageTally total() {
        return active.plus(locked).plus(deferred).plus(scheduled);
    }

    /** Of two parts of one queue. */
    public QueueStatistics plus(QueueStatistics other) {
        return new QueueStatistics(
                active.plus(other.active),
                locked.plus(other.locked),
                deferred.plus(other.deferred),
                scheduled.plus(other.scheduled),
                earlier(oldestEnqueuedAt, other.oldestEnqueuedAt),
                oldestAge.compareTo(other.oldestAge) < 0 ? other.oldestAge : oldestAge,
                activity.plus(other.activity));
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }
}
