/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of an entity an administrator means: all, or fewer and fewer of them.
 *
 * <p>Immutable.
 *
 * @param states in which they stand; empty if that was not said. Messages under lock are never meant
 * @param filter what chooses them, a {@link io.peeklock.broker.selector.Selector} for example; null for all. In a
 *     dead-letter queue it sees {@code DeadLetterReason} and {@code DeadLetterErrorDescription}
 * @param enqueuedBefore only those that were enqueued before then; null for all
 * @param sequenceNumbers only those with one of these numbers, from the lowest on; empty for all
 * @param maxMessages with so many it ends, from 1
 */
public record MessageSelection(
        Set<MessageState> states,
        @Nullable MessageFilter filter,
        @Nullable Instant enqueuedBefore,
        NavigableSet<Long> sequenceNumbers,
        long maxMessages) {

    /** Everything that is there and not under lock. */
    public static final MessageSelection ALL =
            new MessageSelection(Set.of(), null, null, new TreeSet<>(), Long.MAX_VALUE);

    public MessageSelection {
        states = Set.copyOf(states);
        sequenceNumbers = sorted(sequenceNumbers);
        if (states.contains(MessageState.LOCKED)) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "messages under lock belong to their receivers: wait until they are settled, or bar the entity with"
                            + " status RECEIVE_DISABLED until their locks have run out");
        }
        if (maxMessages < 1) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "at least 1 message must be wanted, not " + maxMessages);
        }
    }

    /** Those of them in one of these states. */
    public MessageSelection inState(MessageState... wanted) {
        return new MessageSelection(Set.of(wanted), filter, enqueuedBefore, sequenceNumbers, maxMessages);
    }

    /** Those of them that a filter chooses. */
    public MessageSelection matching(@Nullable MessageFilter wanted) {
        return new MessageSelection(states, wanted, enqueuedBefore, sequenceNumbers, maxMessages);
    }

    /** Those of them that were enqueued before an instant. */
    public MessageSelection enqueuedBefore(Instant instant) {
        return new MessageSelection(states, filter, instant, sequenceNumbers, maxMessages);
    }

    /** Those of them with these sequence numbers. */
    public MessageSelection numbered(Collection<Long> numbers) {
        return new MessageSelection(states, filter, enqueuedBefore, sorted(numbers), maxMessages);
    }

    /** Once: very many may be named, and are gone through some at a time. */
    private static NavigableSet<Long> sorted(Collection<Long> numbers) {
        TreeSet<Long> sorted = new TreeSet<>();
        sorted.addAll(numbers);
        return Collections.unmodifiableNavigableSet(sorted);
    }

    /** The first of them. */
    public MessageSelection atMost(long messages) {
        return new MessageSelection(states, filter, enqueuedBefore, sequenceNumbers, messages);
    }
}
