/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fragment's queue, or its dead-letter queue: what is in it, what of it can be received, and who wants it: messages by
 * priority, then sequence number (rule N9).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class SubQueue {
    static final int PRIORITIES = 10;

    final Fragment fragment;
    /** What is here, receivable or not. */
    final NumberIndex<MessageEntry> messages = new NumberIndex<>();

    private final ReadyFlags flags;
    private final int partition;
    private final @Nullable SequenceSet[] ready = new @Nullable SequenceSet[PRIORITIES];
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final FilterScans scans = new FilterScans();
    private int readyCount;
    private int turn;

    SubQueue(Fragment fragment, ReadyFlags flags, int partition) {
        this.fragment = fragment;
        this.flags = flags;
        this.partition = partition;
    }

    void addReady(MessageEntry entry) {
        SequenceSet set = ready[entry.priority];
        if (set == null) {
            set = new SequenceSet();
            ready[entry.priority] = set;
        }
        set.add(entry.sequenceNumber);
        if (readyCount++ == 0) {
            flags.set(partition, true);
        }
        scans.becameReady(entry);
    }

    void removeReady(MessageEntry entry) {
        SequenceSet set = ready[entry.priority];
        assert set != null : "no message of this priority is ready";
        set.remove(entry.sequenceNumber);
        scans.left(entry);
        if (--readyCount == 0) {
            flags.set(partition, false);
            scans.forgetIdle();
        }
    }

    /** The partition is out. */
    void clearFlag() {
        flags.set(partition, false);
    }

    int readyCount() {
        return readyCount;
    }

    /** The message that is served next to a receiver without filter. */
    @Nullable
    MessageEntry first() {
        return readyCount == 0 ? null : firstFrom(PRIORITIES - 1, 0);
    }

    /** The first ready message of this priority, not below this number; else the first of a lower priority. */
    private @Nullable MessageEntry firstFrom(int fromPriority, long fromSequence) {
        long from = fromSequence;
        for (int priority = fromPriority; priority >= 0; priority--) {
            SequenceSet set = ready[priority];
            if (set != null && set.size() > 0) {
                long sequence = set.firstFrom(from);
                if (sequence >= 0) {
                    return messages.get(sequence);
                }
            }
            from = 0;
        }
        return null;
    }

    /**
     * The first ready message of this priority that a filter has not looked at.
     *
     * @return null if there is none left
     */
    @Nullable
    MessageEntry nextUnseen(FilterScan scan, int priority) {
        SequenceSet set = ready[priority];
        if (set == null || set.size() == 0) {
            return null;
        }
        long sequence = scan.next(priority, set);
        return sequence < 0 ? null : messages.get(sequence);
    }

    /** Returns whether the subscriber is new here. */
    boolean subscribe(Subscriber subscriber) {
        if (subscription(subscriber) != null) {
            return false;
        }
        MessageFilter filter = subscriber.filter();
        subscriptions.add(new Subscription(subscriber, filter == null ? null : scans.use(filter)));
        return true;
    }

    /** Returns whether the subscriber was here. */
    boolean unsubscribe(Subscriber subscriber) {
        Subscription subscription = subscription(subscriber);
        if (subscription == null) {
            return false;
        }
        subscriptions.remove(subscription);
        if (subscription.scan() != null) {
            scans.leave(subscription.scan());
        }
        return true;
    }

    List<Subscription> subscriptions() {
        return subscriptions;
    }

    @Nullable
    Subscription subscription(Subscriber subscriber) {
        for (Subscription subscription : subscriptions) {
            if (subscription.subscriber() == subscriber) {
                return subscription;
            }
        }
        return null;
    }

    /** Whose turn it is: receivers are served round robin, so that one that asks quickly does not take everything. */
    int takeTurn() {
        int size = subscriptions.size();
        turn = size == 0 ? 0 : (turn + 1) % size;
        return turn;
    }
}
