/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.message.Message;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Wants messages that have a property, sent or added by a settlement, and tells of each look. Equal to others that want
 * the same one.
 *
 * <p>As thread safe as what it tells.
 */
final class PropertyFilter implements MessageFilter {
    private final String wanted;
    private final Runnable looked;

    PropertyFilter(String wanted, Runnable looked) {
        this.wanted = wanted;
        this.looked = looked;
    }

    @Override
    public boolean matches(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
        looked.run();
        return changes.containsKey(wanted) || message.property(wanted) != null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PropertyFilter filter && wanted.equals(filter.wanted);
    }

    @Override
    public int hashCode() {
        return wanted.hashCode();
    }
}
