/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
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
    /** By their subscribers' slots. */
    private @Nullable Subscription[] subscriptions = {};

    private final Set<Subscription> filtered = new LinkedHashSet<>();
    /** How far the filter has looked that has looked furthest, by priority. */
    private final long[] scannedTo = new long[PRIORITIES];

    private int subscribers;
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
        if (entry.sequenceNumber < scannedTo[entry.priority]) {
            for (Subscription subscription : filtered) {
                subscription.lookAgain(entry.priority, entry.sequenceNumber);
            }
        }
    }

    void removeReady(MessageEntry entry) {
        SequenceSet set = ready[entry.priority];
        assert set != null : "no message of this priority is ready";
        set.remove(entry.sequenceNumber);
        if (--readyCount == 0) {
            flags.set(partition, false);
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
     * The first ready message of this priority that the subscription has not looked at.
     *
     * @return null if there is none left
     */
    @Nullable
    MessageEntry nextUnseen(Subscription subscription, int priority) {
        SequenceSet set = ready[priority];
        if (set == null || set.size() == 0) {
            return null;
        }
        long sequence = set.firstFrom(subscription.scanFrom(priority));
        return sequence < 0 ? null : messages.get(sequence);
    }

    /** The subscription's filter wants no ready message of this priority below this number. */
    void scanned(Subscription subscription, int priority, long sequence) {
        subscription.scannedTo(priority, sequence);
        scannedTo[priority] = Math.max(scannedTo[priority], sequence);
    }

    /** Returns whether the subscriber is new here. */
    boolean subscribe(Subscriber subscriber) {
        int slot = subscriber.slot();
        if (subscription(subscriber) != null) {
            return false;
        }
        if (slot >= subscriptions.length) {
            subscriptions = Arrays.copyOf(subscriptions, Math.max(slot + 1, 2 * subscriptions.length));
        }
        assert subscriptions[slot] == null : "two receivers have slot " + slot;
        Subscription subscription = new Subscription(subscriber);
        subscriptions[slot] = subscription;
        subscribers++;
        if (subscription.filter != null) {
            filtered.add(subscription);
        }
        return true;
    }

    /** Returns whether the subscriber was here. */
    boolean unsubscribe(Subscriber subscriber) {
        Subscription subscription = subscription(subscriber);
        if (subscription == null) {
            return false;
        }
        subscriptions[subscriber.slot()] = null;
        subscribers--;
        filtered.remove(subscription);
        return true;
    }

    int subscribers() {
        return subscribers;
    }

    void forEachSubscriber(Consumer<Subscriber> action) {
        for (Subscription subscription : subscriptions) {
            if (subscription != null) {
                action.accept(subscription.subscriber);
            }
        }
    }

    @Nullable
    Subscription subscription(Subscriber subscriber) {
        Subscription subscription = subscriptionAt(subscriber.slot());
        return subscription != null && subscription.subscriber == subscriber ? subscription : null;
    }

    /** Whoever has this slot, or null. */
    @Nullable
    Subscription subscriptionAt(int slot) {
        return slot < subscriptions.length ? subscriptions[slot] : null;
    }

    /** Who may have requests. */
    RequestFlags requests() {
        return flags.requests();
    }

    /** The slot whose turn it is: receivers are served round robin, so that one that asks quickly does not take all. */
    int turn() {
        return turn;
    }

    void nextTurn(int slot) {
        turn = slot;
    }
}
