/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageState;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.PropertyCodec;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says why a message under lock cannot be settled as its receiver wants (rules L11, Q2, D1).
 *
 * <p>Has no state; for the partition's driver.
 */
final class SettlementRefusals {
    /** Properties together (rule Q2). */
    private static final int MAX_PROPERTIES_BYTES = 64 * 1024;

    /** Reason and description of a dead-lettering together: they are kept in one record with the properties. */
    private static final int MAX_REASON_CHARS = 16 * 1024;

    private SettlementRefusals() {}

    /** Why, or null if it can. */
    static @Nullable BrokerException of(MessageEntry entry, Settlement settlement) {
        if (settlement instanceof Settlement.Abandon abandon) {
            BrokerException refusal = ofProperties(entry, abandon.properties());
            return refusal == null ? ofDelay(entry, abandon.delayMs()) : refusal;
        } else if (settlement instanceof Settlement.Defer defer) {
            return ofProperties(entry, defer.properties());
        } else if (settlement instanceof Settlement.DeadLetter deadLetter) {
            return ofDeadLetter(entry, deadLetter);
        } else if (settlement instanceof Settlement.Fail fail) {
            return ofFailure(entry, fail);
        } else if (settlement instanceof Settlement.Complete complete && complete.otherwise() != null) {
            return ofFailure(entry, complete.otherwise());
        }
        return null;
    }

    /** The same of what a transaction is to do. */
    static @Nullable BrokerException ofStaged(MessageEntry entry, Settlement settlement) {
        return settlement instanceof Settlement.Fail
                ? new BrokerException(
                        ErrorCode.InvalidOperation,
                        "message " + entry.sequenceNumber + " of " + entry.fragment
                                + " cannot fail in a transaction, which is rolled back then: abandon or dead-letter it")
                : of(entry, settlement);
    }

    private static @Nullable BrokerException ofFailure(MessageEntry entry, Settlement.Fail fail) {
        if (fail.delayMs() < 0 || fail.maxFailures() < 1) {
            return new BrokerException(
                    ErrorCode.InvalidOperation,
                    "message " + entry.sequenceNumber + " of " + entry.fragment + " cannot fail for "
                            + fail.delayMs() + " ms, with a limit of " + fail.maxFailures()
                            + ": a delay is 0 or more, a limit 1 or more");
        }
        return ofReason(entry, null, fail.description());
    }

    private static @Nullable BrokerException ofDelay(MessageEntry entry, long delayMs) {
        String why = null;
        if (delayMs < 0) {
            why = "for " + delayMs + " ms: a delay is 0 or more";
        } else if (delayMs > 0 && entry.delivery.state() == MessageState.DEFERRED) {
            why =
                    "with a delay, because it is deferred and comes when somebody asks for its number: abandon it without";
        } else if (delayMs > 0
                && entry.fragment.settings().options().sessionRequired()
                && !entry.delivery.deadLettered()) {
            why = "with a delay, because it is the next of its session (rule G5): abandon it without";
        }
        return why == null
                ? null
                : new BrokerException(
                        ErrorCode.InvalidOperation,
                        "message " + entry.sequenceNumber + " of " + entry.fragment + " cannot be abandoned " + why);
    }

    private static @Nullable BrokerException ofDeadLetter(MessageEntry entry, Settlement.DeadLetter settlement) {
        if (entry.delivery.deadLettered()) {
            return new BrokerException(
                    ErrorCode.InvalidOperation,
                    "message " + entry.sequenceNumber + " is in the dead-letter queue of " + entry.fragment
                            + " already: complete it or send a copy elsewhere");
        }
        BrokerException refusal = ofProperties(entry, settlement.properties());
        return refusal == null ? ofReason(entry, settlement.reason(), settlement.description()) : refusal;
    }

    private static @Nullable BrokerException ofReason(
            MessageEntry entry, @Nullable String reason, @Nullable String description) {
        int chars = (reason == null ? 0 : reason.length()) + (description == null ? 0 : description.length());
        if (chars <= MAX_REASON_CHARS) {
            return null;
        }
        return new BrokerException(
                ErrorCode.MessageSizeExceeded,
                "reason and description of dead-lettering message " + entry.sequenceNumber + " have " + chars
                        + " characters, at most " + MAX_REASON_CHARS + " are allowed: shorten the description");
    }

    private static @Nullable BrokerException ofProperties(
            MessageEntry entry, Map<String, @Nullable Object> properties) {
        if (properties.isEmpty()) {
            return null;
        }
        // A map that was made without these checks may have a null name.
        if (properties.keySet().stream()
                .anyMatch(name -> Objects.toString(name, "").isEmpty())) {
            return new BrokerException(
                    ErrorCode.InvalidOperation,
                    "a property that is to be changed on message " + entry.sequenceNumber + " has no name");
        }
        for (Map.Entry<String, @Nullable Object> property : properties.entrySet()) {
            Object value = property.getValue();
            if (value != null && !PropertyCodec.isSupported(value)) {
                return new BrokerException(
                        ErrorCode.InvalidOperation,
                        "property " + property.getKey() + " cannot be set to a "
                                + value.getClass().getName());
            }
        }
        int bytes =
                PropertyCodec.encodeMap(entry.delivery.notes().with(properties).properties()).length;
        if (bytes > MAX_PROPERTIES_BYTES) {
            return new BrokerException(
                    ErrorCode.MessageSizeExceeded,
                    "the changed properties of message " + entry.sequenceNumber + " have " + bytes + " bytes, at most "
                            + MAX_PROPERTIES_BYTES + " are allowed");
        }
        return null;
    }
}
