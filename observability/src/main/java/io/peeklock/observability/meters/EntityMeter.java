/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.QueueActivity;
import io.peeklock.broker.QueueStatistics;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of each entity. {@code docs/observability.md} has the same table.
 *
 * <p>Immutable, thread safe.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum EntityMeter {
    ACTIVE(
            MeterKind.GAUGE,
            Names.MESSAGES,
            "active",
            MeterUnit.MESSAGES,
            false,
            "Messages that wait to be received",
            each -> each.queue().active().messages()),
    LOCKED(
            MeterKind.GAUGE,
            Names.MESSAGES,
            "locked",
            MeterUnit.MESSAGES,
            false,
            "Messages under lock",
            each -> each.queue().locked().messages()),
    DEFERRED(
            MeterKind.GAUGE,
            Names.MESSAGES,
            "deferred",
            MeterUnit.MESSAGES,
            false,
            "Messages set aside",
            each -> each.queue().deferred().messages()),
    SCHEDULED(
            MeterKind.GAUGE,
            Names.MESSAGES,
            "scheduled",
            MeterUnit.MESSAGES,
            true,
            "Messages that wait for their time",
            each -> each.queue().scheduled().messages()),
    DEAD_LETTERED(
            MeterKind.GAUGE,
            Names.MESSAGES,
            "dead_lettered",
            MeterUnit.MESSAGES,
            false,
            "Messages in the dead-letter queue",
            each -> each.deadLetterQueue().total().messages()),
    OLDEST_ACTIVE(
            MeterKind.GAUGE,
            Names.OLDEST,
            "active",
            MeterUnit.SECONDS,
            false,
            "Age of the message that waits longest and can be received, 0 if none waits",
            each -> age(each.queue())),
    OLDEST_DEAD_LETTER(
            MeterKind.GAUGE,
            Names.OLDEST,
            "dead_lettered",
            MeterUnit.SECONDS,
            false,
            "Age of the oldest dead letter since it was enqueued, 0 if there is none",
            each -> age(each.deadLetterQueue())),
    SIZE(
            MeterKind.GAUGE,
            "peeklock.entity.size",
            null,
            MeterUnit.BYTES,
            true,
            "What counts against the quota",
            EntityStatistics::sizeBytes),
    ENQUEUED(
            MeterKind.COUNTER,
            "peeklock.messages.enqueued",
            null,
            MeterUnit.NONE,
            true,
            "Messages that came in",
            of(QueueActivity::enqueued)),
    DELIVERED(
            MeterKind.COUNTER,
            "peeklock.messages.delivered",
            null,
            MeterUnit.NONE,
            false,
            "Messages handed out, each as often as it was",
            of(QueueActivity::delivered)),
    REDELIVERED(
            MeterKind.COUNTER,
            "peeklock.messages.redelivered",
            null,
            MeterUnit.NONE,
            false,
            "Messages handed out again after a failed delivery",
            of(QueueActivity::redelivered)),
    COMPLETED(
            MeterKind.COUNTER,
            "peeklock.messages.completed",
            null,
            MeterUnit.NONE,
            false,
            "Messages completed",
            of(QueueActivity::completed)),
    ABANDONED(
            MeterKind.COUNTER,
            "peeklock.messages.abandoned",
            null,
            MeterUnit.NONE,
            false,
            "Deliveries abandoned or rolled back",
            of(QueueActivity::abandoned)),
    MOVED_TO_DEAD_LETTERS(
            MeterKind.COUNTER,
            "peeklock.messages.deadlettered",
            null,
            MeterUnit.NONE,
            false,
            "Messages that went to the dead-letter queue",
            of(QueueActivity::deadLettered)),
    EXPIRED(
            MeterKind.COUNTER,
            "peeklock.messages.expired",
            null,
            MeterUnit.NONE,
            false,
            "Messages whose time to live was over",
            of(QueueActivity::expired)),
    LOCKS_LOST(
            MeterKind.COUNTER,
            "peeklock.locks.lost",
            null,
            MeterUnit.NONE,
            false,
            "Locks of messages and sessions that ended against their holder's will",
            of(QueueActivity::locksLost));

    private static final class Names {
        static final String MESSAGES = "peeklock.messages";
        static final String OLDEST = "peeklock.messages.oldest.age";
    }

    final MeterKind kind;
    final String meterName;
    /** Value of the tag {@code state}. */
    final @Nullable String state;

    final MeterUnit unit;
    final boolean ofTopicsToo;
    final String description;
    final ToDoubleFunction<EntityStatistics> value;

    EntityMeter(
            MeterKind kind,
            String meterName,
            @Nullable String state,
            MeterUnit unit,
            boolean ofTopicsToo,
            String description,
            ToDoubleFunction<EntityStatistics> value) {
        this.kind = kind;
        this.meterName = meterName;
        this.state = state;
        this.unit = unit;
        this.ofTopicsToo = ofTopicsToo;
        this.description = description;
        this.value = value;
    }

    private static ToDoubleFunction<EntityStatistics> of(ToLongFunction<QueueActivity> count) {
        return each -> count.applyAsLong(each.queue().activity());
    }

    private static double age(QueueStatistics queue) {
        return queue.oldestAge().toMillis() / 1000.0;
    }
}
