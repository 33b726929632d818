/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import static io.peeklock.broker.entity.EntityKind.QUEUE;
import static io.peeklock.broker.entity.EntityKind.SUBSCRIPTION;
import static io.peeklock.broker.entity.EntityKind.TOPIC;

import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityOptions;
import io.peeklock.broker.entity.QueueDescription;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Every setting of an entity that the file can have: the one place that knows its name, where it stands and what is allowed.
 *
 * <p>Immutable, thread safe.
 */
@SuppressWarnings("ImmutableEnumChecker") // the formats are records of constants
enum Field {
    // In the order in which they are written: first those of the emulator, then others of Azure, then our own.
    DEAD_LETTERING_ON_MESSAGE_EXPIRATION(
            "DeadLetteringOnMessageExpiration", new FieldFormat.Flag(), QUEUE, SUBSCRIPTION),
    DEFAULT_MESSAGE_TIME_TO_LIVE(
            "DefaultMessageTimeToLive",
            new FieldFormat.Time(Duration.ofMillis(1), QueueDescription.NO_LIMIT),
            QUEUE,
            TOPIC,
            SUBSCRIPTION),
    /** Its limits hold where duplicates are detected: elsewhere it is written too, and says nothing. */
    DUPLICATE_DETECTION_HISTORY_TIME_WINDOW(
            "DuplicateDetectionHistoryTimeWindow",
            new FieldFormat.Time(Duration.ZERO, QueueDescription.NO_LIMIT),
            QUEUE,
            TOPIC),
    FORWARD_DEAD_LETTERED_MESSAGES_TO("ForwardDeadLetteredMessagesTo", new FieldFormat.Target(), QUEUE, SUBSCRIPTION),
    FORWARD_TO("ForwardTo", new FieldFormat.Target(), QUEUE, SUBSCRIPTION),
    LOCK_DURATION(
            "LockDuration",
            new FieldFormat.Time(QueueDescription.MIN_LOCK_DURATION, QueueDescription.MAX_LOCK_DURATION),
            QUEUE,
            SUBSCRIPTION),
    MAX_DELIVERY_COUNT("MaxDeliveryCount", new FieldFormat.WholeNumber(1, Integer.MAX_VALUE), QUEUE, SUBSCRIPTION),
    REQUIRES_DUPLICATE_DETECTION("RequiresDuplicateDetection", new FieldFormat.Flag(), QUEUE, TOPIC),
    REQUIRES_SESSION("RequiresSession", new FieldFormat.Flag(), QUEUE, SUBSCRIPTION),

    AUTO_DELETE_ON_IDLE(
            "AutoDeleteOnIdle",
            new FieldFormat.Time(EntityOptions.MIN_IDLE, QueueDescription.NO_LIMIT),
            QUEUE,
            TOPIC,
            SUBSCRIPTION),
    DEAD_LETTERING_ON_FILTER_EVALUATION_EXCEPTIONS(
            "DeadLetteringOnFilterEvaluationExceptions", new FieldFormat.Flag(), SUBSCRIPTION),
    ENABLE_PARTITIONING("EnablePartitioning", new FieldFormat.Flag(), QUEUE, TOPIC),
    MAX_MESSAGE_SIZE_IN_KILOBYTES(
            "MaxMessageSizeInKilobytes",
            new FieldFormat.WholeNumber(
                    QueueDescription.MIN_MESSAGE_BYTES >> 10, QueueDescription.MAX_MESSAGE_BYTES >> 10),
            QUEUE,
            TOPIC),
    MAX_SIZE_IN_MEGABYTES("MaxSizeInMegabytes", new FieldFormat.WholeNumber(1, 1L << 40), QUEUE, TOPIC),
    STATUS("Status", new FieldFormat.Status(), QUEUE, TOPIC, SUBSCRIPTION),
    USER_METADATA("UserMetadata", new FieldFormat.Text(EntityOptions.MAX_METADATA_CHARS), QUEUE, TOPIC, SUBSCRIPTION),

    ABANDON_BACK_OFF("AbandonBackOff", new FieldFormat.Time(Duration.ZERO, Duration.ofDays(365)), QUEUE, SUBSCRIPTION),
    ABANDON_BACK_OFF_MAX(
            "AbandonBackOffMax", new FieldFormat.Time(Duration.ZERO, Duration.ofDays(365)), QUEUE, SUBSCRIPTION),
    /** Only false is ever written, and only where there are no rules at all. */
    DEFAULT_RULE("DefaultRule", new FieldFormat.Flag(), SUBSCRIPTION),
    HOME_PARTITION("HomePartition", new FieldFormat.WholeNumber(0, Short.MAX_VALUE), QUEUE, TOPIC),
    MAX_MESSAGE_SIZE_IN_BYTES(
            "MaxMessageSizeInBytes",
            new FieldFormat.WholeNumber(QueueDescription.MIN_MESSAGE_BYTES, QueueDescription.MAX_MESSAGE_BYTES),
            QUEUE,
            TOPIC),
    MAX_SIZE_IN_BYTES(
            "MaxSizeInBytes", new FieldFormat.WholeNumber(QueueDescription.MIN_SIZE_BYTES, 1L << 60), QUEUE, TOPIC);

    /** Where settings stand that Azure has too. */
    static final String AZURE_SECTION = "Properties";
    /** Where our own stand, so that no name ever clashes. */
    static final String OWN_SECTION = "Peeklock";

    private final String jsonName;
    private final FieldFormat format;
    private final Set<EntityKind> kinds;

    Field(String jsonName, FieldFormat format, EntityKind first, EntityKind... more) {
        this.jsonName = jsonName;
        this.format = format;
        this.kinds = EnumSet.of(first, more);
    }

    String jsonName() {
        return jsonName;
    }

    FieldFormat format() {
        return format;
    }

    boolean isOf(EntityKind kind) {
        return kinds.contains(kind);
    }

    /** The section in which it stands. */
    String section() {
        return compareTo(ABANDON_BACK_OFF) < 0 ? AZURE_SECTION : OWN_SECTION;
    }
}
