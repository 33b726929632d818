/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an entity may do besides holding messages. {@link #NONE} is what most entities have.
 *
 * <p>Immutable. Which of them a kind of entity can have, and within which limits, {@link SettingBounds} says.
 *
 * @param sessionRequired whether each message belongs to a session, received by one at a time; fixed at creation (rule G1)
 * @param duplicateDetectionWindow for how long message ids are remembered, 20 s to 7 days; zero for no detection, which is
 *     fixed at creation (rules U1, U2)
 * @param forwardTo the queue or topic that messages go on to, or null (rule W1)
 * @param forwardDeadLetteredMessagesTo the queue or topic that dead-lettered messages go on to, or null (rule W1)
 * @param autoDeleteOnIdle how long nobody may have used it until it is deleted, from 5 min; {@link
 *     QueueDescription#NO_LIMIT} for never (rule W2)
 * @param status what may be done with it (rule W3)
 * @param abandonBackOff how long abandoned messages are kept back
 * @param deadLetterOnFilterError whether a message whose rules cannot be evaluated is dead-lettered in the subscription
 *     (rule D3)
 * @param defaultRule of a subscription: whether it still has the rule {@code $Default}, whose filter stands in its
 *     description (rule R1)
 * @param userMetadata anything its maker wants to keep with it, to {@link #MAX_METADATA_CHARS} characters
 */
public record EntityOptions(
        boolean sessionRequired,
        Duration duplicateDetectionWindow,
        @Nullable String forwardTo,
        @Nullable String forwardDeadLetteredMessagesTo,
        Duration autoDeleteOnIdle,
        EntityStatus status,
        BackOff abandonBackOff,
        boolean deadLetterOnFilterError,
        boolean defaultRule,
        String userMetadata) {

    public static final Duration MIN_WINDOW = Duration.ofSeconds(20);
    public static final Duration MAX_WINDOW = Duration.ofDays(7);
    public static final Duration DEFAULT_WINDOW = Duration.ofMinutes(10);
    public static final Duration MIN_IDLE = Duration.ofMinutes(5);
    public static final int MAX_METADATA_CHARS = 1024;

    public static final EntityOptions NONE = new EntityOptions(
            false,
            Duration.ZERO,
            null,
            null,
            QueueDescription.NO_LIMIT,
            EntityStatus.ACTIVE,
            BackOff.NONE,
            false,
            true,
            "");

    /** Whether message ids are remembered (rule U1). */
    public boolean detectsDuplicates() {
        return !duplicateDetectionWindow.isZero();
    }

    /** Whether it is ever deleted for want of use (rule W2). */
    public boolean endsWhenIdle() {
        return !autoDeleteOnIdle.equals(QueueDescription.NO_LIMIT);
    }

    /** Begins with these. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Collects options. Not thread safe. */
    public static final class Builder {
        private boolean sessionRequired;
        private Duration duplicateDetectionWindow;

        private @Nullable String forwardTo;

        private @Nullable String forwardDeadLetteredMessagesTo;
        private Duration autoDeleteOnIdle;
        private EntityStatus status;
        private BackOff abandonBackOff;
        private boolean deadLetterOnFilterError;
        private boolean defaultRule;
        private String userMetadata;

        private Builder(EntityOptions from) {
            sessionRequired = from.sessionRequired;
            duplicateDetectionWindow = from.duplicateDetectionWindow;
            forwardTo = from.forwardTo;
            forwardDeadLetteredMessagesTo = from.forwardDeadLetteredMessagesTo;
            autoDeleteOnIdle = from.autoDeleteOnIdle;
            status = from.status;
            abandonBackOff = from.abandonBackOff;
            deadLetterOnFilterError = from.deadLetterOnFilterError;
            defaultRule = from.defaultRule;
            userMetadata = from.userMetadata;
        }

        public Builder sessionRequired(boolean value) {
            sessionRequired = value;
            return this;
        }

        public Builder duplicateDetectionWindow(Duration value) {
            duplicateDetectionWindow = Objects.requireNonNull(value, "duplicateDetectionWindow");
            return this;
        }

        public Builder forwardTo(@Nullable String value) {
            forwardTo = value;
            return this;
        }

        public Builder forwardDeadLetteredMessagesTo(@Nullable String value) {
            forwardDeadLetteredMessagesTo = value;
            return this;
        }

        public Builder autoDeleteOnIdle(Duration value) {
            autoDeleteOnIdle = Objects.requireNonNull(value, "autoDeleteOnIdle");
            return this;
        }

        public Builder status(EntityStatus value) {
            status = Objects.requireNonNull(value, "status");
            return this;
        }

        public Builder abandonBackOff(BackOff value) {
            abandonBackOff = Objects.requireNonNull(value, "abandonBackOff");
            return this;
        }

        public Builder deadLetterOnFilterError(boolean value) {
            deadLetterOnFilterError = value;
            return this;
        }

        public Builder defaultRule(boolean value) {
            defaultRule = value;
            return this;
        }

        public Builder userMetadata(String value) {
            userMetadata = Objects.requireNonNull(value, "userMetadata");
            return this;
        }

        /**
         * What was set. Nothing is checked here: the description that gets it knows what its kind of entity may have, and refuses
         * the rest when it is made.
         */
        public EntityOptions build() {
            return new EntityOptions(
                    sessionRequired,
                    duplicateDetectionWindow,
                    forwardTo,
                    forwardDeadLetteredMessagesTo,
                    autoDeleteOnIdle,
                    status,
                    abandonBackOff,
                    deadLetterOnFilterError,
                    defaultRule,
                    userMetadata);
        }
    }

    // By hand, as a record's own takes a start milliseconds and classes to link.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EntityOptions that
                && sessionRequired == that.sessionRequired
                && duplicateDetectionWindow.equals(that.duplicateDetectionWindow)
                && Objects.equals(forwardTo, that.forwardTo)
                && Objects.equals(forwardDeadLetteredMessagesTo, that.forwardDeadLetteredMessagesTo)
                && autoDeleteOnIdle.equals(that.autoDeleteOnIdle)
                && status == that.status
                && abandonBackOff.equals(that.abandonBackOff)
                && deadLetterOnFilterError == that.deadLetterOnFilterError
                && defaultRule == that.defaultRule
                && userMetadata.equals(that.userMetadata);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                sessionRequired,
                duplicateDetectionWindow,
                forwardTo,
                forwardDeadLetteredMessagesTo,
                autoDeleteOnIdle,
                status,
                abandonBackOff,
                deadLetterOnFilterError,
                defaultRule,
                userMetadata);
    }
}
