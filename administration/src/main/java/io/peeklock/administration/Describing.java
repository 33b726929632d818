/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.entity.EntityDescription;
import io.peeklock.broker.entity.EntityOptions;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import java.util.EnumMap;
import java.util.Map;

/**
 * Makes descriptions of entities of those that are there, or of the defaults, and the settings that the file gives; and back.
 *
 * <p>Has no state; any thread.
 */
final class Describing {

    private Describing() {}

    /** @throws BrokerException InvalidOperation if settings exclude each other */
    static QueueDescription describe(QueueDescription now, Settings settings) {
        return now.toBuilder()
                .partitioned(settings.flag(Field.ENABLE_PARTITIONING, now.partitioned()))
                .homePartition(Math.toIntExact(settings.number(Field.HOME_PARTITION, now.homePartition())))
                .lockDuration(settings.duration(Field.LOCK_DURATION, now.lockDuration()))
                .maxDeliveryCount(Math.toIntExact(settings.number(Field.MAX_DELIVERY_COUNT, now.maxDeliveryCount())))
                .defaultTimeToLive(settings.duration(Field.DEFAULT_MESSAGE_TIME_TO_LIVE, now.defaultTimeToLive()))
                .deadLetterOnExpiry(settings.flag(Field.DEAD_LETTERING_ON_MESSAGE_EXPIRATION, now.deadLetterOnExpiry()))
                .maxSizeBytes(settings.maxSizeBytes(now.maxSizeBytes()))
                .maxMessageBytes(settings.maxMessageBytes(now.maxMessageBytes()))
                .options(options(now, settings, now.options().defaultRule()))
                .build();
    }

    /** @throws BrokerException InvalidOperation if settings exclude each other */
    static TopicDescription describe(TopicDescription now, Settings settings) {
        return now.toBuilder()
                .partitioned(settings.flag(Field.ENABLE_PARTITIONING, now.partitioned()))
                .homePartition(Math.toIntExact(settings.number(Field.HOME_PARTITION, now.homePartition())))
                .defaultTimeToLive(settings.duration(Field.DEFAULT_MESSAGE_TIME_TO_LIVE, now.defaultTimeToLive()))
                .maxSizeBytes(settings.maxSizeBytes(now.maxSizeBytes()))
                .maxMessageBytes(settings.maxMessageBytes(now.maxMessageBytes()))
                .options(options(now, settings, now.options().defaultRule()))
                .build();
    }

    /**
     * @param defaultRule whether it has the rule {@code $Default} as a part of itself
     * @throws BrokerException InvalidOperation if settings exclude each other
     */
    static SubscriptionDescription describe(SubscriptionDescription now, Settings settings, boolean defaultRule) {
        return now.toBuilder()
                .lockDuration(settings.duration(Field.LOCK_DURATION, now.lockDuration()))
                .maxDeliveryCount(Math.toIntExact(settings.number(Field.MAX_DELIVERY_COUNT, now.maxDeliveryCount())))
                .defaultTimeToLive(settings.duration(Field.DEFAULT_MESSAGE_TIME_TO_LIVE, now.defaultTimeToLive()))
                .deadLetterOnExpiry(settings.flag(Field.DEAD_LETTERING_ON_MESSAGE_EXPIRATION, now.deadLetterOnExpiry()))
                .options(options(now, settings, defaultRule))
                .build();
    }

    // ---- The other way

    /** Every setting that the file has of such an entity. */
    static Map<Field, Object> settings(QueueDescription queue) {
        Map<Field, Object> settings = settings(queue.options());
        forwards(settings, queue.options());
        detection(settings, queue.options());
        place(settings, queue.partitioned(), queue.homePartition(), queue.maxSizeBytes(), queue.maxMessageBytes());
        settings.put(Field.LOCK_DURATION, queue.lockDuration());
        settings.put(Field.MAX_DELIVERY_COUNT, (long) queue.maxDeliveryCount());
        settings.put(Field.DEFAULT_MESSAGE_TIME_TO_LIVE, queue.defaultTimeToLive());
        settings.put(Field.DEAD_LETTERING_ON_MESSAGE_EXPIRATION, queue.deadLetterOnExpiry());
        return settings;
    }

    /** Every setting that the file has of such an entity. */
    static Map<Field, Object> settings(TopicDescription topic) {
        Map<Field, Object> settings = settings(topic.options());
        detection(settings, topic.options());
        place(settings, topic.partitioned(), topic.homePartition(), topic.maxSizeBytes(), topic.maxMessageBytes());
        settings.put(Field.DEFAULT_MESSAGE_TIME_TO_LIVE, topic.defaultTimeToLive());
        return settings;
    }

