/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A rule of a subscription: which messages it takes, and what it makes of them (rules R1 to R7).
 *
 * <p>Immutable.
 *
 * @param topic the topic's name
 * @param subscription the subscription's own name
 * @param name one of its rules has it; 1 to {@link #MAX_NAME_CHARS} characters, none of them a slash, a backslash or a
 *     control character
 * @param filter which messages
 * @param action an SQL action of at most {@link #MAX_TEXT_CHARS} characters that changes the copy of this rule; null for
 *     none, and then one copy does for all such rules of the subscription (rule R2)
 */
public record RuleDescription(
        String topic,
        String subscription,
        String name,
        RuleFilter filter,
        @Nullable String action) {

    /** The rule that a new subscription has (rule R1). */
    public static final String DEFAULT_NAME = "$Default";

    public static final int MAX_NAME_CHARS = 50;
    /** Of an SQL filter or action (rule R7). */
    public static final int MAX_TEXT_CHARS = 1024;

    /**
     * Whether SQL can be read, the namespace checks when the rule is created.
     *
     * @throws BrokerException InvalidOperation for a name that breaks the rules (Q4), or an action that is too long (R7)
     */
    public RuleDescription {
        EntityNames.checkSubscription(name, MAX_NAME_CHARS);
        if (action != null) {
            requireLength("action", action);
            action = action.isBlank() ? null : action;
        }
    }

    /**
     * Without action.
     *
     * @throws BrokerException InvalidOperation for a name that breaks the rules (Q4)
     */
    public RuleDescription(String topic, String subscription, String name, RuleFilter filter) {
        this(topic, subscription, name, filter, null);
    }

    /** The path of its subscription. */
    public EntityPath path() {
        return EntityPath.subscription(topic, subscription);
    }

    /** For errors. */
    public String title() {
        return "rule '" + name + "' of subscription '" + path() + "'";
    }

    static void requireLength(String what, String text) {
        requireLength(what, text.length());
    }

    static void requireLength(String what, long chars) {
        if (chars > MAX_TEXT_CHARS) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "too many characters for the " + what + ": " + chars + ", and at most " + MAX_TEXT_CHARS
                            + " are allowed");
        }
    }
}
