/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.message.Message;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Properties of a received message, read where they lie: the application's in the bus's message, the provider's in the
 * delivery.
 *
 * <p>Not thread safe; the lock's end may be moved from another thread.
 */
final class ReceivedProperties {

    private final Delivery delivery;
    private final Message message;
    private @Nullable Map<String, Object> application;
    private volatile long lockedUntilMs;

    ReceivedProperties(Delivery delivery) {
        this.delivery = delivery;
        message = delivery.message();
        lockedUntilMs = delivery.lockedUntilMs();
    }

    /** The message's own, with what a settlement changed (rule L11); decoded when first asked for. */
    private Map<String, Object> application() {
        Map<String, Object> map = application;
        if (map == null) {
            map = changed(message.properties(), delivery.modifiedProperties());
            application = map;
        }
        return map;
    }

    private static Map<String, Object> changed(Map<String, Object> own, Map<String, @Nullable Object> changes) {
        if (changes.isEmpty()) {
            return own;
        }
        Map<String, Object> merged = new LinkedHashMap<>(own);
        for (Map.Entry<String, @Nullable Object> change : changes.entrySet()) {
            Object value = change.getValue();
            if (value == null) {
                merged.remove(change.getKey());
            } else {
                merged.put(change.getKey(), value);
            }
        }
        return merged;
    }

    void lockRenewed(long untilMs) {
        lockedUntilMs = untilMs;
    }

    Set<String> names() {
        Set<String> names = new LinkedHashSet<>(application().keySet());
        for (String input : PropertyNames.INPUTS.keySet()) {
            addIfPresent(names, input);
        }
        addIfPresent(names, PropertyNames.DEAD_LETTER_REASON);
        addIfPresent(names, PropertyNames.DEAD_LETTER_DESCRIPTION);
        names.add(PropertyNames.DELIVERY_COUNT);
        return Collections.unmodifiableSet(names);
    }

    private void addIfPresent(Set<String> names, String name) {
        if (get(name) != null) {
            names.add(name);
        }
    }

    @Nullable
    Object get(String name) {
        return switch (name) {
            case PropertyNames.GROUP_ID -> message.sessionId();
            case PropertyNames.GROUP_SEQUENCE ->
                message.groupSequence() == 0 ? application(name) : message.groupSequence();
            case PropertyNames.DELIVERY_COUNT -> delivery.deliveryCount() + 1;
            case PropertyNames.PARTITION_KEY -> message.partitionKey();
            case PropertyNames.MESSAGE_ID -> message.applicationMessageId();
            case PropertyNames.CONTENT_TYPE -> message.contentType();
            case PropertyNames.TO -> message.to();
            case PropertyNames.REPLY_TO_SESSION_ID -> message.replyToSessionId();
            case PropertyNames.SEQUENCE_NUMBER -> delivery.sequenceNumber();
            case PropertyNames.ENQUEUED_SEQUENCE_NUMBER -> delivery.enqueuedSequenceNumber();
            case PropertyNames.ENQUEUED_TIME -> delivery.enqueuedTimeMs();
            case PropertyNames.LOCKED_UNTIL -> lockedUntilMs == 0 ? null : lockedUntilMs;
            case PropertyNames.STATE -> state();
            case PropertyNames.ORIGINAL_EXPIRATION -> originalExpiration();
            case PropertyNames.DEAD_LETTER_REASON -> orApplication(name, delivery.deadLetterReason());
            case PropertyNames.DEAD_LETTER_DESCRIPTION -> orApplication(name, delivery.deadLetterDescription());
            default -> application(name);
        };
    }

    private @Nullable Object orApplication(String name, @Nullable String ofDelivery) {
        return ofDelivery != null ? ofDelivery : application(name);
    }

    /** Other front doors may have set types that Jakarta Messaging does not know: their text is read. */
    private @Nullable Object application(String name) {
        Object value = application().get(name);
        return value == null || ValueConversion.isPropertyType(value) ? value : value.toString();
    }

    private String state() {
        return switch (delivery.state()) {
            case ACTIVE -> "Active";
            case DEFERRED -> "Deferred";
            case SCHEDULED -> "Scheduled";
            case LOCKED -> "Locked";
        };
    }

    private @Nullable Object originalExpiration() {
        if (!delivery.entity().deadLetter()) {
            return null;
        }
        if (delivery.expiresAtMs() != Long.MAX_VALUE) {
            return delivery.expiresAtMs();
        }
        return message.timeToLiveMs() == 0 ? null : delivery.enqueuedTimeMs() + message.timeToLiveMs();
    }
}