    /** Every setting that the file has of such an entity, but for its rules. */
    static Map<Field, Object> settings(SubscriptionDescription subscription) {
        EntityOptions options = subscription.options();
        Map<Field, Object> settings = settings(options);
        forwards(settings, options);
        settings.put(Field.DEAD_LETTERING_ON_FILTER_EVALUATION_EXCEPTIONS, options.deadLetterOnFilterError());
        settings.put(Field.LOCK_DURATION, subscription.lockDuration());
        settings.put(Field.MAX_DELIVERY_COUNT, (long) subscription.maxDeliveryCount());
        settings.put(Field.DEFAULT_MESSAGE_TIME_TO_LIVE, subscription.defaultTimeToLive());
        settings.put(Field.DEAD_LETTERING_ON_MESSAGE_EXPIRATION, subscription.deadLetterOnExpiry());
        return settings;
    }

    private static Map<Field, Object> settings(EntityOptions options) {
        Map<Field, Object> settings = new EnumMap<>(Field.class);
        settings.put(Field.AUTO_DELETE_ON_IDLE, options.autoDeleteOnIdle());
        settings.put(Field.STATUS, options.status());
        settings.put(Field.USER_METADATA, options.userMetadata());
        return settings;
    }

    /** Of what is received from. */
    private static void forwards(Map<Field, Object> settings, EntityOptions options) {
        String target = options.forwardTo();
        String deadTarget = options.forwardDeadLetteredMessagesTo();
        settings.put(Field.FORWARD_TO, target == null ? "" : target);
        settings.put(Field.FORWARD_DEAD_LETTERED_MESSAGES_TO, deadTarget == null ? "" : deadTarget);
        settings.put(Field.REQUIRES_SESSION, options.sessionRequired());
        settings.put(Field.ABANDON_BACK_OFF, options.abandonBackOff().first());
        settings.put(Field.ABANDON_BACK_OFF_MAX, options.abandonBackOff().max());
    }

    /** Of what is sent to. */
    private static void detection(Map<Field, Object> settings, EntityOptions options) {
        settings.put(Field.REQUIRES_DUPLICATE_DETECTION, options.detectsDuplicates());
        if (options.detectsDuplicates()) {
            settings.put(Field.DUPLICATE_DETECTION_HISTORY_TIME_WINDOW, options.duplicateDetectionWindow());
        }
    }

    private static void place(
            Map<Field, Object> settings, boolean partitioned, int home, long maxSizeBytes, int maxMessageBytes) {
        settings.put(Field.ENABLE_PARTITIONING, partitioned);
        if (!partitioned) {
            settings.put(Field.HOME_PARTITION, (long) home);
        }
        boolean wholeMegabytes = maxSizeBytes % (1 << 20) == 0;
        settings.put(
                wholeMegabytes ? Field.MAX_SIZE_IN_MEGABYTES : Field.MAX_SIZE_IN_BYTES,
                wholeMegabytes ? maxSizeBytes >> 20 : maxSizeBytes);
        boolean wholeKilobytes = maxMessageBytes % (1 << 10) == 0;
        settings.put(wholeKilobytes ? Field.MAX_MESSAGE_SIZE_IN_KILOBYTES : Field.MAX_MESSAGE_SIZE_IN_BYTES, (long)
                (wholeKilobytes ? maxMessageBytes >> 10 : maxMessageBytes));
    }

    private static EntityOptions options(EntityDescription entity, Settings settings, boolean defaultRule) {
        EntityOptions now = entity.options();
        Object status = settings.value(Field.STATUS);
        Object metadata = settings.value(Field.USER_METADATA);
        return now.toBuilder()
                .sessionRequired(settings.flag(Field.REQUIRES_SESSION, now.sessionRequired()))
                .duplicateDetectionWindow(settings.duplicateDetectionWindow(now.duplicateDetectionWindow()))
                .forwardTo(settings.target(Field.FORWARD_TO, now.forwardTo()))
                .forwardDeadLetteredMessagesTo(
                        settings.target(Field.FORWARD_DEAD_LETTERED_MESSAGES_TO, now.forwardDeadLetteredMessagesTo()))
                .autoDeleteOnIdle(settings.duration(Field.AUTO_DELETE_ON_IDLE, now.autoDeleteOnIdle()))
                .status(status == null ? now.status() : (EntityStatus) status)
                .abandonBackOff(settings.abandonBackOff(now.abandonBackOff()))
                .deadLetterOnFilterError(settings.flag(
                        Field.DEAD_LETTERING_ON_FILTER_EVALUATION_EXCEPTIONS, now.deadLetterOnFilterError()))
                .defaultRule(defaultRule)
                .userMetadata(metadata == null ? now.userMetadata() : (String) metadata)
                .build();
    }
}
