/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import java.time.Duration;
import java.util.Objects;

/**
 * Settings of a topic, checked: values outside their limits cannot be made.
 *
 * <p>Immutable. Its subscriptions lie where it lies.
 *
 * @param name its name (rules Q4, W5)
 * @param partitioned whether it is spread over all partitions; fixed at creation (rule P1)
 * @param homePartition the partition that holds an unpartitioned topic, fixed at creation; 0 when partitioned
 * @param defaultTimeToLive as that of a queue; the smaller of it and a subscription's wins (rules T2, T3)
 * @param maxSizeBytes size quota of each of its subscriptions, from 1 MB, per fragment when partitioned (rules P2, Q3)
 * @param maxMessageBytes largest message, 1 KB to 100 MB (rule Q1)
 * @param temporary see {@link EntityDescription#temporary}; fixed at creation, not together with {@code partitioned}
 * @param options what it does besides
 */
public record TopicDescription(
        String name,
        boolean partitioned,
        int homePartition,
        Duration defaultTimeToLive,
        long maxSizeBytes,
        int maxMessageBytes,
        boolean temporary,
        EntityOptions options)
        implements EntityDescription {

    /**
     * Durations are kept in whole milliseconds, cut to them; more than {@link QueueDescription#NO_LIMIT} is no limit.
     *
     * @throws BrokerException InvalidOperation, for what {@link Builder#build} refuses
     */
    public TopicDescription {
        EntityNames.check(name);
        SettingBounds bounds = bounds(name);
        bounds.placement(partitioned, homePartition, temporary);
        bounds.sizes(maxSizeBytes, maxMessageBytes);
        defaultTimeToLive = bounds.timeToLive(defaultTimeToLive);
        options = bounds.options(options, EntityKind.TOPIC, temporary);
    }

    private static SettingBounds bounds(String name) {
        return new SettingBounds("topic '" + name + "'");
    }

    /**
     * A topic with the defaults of the rules: unpartitioned, at home in partition 0.
     *
     * @throws BrokerException InvalidOperation for a name that breaks the rules (Q4)
     */
    public static TopicDescription of(String name) {
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
                .defaultTimeToLive(defaultTimeToLive)
                .maxSizeBytes(maxSizeBytes)
                .maxMessageBytes(maxMessageBytes)
                .temporary(temporary)
                .options(options);
    }

    @Override
    public EntityPath path() {
        return EntityPath.topic(name);
    }

    /**
     * Lets a change of this topic pass if it only touches what may change.
     *
     * @throws BrokerException InvalidOperation if it would partition the topic, undo that, move it or make it temporary
     */
    void checkChangeTo(TopicDescription next) {
        bounds(name).fixed(partitioned, next.partitioned, homePartition, next.homePartition);
        bounds(name).temporaryFixed(temporary, next.temporary);
        bounds(name).optionsFixed(options, next.options);
    }

    /** Collects settings. Not thread safe. */
    public static final class Builder extends OptionsBuilder<Builder> {
        private String name;
        private boolean partitioned;
        private int homePartition;
        private Duration defaultTimeToLive = QueueDescription.NO_LIMIT;
        private long maxSizeBytes = QueueDescription.DEFAULT_SIZE_BYTES;
        private int maxMessageBytes = QueueDescription.DEFAULT_MESSAGE_BYTES;
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

        public Builder defaultTimeToLive(Duration value) {
            defaultTimeToLive = Objects.requireNonNull(value, "defaultTimeToLive");
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
         *     limits (P2, Q1, U2, W2 and others), which it names
         */
        public TopicDescription build() {
            return new TopicDescription(
                    name,
                    partitioned,
                    homePartition,
                    defaultTimeToLive,
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
