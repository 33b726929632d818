/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules that every message keeps, wherever it goes: lengths of ids, keys that agree, ranges, names of properties.
 *
 * <p>Has no state; any thread.
 */
final class MessageValidation {

    /** Rule Q4. */
    private static final int MAX_ID_CHARS = 128;

    private static final int MAX_PRIORITY = 9;

    private MessageValidation() {}

    static void check(Message.Builder values) {
        checkId("message id", values.messageId);
        checkId("application message id", values.applicationMessageId);
        checkId("session id", values.sessionId);
        checkId("reply-to session id", values.replyToSessionId);
        checkId("partition key", values.partitionKey);
        // Rule P4.
        if (values.sessionId != null && values.partitionKey != null && !values.sessionId.equals(values.partitionKey)) {
            throw invalid("session id and partition key differ: leave out the partition key, the session id is one");
        }
        if (values.correlationId != null && values.correlationIdBytes != null) {
            throw invalid("correlation id is set as text and as bytes: set one of them");
        }
        if (values.priority < 0 || values.priority > MAX_PRIORITY) {
            throw invalid("priority " + values.priority + " is not between 0 and " + MAX_PRIORITY);
        }
        if (values.timeToLiveMs < 0) {
            throw invalid("time to live " + values.timeToLiveMs + " ms is negative; 0 means no limit");
        }
        if (values.deliveryDelayMs < 0) {
            throw invalid("delivery delay " + values.deliveryDelayMs + " ms is negative; 0 means no delay");
        }
        boolean bodiless = values.bodyKind == BodyKind.NONE || values.bodyKind == BodyKind.NULL_TEXT;
        if (bodiless && values.body.hasRemaining()) {
            throw invalid("body of kind " + values.bodyKind + " has " + values.body.remaining()
                    + " bytes, and can have none");
        }
        for (Map.Entry<String, Object> property : values.properties.entrySet()) {
            checkProperty(property.getKey(), property.getValue());
        }
    }

    private static void checkId(String field, @Nullable String id) {
        if (id != null && id.length() > MAX_ID_CHARS) {
            throw invalid(field + " has " + id.length() + " characters, at most " + MAX_ID_CHARS + " are allowed");
        }
    }

    // Callers that are not checked for nulls get here; in the encoding a null would remove a property.
    private static void checkProperty(@Nullable String name, @Nullable Object value) {
        if (name == null || name.isEmpty()) {
            throw invalid("a property has no name");
        }
        if (value == null) {
            throw invalid("property '" + name + "' is null: leave it out");
        }
    }

    private static BrokerException invalid(String what) {
        return new BrokerException(ErrorCode.InvalidOperation, what);
    }
}
