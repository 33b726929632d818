/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageState;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.MessageEntry.Position;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything a partition is: its fragments and its numbers. Changes only by {@link #apply}, live and on load alike.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class PartitionState {
    final int partition;
    final Deadlines deadlines = new Deadlines();
    final DecisionTable decisions = new DecisionTable();
    private final EntityTable entities = new EntityTable();

    /** Fragments with something that may be due some time, in the order in which they have their turn. */
    private final Deque<Fragment> timed = new ArrayDeque<>();

    private final TransferTable transfers = new TransferTable();
    private final SessionChanges sessions = new SessionChanges(this);
    private final BranchTable branches = new BranchTable(sessions);
    private long nextRecordId = 1;
    private long messages;

    PartitionState(int partition) {
        this.partition = partition;
    }

    @Nullable
    Fragment fragment(long entityId) {
        return entities.find(entityId);
    }

    /** Why something that needs an entity's fragment is refused. */
    BrokerException gone() {
        return new BrokerException(ErrorCode.EntityNotFound, "the entity is no longer in partition " + partition);
    }

    Collection<Fragment> fragments() {
        return entities.all();
    }

    /** The subscriptions of a topic, in an order that a load does not change. */
    Collection<Fragment> subscriptionsOf(long topicId) {
        return entities.subscriptionsOf(topicId);
    }

    /** The rules of a topic's subscriptions; null if it has none. */
    @Nullable
    TopicRules rulesOf(long topicId) {
        return entities.rulesOf(topicId);
    }

    /** The journal has records of an entity that nobody has defined; they stay there. */
    void keepUnserved(long entityId) {
        entities.keepUnserved(entityId);
    }

    /** Whether only a further load can make this entity's fragment. */
    boolean isUnserved(long entityId) {
        return entities.isUnserved(entityId);
    }

    /** Those whose messages go on to other entities. */
    Collection<Fragment> forwarding() {
        return entities.forwarding();
    }

    /** What goes to other partitions and comes from them; changed by {@link #apply} only. */
    TransferTable transfers() {
        return transfers;
    }

    /** What transactions have prepared; changed by {@link #apply} only. */
    BranchTable branches() {
        return branches;
    }

    /** Messages in all fragments, without those that are only staged. */
    long messages() {
        return messages;
    }

    /** What all that is no message takes of the memory for the index, but for ids. */
    long indexBytes() {
        return sessions.indexBytes() + transfers.indexBytes() + branches.indexBytes() + decisions.indexBytes();
    }

    /** How many fragments have something that may be due. */
    int timed() {
        return timed.size();
    }

    /** The fragment whose turn it is; it must be looked at, and say what is due next. Null if it is gone. */
    @Nullable
    Fragment takeTimed() {
        Fragment fragment = timed.removeFirst();
        fragment.timed = false;
        return fragment.gone ? null : fragment;
    }

    /** A lock ends then. */
    void lockUntil(Fragment fragment, long deadlineNanos) {
        deadlines.lockUntil(deadlineNanos);
        isTimed(fragment);
    }

    /** A message expires then, or is due. */
    void wallTime(Fragment fragment, long atMs) {
        deadlines.wallTime(atMs);
        isTimed(fragment);
    }

    /** Moves the queues whose sessions want to be looked at. */
    void drainWoken(Set<SubQueue> into) {
        sessions.drainWoken(into);
    }

    private void isTimed(Fragment fragment) {
        if (!fragment.timed) {
            fragment.timed = true;
            timed.addLast(fragment);
        }
    }

    /** The next unused record id; ids are never used twice (journal danger 9). */
    long nextRecordId() {
        return nextRecordId;
    }

    /** Takes {@code count} consecutive record ids and returns the first. */
    long takeRecordIds(int count) {
        long first = nextRecordId;
        nextRecordId += count;
        return first;
    }

    /** No record id up to this one may be taken. */
    void recordIdsUsedUpTo(long id) {
        nextRecordId = Math.max(nextRecordId, id + 1);
    }

    void apply(Change change) {
        if (change instanceof Change.Enqueued c) {
            enqueue(c.entry());
        } else if (change instanceof Change.Locked c) {
            lock(c.entry(), c.lock());
        } else if (change instanceof Change.DeliveryChanged c) {
            changeDelivery(c.entry(), c.next());
        } else if (change instanceof Change.Unlocked c) {
            unlock(c.entry());
        } else if (change instanceof Change.Removed c) {
            remove(c.entry());
        } else if (change instanceof Change.BecameReady c) {
            makeReady(c.entry());
        } else if (change instanceof Change.LockExtended c) {
            extend(c);
        } else if (change instanceof Change.Swapped c) {
            c.entry().swapHandle = c.handle();
            c.entry().message = null;
        } else if (change instanceof Change.EntitySet c) {
            entities.apply(c);
            watchIds(c.fragment());
        } else if (change instanceof Change.RuleSet c) {
            entities.apply(c);
        } else if (change instanceof Change.RuleGone c) {
            entities.apply(c);
        } else if (change instanceof Change.NumberTaken c) {
            c.topic().numberUsed(c.sequenceNumber());
        } else if (change instanceof Change.IdSeen c) {
            c.fragment().seenIds.add(c.id());
            watchIds(c.fragment());
        } else if (change instanceof Change.IdForgotten c) {
            c.fragment().seenIds.remove(c.id());
        } else if (change instanceof Change.EntityGone c) {
            entities.apply(c);
            branches.entityGone(c.fragment());
        } else if (change instanceof Change.EntityEmptied c) {
            c.fragment().recordId = 0;
        } else if (change instanceof Change.OfTransfer c) {
            transfers.apply(c);
        } else if (change instanceof Change.OfBranch c) {
            branches.apply(c);
        } else if (change instanceof Change.OfDecision c) {
            decisions.apply(c);
        } else {
            sessions.apply(change);
        }
    }

    private void enqueue(MessageEntry entry) {
        entry.fragment.sizeBytes += entry.contentBytes;
        if (entry.sequenceNumber == 0) {
            entry.fragment.staged.add(entry);
            entry.position = Position.STAGED;
        } else {
            enterQueue(entry);
        }
    }

    private void enterQueue(MessageEntry entry) {
        Fragment fragment = entry.fragment;
        messages++;
        fragment.add(entry);
        countBytes(entry);
        fragment.numberUsed(entry.sequenceNumber);
        fragment.count(entry, 1);
        watchExpiry(entry);
        entry.position = Position.PENDING;
        sessions.placed(entry);
    }

    /** What a topic gives its subscriptions fills files behind its own record too. */
    private void countBytes(MessageEntry entry) {
        if (!entry.isDurable()) {
            return;
        }
        Fragment fragment = entry.fragment;
        fragment.bytesSinceRecord += entry.contentBytes;
        long topicId = fragment.definition().topicId();
        Fragment topic = topicId == 0 ? null : entities.find(topicId);
        if (topic != null) {
            topic.bytesSinceRecord += entry.contentBytes;
        }
    }

    private void lock(MessageEntry entry, MessageLock lock) {
        Fragment fragment = entry.fragment;
        leaveReady(entry);
        fragment.count(entry, -1);
        entry.lock = lock;
        entry.position = Position.LOCKED;
        fragment.count(entry, 1);
        SessionLock session = lock.session;
        if (session != null) {
            session.unsettled.add(entry);
        } else if (lock.hasEnd()) {
            fragment.locks.add(lock);
            lockUntil(fragment, lock.deadlineNanos);
        } else {
            // Where it goes it may be due, but not here.
            fragment.unwatchDue(entry);
        }
        sessions.placed(entry);
    }

    private void unlock(MessageEntry entry) {
        MessageLock lock = entry.lock;
        if (lock == null) {
            return;
        }
        Fragment fragment = entry.fragment;
        SessionLock session = lock.session;
        if (session != null) {
            session.unsettled.remove(entry);
            sessions.wake(session);
        } else if (lock.hasEnd()) {
            fragment.locks.remove(lock);
        } else {
            watchDue(entry);
        }
        fragment.count(entry, -1);
        entry.lock = null;
        entry.position = Position.PENDING;
        fragment.count(entry, 1);
        sessions.placed(entry);
    }

    private void extend(Change.LockExtended change) {
        LockTable locks = change.lock().entry.fragment.locks;
        locks.remove(change.lock());
        change.lock().deadlineNanos = change.deadlineNanos();
        change.lock().lockedUntilMs = change.lockedUntilMs();
        locks.add(change.lock());
    }

    private void changeDelivery(MessageEntry entry, DeliveryState next) {
        Fragment fragment = entry.fragment;
        if (entry.position == Position.STAGED) {
            changeStaged(entry, next);
            return;
        }
        Placement placement = next.placement();
        boolean renumbered = placement != null && placement.sequenceNumber() != entry.sequenceNumber;
        boolean moved = renumbered || next.deadLettered() != entry.delivery.deadLettered();
        if (moved) {
            leaveReady(entry);
            fragment.unwatchExpiry(entry);
            fragment.remove(entry);
        }
        fragment.unwatchDue(entry);
        fragment.count(entry, -1);
        entry.delivery = next;
        if (placement != null && renumbered) {
            entry.place(placement);
            fragment.numberUsed(entry.sequenceNumber);
        }
        fragment.count(entry, 1);
        if (moved) {
            fragment.add(entry);
            watchExpiry(entry);
        }
        watchDue(entry);
        if (entry.lock == null && next.state() != MessageState.ACTIVE) {
            leaveReady(entry);
            entry.position = Position.PARKED;
        } else if (entry.position == Position.PARKED) {
            entry.position = Position.PENDING;
        }
        sessions.placed(entry);
    }

    /** With its place it enters the queue. */
    private void changeStaged(MessageEntry entry, DeliveryState next) {
        entry.delivery = next;
        Placement placement = next.placement();
        if (placement != null) {
            entry.fragment.staged.remove(entry);
            entry.place(placement);
            enterQueue(entry);
            watchDue(entry);
            if (next.state() != MessageState.ACTIVE) {
                entry.position = Position.PARKED;
                sessions.placed(entry);
            }
        }
    }

    private void watchExpiry(MessageEntry entry) {
        entry.fragment.watchExpiry(entry);
        if (entry.effectiveExpiryMs() != Long.MAX_VALUE) {
            wallTime(entry.fragment, entry.expiresAtMs);
        }
    }

    private void watchDue(MessageEntry entry) {
        entry.fragment.watchDue(entry);
        if (entry.delivery.state() == MessageState.SCHEDULED) {
            wallTime(entry.fragment, entry.dueMs());
        }
    }

    private void watchIds(Fragment fragment) {
        if (fragment.seenIds.size() > 0) {
            wallTime(fragment, Duplicates.sweepAtMs(fragment));
        }
    }

    private void makeReady(MessageEntry entry) {
        assert entry.position == Position.PENDING : entry.position;
        entry.position = Position.READY;
        entry.fragment.subQueueOf(entry).addReady(entry);
        sessions.placed(entry);
    }

    private void leaveReady(MessageEntry entry) {
        if (entry.position == Position.READY) {
            entry.fragment.subQueueOf(entry).removeReady(entry);
            entry.position = Position.PENDING;
        }
    }

    private void remove(MessageEntry entry) {
        Fragment fragment = entry.fragment;
        fragment.sizeBytes -= entry.contentBytes;
        if (entry.position == Position.STAGED) {
            fragment.staged.remove(entry);
            entry.position = Position.GONE;
            return;
        }
        messages--;
        unlock(entry);
        leaveReady(entry);
        fragment.unwatchExpiry(entry);
        fragment.unwatchDue(entry);
        fragment.count(entry, -1);
        fragment.remove(entry);
        entry.position = Position.GONE;
        sessions.placed(entry);
    }

    /** Why nobody may receive from it, or null. */
    @Nullable
    BrokerException receiveRefusal(Fragment fragment) {
        return entities.receiveRefusal(fragment);
    }
}
