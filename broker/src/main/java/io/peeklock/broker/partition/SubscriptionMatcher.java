/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.message.Origin;
import io.peeklock.broker.selector.Selector;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A subscription's filter, compiled: says which messages of the topic it takes (rule R4).
 *
 * <p>Immutable, thread safe.
 */
final class SubscriptionMatcher {
    private final SubscriptionFilter filter;
    private final @Nullable Selector selector;
    private final @Nullable BrokerException unreadable;

    SubscriptionMatcher(SubscriptionFilter filter) {
        this.filter = filter;
        Selector compiled = null;
        BrokerException failure = null;
        try {
            compiled = Selector.parse(filter.selector());
        } catch (BrokerException e) {
            failure = e;
        }
        selector = compiled;
        unreadable = failure;
    }

    SubscriptionFilter filter() {
        return filter;
    }

    /**
     * Why the selector cannot be read, or null: it was stored by a program that knows more of them. Then nobody can say which
     * messages the subscription wants, and taking too few would lose some.
     */
    @Nullable
    BrokerException unreadable() {
        return unreadable;
    }

    boolean takes(Message message) {
        Origin origin = message.origin();
        if (origin != null && isLocal(origin)) {
            return false;
        }
        return selector == null || selector.matches(message, 0, Map.of());
    }

    private boolean isLocal(Origin origin) {
        String clientId = origin.clientId();
        return origin.connectionId().equals(filter.noLocalConnection())
                || clientId != null && clientId.equals(filter.noLocalClientId());
    }
}
