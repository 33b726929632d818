/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The part of the builders of descriptions that collects {@link EntityOptions}. What a kind of entity cannot have is refused
 * when the description is made.
 *
 * <p>Not thread safe.
 *
 * @param <B> the builder
 */
abstract sealed class OptionsBuilder<B extends OptionsBuilder<B>>
        permits QueueDescription.Builder, TopicDescription.Builder, SubscriptionDescription.Builder {
    EntityOptions options = EntityOptions.NONE;

    abstract B self();

    /** All of them at once. */
    public B options(EntityOptions value) {
        options = value;
        return self();
    }

    /** Each message belongs to a session (rule G1). */
    public B sessionRequired(boolean value) {
        return options(options.toBuilder().sessionRequired(value).build());
    }

    /** For how long message ids are remembered; zero for not at all (rule U2). */
    public B duplicateDetectionWindow(Duration value) {
        return options(options.toBuilder().duplicateDetectionWindow(value).build());
    }

    /** The queue or topic that messages go on to, null for none (rule W1). */
    public B forwardTo(@Nullable String value) {
        return options(options.toBuilder().forwardTo(value).build());
    }

    /** The queue or topic that dead-lettered messages go on to, null for none (rule W1). */
    public B forwardDeadLetteredMessagesTo(@Nullable String value) {
        return options(options.toBuilder().forwardDeadLetteredMessagesTo(value).build());
    }

    /** After how long without use it is deleted (rule W2). */
    public B autoDeleteOnIdle(Duration value) {
        return options(options.toBuilder().autoDeleteOnIdle(value).build());
    }

    /** What may be done with it (rule W3). */
    public B status(EntityStatus value) {
        return options(options.toBuilder().status(value).build());
    }

    /** How long abandoned messages are kept back. */
    public B abandonBackOff(BackOff value) {
        return options(options.toBuilder().abandonBackOff(value).build());
    }

    /** Dead-letters messages whose rules cannot be evaluated (rule D3). */
    public B deadLetterOnFilterError(boolean value) {
        return options(options.toBuilder().deadLetterOnFilterError(value).build());
    }

    /** Anything to keep with the entity. */
    public B userMetadata(String value) {
        return options(options.toBuilder().userMetadata(value).build());
    }
}
