/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lets settings of one entity pass that are within their bounds; for others fails with InvalidOperation, naming it.
 *
 * <p>Immutable, thread safe.
 *
 * @param entity its kind and name
 */
record SettingBounds(String entity) {
    private static final Duration ONE_MS = Duration.ofMillis(1);
    private static final String TO_CHANGE_IT = "delete it and create it again, or keep the setting";

    /** Rules P1 and W6. */
    void placement(boolean partitioned, int homePartition, boolean temporary) {
        if (homePartition < 0) {
            throw invalid("home partition " + homePartition + " is negative");
        }
        if (partitioned && homePartition != 0) {
            throw invalid("home partition " + homePartition + " is set, but a partitioned one has none");
        }
        if (partitioned && temporary) {
            throw invalid("it is temporary, and what is temporary cannot be partitioned");
        }
    }

    /** Rule L3. Whole milliseconds. */
    Duration lockDuration(Duration value) {
        if (value.compareTo(QueueDescription.MIN_LOCK_DURATION) < 0
                || value.compareTo(QueueDescription.MAX_LOCK_DURATION) > 0) {
            throw invalid("lock duration " + value + " is not between 1 s and 5 min");
        }
        return Duration.ofMillis(value.toMillis());
    }

    /** Rule L12. */
    void maxDeliveryCount(int value) {
        if (value < 1) {
            throw invalid("max delivery count " + value + " is less than 1");
        }
    }

    /** Rule T2. Whole milliseconds; more than {@link QueueDescription#NO_LIMIT} is no limit. */
    Duration timeToLive(Duration value) {
        if (value.compareTo(ONE_MS) < 0) {
            throw invalid("default time to live " + value + " is less than 1 ms; NO_LIMIT is none");
        }
        return value.compareTo(QueueDescription.NO_LIMIT) >= 0
                ? QueueDescription.NO_LIMIT
                : Duration.ofMillis(value.toMillis());
    }

    /** Rules P2 and Q1. */
    void sizes(long maxSizeBytes, int maxMessageBytes) {
        if (maxSizeBytes < QueueDescription.MIN_SIZE_BYTES) {
            throw invalid(
                    "size of " + maxSizeBytes + " bytes is less than " + QueueDescription.MIN_SIZE_BYTES + " (1 MB)");
        }
        if (maxMessageBytes < QueueDescription.MIN_MESSAGE_BYTES
                || maxMessageBytes > QueueDescription.MAX_MESSAGE_BYTES) {
            throw invalid("message limit of " + maxMessageBytes + " bytes is not between "
                    + QueueDescription.MIN_MESSAGE_BYTES + " (1 KB) and " + QueueDescription.MAX_MESSAGE_BYTES
                    + " (100 MB)");
        }
    }

    /** What is fixed at creation stays so (rules P1, W6). */
    void fixed(boolean partitioned, boolean nextPartitioned, int home, int nextHome) {
        if (nextPartitioned != partitioned) {
            throw invalid(
                    (partitioned ? "is" : "is not") + " partitioned, which is fixed at creation: " + TO_CHANGE_IT);
        }
        if (nextHome != home) {
            throw invalid(
                    "lives in partition " + home + ", which is fixed at creation: it cannot be moved to " + nextHome);
        }
    }

    void temporaryFixed(boolean temporary, boolean next) {
        if (temporary != next) {
            throw invalid((temporary ? "is" : "is not") + " temporary, which is fixed at creation: " + TO_CHANGE_IT);
        }
    }

    /**
     * Lets options pass that an entity of this kind can have.
     *
     * @return the same with durations in whole milliseconds
     */
    EntityOptions options(EntityOptions options, EntityKind kind, boolean temporary) {
        if (kind == EntityKind.TOPIC) {
            refuse(options.sessionRequired(), "a topic has no sessions: its subscriptions may");
            refuse(forwards(options), "a topic forwards nothing: its subscriptions may");
            refuse(!options.abandonBackOff().equals(BackOff.NONE), "a topic has no back-off: its subscriptions may");
        }
        if (kind == EntityKind.SUBSCRIPTION) {
            refuse(options.detectsDuplicates(), "duplicates are detected by its topic");
        } else {
            refuse(options.deadLetterOnFilterError() || !options.defaultRule(), "only subscriptions have rules");
        }
        refuse(
                options.sessionRequired() && options.forwardTo() != null,
                "it requires sessions, and forwards nothing then (rule W1)");
        refuse(temporary && forwards(options), "it is temporary, and forwards nothing then");
        checkTarget("forwardTo", options.forwardTo());
        checkTarget("forwardDeadLetteredMessagesTo", options.forwardDeadLetteredMessagesTo());
        if (options.userMetadata().length() > EntityOptions.MAX_METADATA_CHARS) {
            throw invalid("user metadata of " + options.userMetadata().length() + " characters are more than "
                    + EntityOptions.MAX_METADATA_CHARS);
        }
        return options.toBuilder()
                .duplicateDetectionWindow(window(options.duplicateDetectionWindow()))
                .autoDeleteOnIdle(idle(options.autoDeleteOnIdle()))
                .build();
    }

    private void refuse(boolean broken, String why) {
        if (broken) {
            throw invalid(why);
        }
    }

    private static boolean forwards(EntityOptions options) {
        return options.forwardTo() != null || options.forwardDeadLetteredMessagesTo() != null;
    }

    /** The name of a queue or topic, which the paths of a subscription and of a dead-letter queue are not (rule W1). */
    private void checkTarget(String setting, @Nullable String target) {
        if (target == null) {
            return;
        }
        EntityPath path = EntityPath.parse(target);
        if (path.deadLetter() || path.kind() == EntityKind.SUBSCRIPTION) {
            throw invalid(setting + " names a queue or topic, and '" + target + "' is the path of a "
                    + (path.deadLetter() ? "dead-letter queue" : "subscription"));
        }
    }

    /** Rule U2. */
    private Duration window(Duration value) {
        if (value.isZero()) {
            return value;
        }
        if (value.compareTo(EntityOptions.MIN_WINDOW) < 0 || value.compareTo(EntityOptions.MAX_WINDOW) > 0) {
            throw invalid("duplicate detection window " + value + " is neither zero nor between 20 s and 7 days");
        }
        return Duration.ofMillis(value.toMillis());
    }

    /** Rule W2. */
    private Duration idle(Duration value) {
        if (value.compareTo(EntityOptions.MIN_IDLE) < 0) {
            throw invalid("auto-delete on idle after " + value + " is less than 5 min; NO_LIMIT is never");
        }
        return timeToLive(value);
    }

    /** What is fixed at creation stays so (rules G1, U1). */
    void optionsFixed(EntityOptions now, EntityOptions next) {
        if (now.sessionRequired() != next.sessionRequired()) {
            throw invalid((now.sessionRequired() ? "requires" : "does not require")
                    + " sessions, which is fixed at creation: " + TO_CHANGE_IT);
        }
        if (now.detectsDuplicates() != next.detectsDuplicates()) {
            throw invalid((now.detectsDuplicates() ? "detects" : "does not detect")
                    + " duplicates, which is fixed at creation: " + TO_CHANGE_IT);
        }
    }

    BrokerException invalid(String what) {
        return new BrokerException(ErrorCode.InvalidOperation, entity + ": " + what);
    }
}
