/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import java.time.Duration;
import java.util.Objects;

/**
 * Settings of a queue, checked: values outside their limits cannot be made.
 *
 * <p>Immutable. What a namespace's profile allows beyond that is {@link EntityLimits}'.
 *
 * @param name its name (rules Q4, W5)
 * @param partitioned whether it is spread over all partitions; fixed at creation (rule P1)
 * @param homePartition the partition that holds an unpartitioned queue, fixed at creation; 0 when partitioned
 * @param lockDuration 1 s to 5 min (rule L3)
 * @param maxDeliveryCount failed deliveries until the dead-letter queue, 1 or more (rule L12)
 * @param defaultTimeToLive given to messages without one, and the cap of others, from 1 ms; {@link #NO_LIMIT} for none
 *     (rule T2)
 * @param deadLetterOnExpiry whether expired messages go to the dead-letter queue or are dropped (rule T5)
 * @param maxSizeBytes size quota, from 1 MB, per fragment when partitioned (rules P2, Q3)
 * @param maxMessageBytes largest message, 1 KB to 100 MB (rule Q1)
 * @param temporary see {@link EntityDescription#temporary}; fixed at creation, not together with {@code partitioned}
 * @param options what it does besides
 */
public record QueueDescription(
        String name,
        boolean partitioned,
        int homePartition,
        Duration lockDuration,
        int maxDeliveryCount,
        Duration defaultTimeToLive,
        boolean deadLetterOnExpiry,
        long maxSizeBytes,
        int maxMessageBytes,
        boolean temporary,
        EntityOptions options)
        implements EntityDescription {

    /** No limit of time. */
    public static final Duration NO_LIMIT = Duration.ofMillis(Long.MAX_VALUE);

    public static final Duration MIN_LOCK_DURATION = Duration.ofSeconds(1);
    public static final Duration MAX_LOCK_DURATION = Duration.ofMinutes(5);
    public static final Duration DEFAULT_LOCK_DURATION = Duration.ofSeconds(60);
    public static final int DEFAULT_MAX_DELIVERY_COUNT = 10;
    public static final long MIN_SIZE_BYTES = 1L << 20;
    public static final long DEFAULT_SIZE_BYTES = 1L << 30;
    public static final int MIN_MESSAGE_BYTES = 1 << 10;
    public static final int DEFAULT_MESSAGE_BYTES = 256 << 10;
    public static final int MAX_MESSAGE_BYTES = 100 << 20;

    /**
     * Durations are kept in whole milliseconds, cut to them; more than {@link #NO_LIMIT} is no limit.
     *
     * @throws BrokerException InvalidOperation, for what {@link Builder#build} refuses
     */
    public QueueDescription {
        EntityNames.check(name);
        SettingBounds bounds = bounds(name);
        bounds.placement(partitioned, homePartition, temporary);
        bounds.maxDeliveryCount(maxDeliveryCount);
        bounds.sizes(maxSizeBytes, maxMessageBytes);
        lockDuration = bounds.lockDuration(lockDuration);
        defaultTimeToLive = bounds.timeToLive(defaultTimeToLive);
        options = bounds.options(options, EntityKind.QUEUE, temporary);
    }

    private static SettingBounds bounds(String name) {
        return new SettingBounds("queue '" + name + "'");
    }

    /**
     * A queue with the defaults of the rules: unpartitioned, at home in partition 0.
     *
     * @throws BrokerException InvalidOperation for a name that breaks the rules (Q4)
     */
    public static QueueDescription of(String name) {
        return builder(name).build();
    }

    /** Begins with the defaults of {@link #of}. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** Begins with these settings. */
    public Builder toBuilder() {
        return new Builder(name)
                .partitioned(partitioned)
                .homePartition(homePartition)
                .lockDuration(lockDuration)
                .maxDeliveryCount(maxDeliveryCount)
                .defaultTimeToLive(defaultTimeToLive)
                .deadLetterOnExpiry(deadLetterOnExpiry)
                .maxSizeBytes(maxSizeBytes)
                .maxMessageBytes(maxMessageBytes)
                .temporary(temporary)
                .options(options);
    }

    @Override
    public EntityPath path() {
        return EntityPath.queue(name);
    }

    /**
     * Lets a change of this queue pass if it only touches what may change.
     *
     * @throws BrokerException InvalidOperation if it would partition the queue, undo that, move it or make it temporary
     */
    void checkChangeTo(QueueDescription next) {
        bounds(name).fixed(partitioned, next.partitioned, homePartition, next.homePartition);
        bounds(name).temporaryFixed(temporary, next.temporary);
        bounds(name).optionsFixed(options, next.options);
    }

    /** Collects settings. Not thread safe. */
    public static final class Builder extends OptionsBuilder<Builder> {
        private String name;
        private boolean partitioned;
        private int homePartition;
        private Duration lockDuration = DEFAULT_LOCK_DURATION;
        private int maxDeliveryCount = DEFAULT_MAX_DELIVERY_COUNT;
        private Duration defaultTimeToLive = NO_LIMIT;
        private boolean deadLetterOnExpiry;
        private long maxSizeBytes = DEFAULT_SIZE_BYTES;
        private int maxMessageBytes = DEFAULT_MESSAGE_BYTES;
        private boolean temporary;

        private Builder(String name) {
            this.name = name;
        }

        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder partitioned(boolean value) {
            partitioned = value;
            return this;
        }

        public Builder homePartition(int value) {
            homePartition = value;
            return this;
        }

        public Builder lockDuration(Duration value) {
            lockDuration = Objects.requireNonNull(value, "lockDuration");
            return this;
        }

        public Builder maxDeliveryCount(int value) {
            maxDeliveryCount = value;
            return this;
        }

        public Builder defaultTimeToLive(Duration value) {
            defaultTimeToLive = Objects.requireNonNull(value, "defaultTimeToLive");
            return this;
        }

        public Builder deadLetterOnExpiry(boolean value) {
            deadLetterOnExpiry = value;
            return this;
        }

        public Builder maxSizeBytes(long value) {
            maxSizeBytes = value;
            return this;
        }

        public Builder maxMessageBytes(int value) {
            maxMessageBytes = value;
            return this;
        }

        public Builder temporary(boolean value) {
            temporary = value;
            return this;
        }

        /**
         * What was set, checked; the builder may be used again. Nothing is asked of a namespace: what depends on others, such as
         * targets of forwarding, is checked where it is created or changed.
         *
         * @throws BrokerException at once, with InvalidOperation: for a name that breaks the rules (Q4), or a setting outside its
         *     limits (L3, P2, Q1, U2, W2 and others), which it names
         */
        public QueueDescription build() {
            return new QueueDescription(
                    name,
                    partitioned,
                    homePartition,
                    lockDuration,
                    maxDeliveryCount,
                    defaultTimeToLive,
                    deadLetterOnExpiry,
                    maxSizeBytes,
                    maxMessageBytes,
                    temporary,
                    options);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
