/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import java.time.Duration;
import java.util.Objects;

/**
 * Settings of a subscription, checked: values outside their limits cannot be made.
 *
 * <p>Immutable. Where it lies, and how large it and its messages may be, its topic says.
 *
 * @param topic the topic's name
 * @param name its own name: one segment, at most {@link EntityNames#MAX_SUBSCRIPTION_CHARS} characters, or {@link
 *     EntityNames#MAX_COMPOSED_CHARS} if an application made it, whose client identifier may be part of it
 * @param lockDuration 1 s to 5 min (rule L3)
 * @param maxDeliveryCount failed deliveries until the dead-letter queue, 1 or more (rule L12)
 * @param defaultTimeToLive as that of a queue; the smaller of it and the topic's wins (rules T2, T3)
 * @param deadLetterOnExpiry whether expired messages go to the dead-letter queue or are dropped (rule T5)
 * @param filter which messages it takes
 * @param madeByApplication whether Jakarta Messaging created it, and may so recreate it with another filter
 * @param temporary see {@link EntityDescription#temporary}; fixed at creation; always so for one of a temporary topic
 */
public record SubscriptionDescription(
        String topic,
        String name,
        Duration lockDuration,
        int maxDeliveryCount,
        Duration defaultTimeToLive,
        boolean deadLetterOnExpiry,
        SubscriptionFilter filter,
        boolean madeByApplication,
        boolean temporary,
        EntityOptions options)
        implements EntityDescription {

    /**
     * Durations are kept in whole milliseconds, cut to them; more than {@link QueueDescription#NO_LIMIT} is no limit.
     *
     * @throws BrokerException InvalidOperation, for what {@link Builder#build} refuses
     */
    public SubscriptionDescription {
        EntityNames.check(topic);
        EntityNames.checkSubscription(
                name, madeByApplication ? EntityNames.MAX_COMPOSED_CHARS : EntityNames.MAX_SUBSCRIPTION_CHARS);
        SettingBounds bounds = bounds(topic, name);
        bounds.maxDeliveryCount(maxDeliveryCount);
        lockDuration = bounds.lockDuration(lockDuration);
        defaultTimeToLive = bounds.timeToLive(defaultTimeToLive);
        options = bounds.options(options, EntityKind.SUBSCRIPTION, temporary);
    }

    private static SettingBounds bounds(String topic, String name) {
        return new SettingBounds("subscription '" + name + "' of topic '" + topic + "'");
    }

    /**
     * A subscription with the defaults of the rules, which takes every message.
     *
     * @throws BrokerException InvalidOperation for a name that breaks the rules (Q4)
     */
    public static SubscriptionDescription of(String topic, String name) {
        return builder(topic, name).build();
    }

    /** Begins with the defaults of {@link #of}. */
    public static Builder builder(String topic, String name) {
        return new Builder(topic, name);
    }

    /** Begins with these settings. */
    public Builder toBuilder() {
        return new Builder(topic, name)
                .lockDuration(lockDuration)
                .maxDeliveryCount(maxDeliveryCount)
                .defaultTimeToLive(defaultTimeToLive)
                .deadLetterOnExpiry(deadLetterOnExpiry)
                .filter(filter)
                .madeByApplication(madeByApplication)
                .temporary(temporary)
                .options(options);
    }

    @Override
    public EntityPath path() {
        return EntityPath.subscription(topic, name);
    }

    /**
     * Lets a change of this subscription pass if it only touches what may change.
     *
     * @throws BrokerException InvalidOperation if it would become temporary, or cease to be, or if its filter would change
     *     and is not its rule any more
     */
    void checkChangeTo(SubscriptionDescription next) {
        bounds(topic, name).temporaryFixed(temporary, next.temporary);
        bounds(topic, name).optionsFixed(options, next.options);
        if (!options.defaultRule() && !next.filter.equals(filter)) {
            throw bounds(topic, name)
                    .invalid("its rule " + RuleDescription.DEFAULT_NAME
                            + " was deleted or changed, and another filter would do nothing: change its rules instead");
        }
    }

    /** Collects settings. Not thread safe. */
    public static final class Builder extends OptionsBuilder<Builder> {
        private String topic;
        private String name;
        private Duration lockDuration = QueueDescription.DEFAULT_LOCK_DURATION;
        private int maxDeliveryCount = QueueDescription.DEFAULT_MAX_DELIVERY_COUNT;
        private Duration defaultTimeToLive = QueueDescription.NO_LIMIT;
        private boolean deadLetterOnExpiry;
        private SubscriptionFilter filter = SubscriptionFilter.ALL;
        private boolean madeByApplication;
        private boolean temporary;

        private Builder(String topic, String name) {
            this.topic = topic;
            this.name = name;
        }

        public Builder topic(String value) {
            topic = value;
            return this;
        }

        public Builder name(String value) {
            name = value;
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

        public Builder filter(SubscriptionFilter value) {
            filter = value;
            return this;
        }

        public Builder madeByApplication(boolean value) {
            madeByApplication = value;
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
         * @throws BrokerException at once, with InvalidOperation: for a name, its own or its topic's, that breaks the rules (Q4), or a
         *     setting outside its limits (L3, W2 and others), which it names
         */
        public SubscriptionDescription build() {
            return new SubscriptionDescription(
                    topic,
                    name,
                    lockDuration,
                    maxDeliveryCount,
                    defaultTimeToLive,
                    deadLetterOnExpiry,
                    filter,
                    madeByApplication,
                    temporary,
                    options);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
