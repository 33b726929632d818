/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.rule.CompiledRule;
import io.peeklock.journal.RecordBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** A load has seen to which session a message belongs. Volatile: its content says it. */
    record SessionKnown(MessageEntry entry, @Nullable String sessionId) implements Change {}

    /** A session is locked for a receiver. Volatile. */
    record SessionLocked(SessionLock lock) implements Change {}

    /** A session's lock lasts longer. Volatile. */
    record SessionExtended(SessionLock lock, long deadlineNanos, long lockedUntilMs, long autoRenewUntilNanos)
            implements Change {}

    /** The holder of a session is closed, and only what it has not settled keeps the session. Volatile. */
    record SessionLeft(SessionLock lock) implements Change {}

    /** A session's lock ends; nothing is unsettled under it any more. Volatile. */
    record SessionUnlocked(SessionLock lock) implements Change {}

    /**
     * A session's state is set, or cleared (rule G6). Durable if either record id is not 0.
     *
     * @param recordId of the new state's record
     * @param oldRecordId of the record that goes
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares changes
    record SessionStateSet(
            Fragment fragment, String sessionId, byte @Nullable [] state, long recordId, long oldRecordId)
            implements Change {}

    /** What one partition brings to another. */
    sealed interface OfTransfer extends Change {}

    /** Messages, locked for it before, are to go to another partition. Durable if one of them is. */
    record TransferBegun(Transfer transfer) implements OfTransfer {}

    /** They have gone, or stay. Durable as its beginning. */
    record TransferEnded(Transfer transfer) implements OfTransfer {}

    /** Messages of another partition have come. Durable if its transfer is. */
    record Arrived(Arrival arrival) implements OfTransfer {}

    /** Nobody will bring them again. Durable as their coming. */
    record ArrivalForgotten(Arrival arrival) implements OfTransfer {}

    /** What a transaction has prepared here (rule X5). */
    sealed interface OfBranch extends Change {}

    /**
     * A part is prepared, and everything in it locked or staged; or it is remembered how one was ended. Durable.
     *
     * @param bodies of its records, none if it was loaded
     */
    record PartPrepared(BranchPart part, List<RecordBody> bodies) implements OfBranch {}

    /** A part has ended, and everything in it is done; or nobody needs to remember it. Durable. */
    record PartEnded(BranchPart part) implements OfBranch {}

    /** What is committed for other partitions too (rule X4). */
    sealed interface OfDecision extends Change {}

    /** A transaction is committed; its participants have yet to do their parts. Durable. */
    record Decided(Decision decision) implements OfDecision {}

    /** Fewer participants have yet to do theirs; with the last of them the decision goes. Durable. */
    record PartsLeft(Decision decision) implements OfDecision {}

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

    /** The id of a message is remembered. Durable if the message is. */
    record IdSeen(Fragment fragment, SeenId id) implements Change {}

    /** The id of a message is remembered no longer. Durable if it was in the journal. */
    record IdForgotten(Fragment fragment, SeenId id) implements Change {}

    /**
     * An entity was deleted: nothing in it can be had any more. Messages are removed by changes of their own. Volatile:
     * the definitions say that it is gone.
     */
    record EntityGone(Fragment fragment) implements Change {}

    /** The last message of a deleted entity is gone. Durable if the entity has a record. */
    record EntityEmptied(Fragment fragment) implements Change {}
}
