/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

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
 * A subscription's filter, compiled: says which messages of the topic it takes (rule R4).
 *
 * <p>Immutable, thread safe.
 */
final class SubscriptionMatcher {
    private final SubscriptionFilter filter;
    private final @Nullable MessageFilter selector;
    private final @Nullable BrokerException unreadable;

    private SubscriptionMatcher(
            SubscriptionFilter filter, @Nullable MessageFilter selector, @Nullable BrokerException unreadable) {
        this.filter = filter;
        this.selector = selector;
        this.unreadable = unreadable;
    }

    static SubscriptionMatcher of(SubscriptionFilter filter) {
        try {
            return of(filter, Selector.parse(filter.selector()));
        } catch (BrokerException e) {
            return new SubscriptionMatcher(filter, null, e);
        }
    }

    static SubscriptionMatcher of(SubscriptionFilter filter, @Nullable MessageFilter selector) {
        return new SubscriptionMatcher(filter, selector, null);
    }

    SubscriptionFilter filter() {
        return filter;
    }

    /** What a look costs, see {@link MessageFilter#cost}. */
    int cost() {
        return selector == null ? 0 : selector.cost();
    }

    /**
     * Whether a message goes into the subscription.
     *
     * @throws BrokerException if nobody can say: the selector was stored by a program that knows more of them, or fails.
     *     The message begins in the middle of the sentence that says whose filter it is
     */
    boolean takes(Message message) {
        if (unreadable != null) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "cannot be read by this program (" + unreadable.getMessage() + "): update or delete it",
                    unreadable);
        }
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
