/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a message selector of Jakarta Messaging takes (rule R4): case-sensitive names, no limit of {@link
 * RuleDescription#MAX_TEXT_CHARS}, never a reason to dead-letter.
 *
 * <p>Immutable.
 *
 * @param filter the selector, and whose own messages are not taken
 */
public record SelectorFilter(SubscriptionFilter filter) implements RuleFilter {

    /**
     * Takes what a selector matches, whoever sent it; whether it can be read, the namespace checks when its rule is created.
     *
     * @throws BrokerException InvalidOperation for one that is too long
     */
    public static SelectorFilter of(@Nullable String selector) {
        return new SelectorFilter(SubscriptionFilter.of(selector));
    }
}
