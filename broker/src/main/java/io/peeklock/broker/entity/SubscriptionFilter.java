/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a topic a subscription takes: those that match the selector and do not come from the connection or
 * client whose own messages it does not want (rule R4).
 *
 * <p>Immutable.
 *
 * @param selector a selector of Jakarta Messaging, null or blank (kept as null) for every message
 * @param noLocalConnection messages sent through this connection are not taken; null for no such connection
 * @param noLocalClientId messages sent by connections of this client identifier are not taken; null for no such client
 */
public record SubscriptionFilter(
        @Nullable String selector,
        @Nullable String noLocalConnection,
        @Nullable String noLocalClientId) {

    /** Takes every message: the rule {@code $Default} (rule R1). */
    public static final SubscriptionFilter ALL = new SubscriptionFilter(null, null, null);

    private static final int MAX_SELECTOR_CHARS = 65_536;
    private static final int MAX_ID_CHARS = 4096;

    /**
     * Whether a selector can be read, the namespace checks.
     *
     * @throws BrokerException InvalidOperation for what is too long
     */
    public SubscriptionFilter {
        selector = selector == null || selector.isBlank() ? null : selector;
        requireLength("selector", selector, MAX_SELECTOR_CHARS);
        requireLength("connection of noLocal", noLocalConnection, MAX_ID_CHARS);
        requireLength("client identifier of noLocal", noLocalClientId, MAX_ID_CHARS);
    }

    private static void requireLength(String what, @Nullable String text, int maxChars) {
        if (text != null && text.length() > maxChars) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "the " + what + " has " + text.length() + " characters, at most " + maxChars + " are allowed");
        }
    }

    /** Takes what a selector matches, whoever sent it. */
    public static SubscriptionFilter of(@Nullable String selector) {
        return new SubscriptionFilter(selector, null, null);
    }
}
