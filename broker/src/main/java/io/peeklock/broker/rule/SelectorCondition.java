/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.message.Origin;
import io.peeklock.broker.selector.Selector;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A filter of Jakarta Messaging, compiled: a selector, and whose own messages are not taken (rule R4).
 *
 * <p>Immutable, thread safe.
 */
final class SelectorCondition implements RuleCondition {
    private final SubscriptionFilter filter;
    private final @Nullable MessageFilter selector;

    SelectorCondition(SubscriptionFilter filter, @Nullable MessageFilter selector) {
        this.filter = filter;
        this.selector = selector;
    }

    /** @throws BrokerException InvalidSelector */
    static RuleCondition of(SubscriptionFilter filter) {
        return filter.equals(SubscriptionFilter.ALL)
                ? RuleCondition.ALL
                : new SelectorCondition(filter, Selector.parse(filter.selector()));
    }

    @Override
    public int cost() {
        return selector == null ? 0 : selector.cost();
    }

    @Override
    public boolean takes(MessageView view) {
        Message message = view.message();
        Origin origin = message.origin();
        if (origin != null && isLocal(origin)) {
            return false;
        }
        try {
            return selector == null || selector.matches(message, 0, Map.of());
        } catch (RuntimeException e) {
            // It should not, and a filter must not stop the partition.
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "failed on it (" + e + "), which is a defect: report it, and update or delete the subscription",
                    e);
        }
    }

    private boolean isLocal(Origin origin) {
        String clientId = origin.clientId();
        return origin.connectionId().equals(filter.noLocalConnection())
                || clientId != null && clientId.equals(filter.noLocalClientId());
    }
}
