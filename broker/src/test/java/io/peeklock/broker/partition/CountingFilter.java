/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.message.Message;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Wants messages that have a property, sent or added by a settlement; counts how often it looks. Equal to others that
 * want the same one.
 *
 * <p>Not thread safe, but for the count.
 */
final class CountingFilter implements MessageFilter {
    private final String wanted;
    private final AtomicInteger looks;

    CountingFilter(String wanted, AtomicInteger looks) {
        this.wanted = wanted;
        this.looks = looks;
    }

    @Override
    public boolean matches(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
        looks.incrementAndGet();
        return changes.containsKey(wanted) || message.property(wanted) != null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CountingFilter filter && wanted.equals(filter.wanted);
    }

    @Override
    public int hashCode() {
        return Objects.hash(wanted);
    }
}
