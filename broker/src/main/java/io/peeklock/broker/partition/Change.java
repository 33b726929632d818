/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.rule.CompiledRule;

/**
 * A change of a partition's state, the only way in which it changes: live, and when it is loaded.
 *
 * <p>Some are durable (they have a record in the journal if the message has one), the others are volatile.
 */
sealed interface Change {

    /** A message enters a fragment. Durable if the message is. */
    record Enqueued(MessageEntry entry) implements Change {}

    /** The changing part of a message is replaced. Durable if the message is. */
    record DeliveryChanged(MessageEntry entry, DeliveryState next) implements Change {}

    /** A message leaves. Durable if the message is. */
    record Removed(MessageEntry entry) implements Change {}

    /** A message is locked for a receiver. Volatile. */
    record Locked(MessageEntry entry, MessageLock lock) implements Change {}

    /** A lock ends; the message is nowhere until another change says where. Volatile. */
    record Unlocked(MessageEntry entry) implements Change {}

    /** A lock lasts longer. Volatile. */
    record LockExtended(MessageLock lock, long deadlineNanos, long lockedUntilMs) implements Change {}

    /** A message can be received now. Volatile. */
    record BecameReady(MessageEntry entry) implements Change {}

    /** A message's content was put into the swap. Volatile. */
    record Swapped(MessageEntry entry, long handle) implements Change {}

    /**
     * An entity is here with these settings and these numbers reserved. Durable if {@code recordId} is not 0.
     *
     * @param fragment the fragment, new or present
     */
    record EntitySet(Fragment fragment, EntityDefinition definition, long recordId, long reservedNumber)
            implements Change {}

    /** A subscription has a rule, new or instead of the one of its id. Volatile: the definitions say so. */
    record RuleSet(Fragment subscription, CompiledRule rule) implements Change {}

    /** A subscription has a rule no longer. Volatile: the definitions say so. */
    record RuleGone(Fragment subscription, long ruleId) implements Change {}

    /** A topic has given its next number to a message. Volatile: what is reserved is durable. */
    record NumberTaken(Fragment topic, long sequenceNumber) implements Change {}

    /**
     * An entity was deleted: nothing in it can be had any more. Messages are removed by changes of their own. Volatile:
     * the definitions say that it is gone.
     */
    record EntityGone(Fragment fragment) implements Change {}

    /** The last message of a deleted entity is gone. Durable if the entity has a record. */
    record EntityEmptied(Fragment fragment) implements Change {}
}
