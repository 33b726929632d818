/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.message.Message;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
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

    /** What is here, by state. */
    final StateTallies tallies = new StateTallies();

    /** What has happened here, also before the partition was loaded again. */
    Activity activity = new Activity();

    private final int[] ofPriority = new int[PRIORITIES];
    private final ReadyFlags flags;
    private final int partition;
    private final @Nullable SequenceSet[] ready = new @Nullable SequenceSet[PRIORITIES];
    /** By their subscribers' slots. */
    private @Nullable Subscription[] subscriptions = {};

    private final FilterScans scans = new FilterScans();
    /** The entity that its messages go on to, or null (rule W1). */
    private @Nullable String forwardTo;
    /** How far those that were refused there have been looked at; null before there is one. */
    private @Nullable FilterScan tried;
    /** What was refused elsewhere, until it has been looked at here. */
    private final Set<Long> stays = new HashSet<>(0);
    /** How often all that was refused was to be tried again. */
    private int trials;

    private int subscribers;
    /** Those with filters. */
    private int choosers;

    /** Messages whose contents are read together from the swap; {@link ReadAhead}'s alone. */
    int readAhead = ReadAhead.FIRST_MESSAGES;

    private int readyCount;
    private boolean sessionsReady;
    private int turn;

    SubQueue(Fragment fragment, ReadyFlags flags, int partition) {
        this.fragment = fragment;
        this.flags = flags;
        this.partition = partition;
    }

    void add(MessageEntry entry) {
        messages.add(entry.sequenceNumber, entry);
        ofPriority[entry.priority]++;
    }

    void remove(MessageEntry entry) {
        messages.remove(entry.sequenceNumber);
        ofPriority[entry.priority]--;
    }

    /** How many messages of this priority are here. */
    int messagesOf(int priority) {
        return ofPriority[priority];
    }

    void addReady(MessageEntry entry) {
        SequenceSet set = ready[entry.priority];
        if (set == null) {
            set = new SequenceSet();
            ready[entry.priority] = set;
        }
        set.add(entry.sequenceNumber);
        if (readyCount++ == 0 && sessions() == null) {
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
            if (sessions() == null) {
                flags.set(partition, false);
            }
            scans.forgetIdle();
        }
    }

    /** Those of a queue whose messages are served session by session; null of any other, dead-letter queues too. */
    @Nullable
    SessionTable sessions() {
        return this == fragment.queue ? fragment.sessions() : null;
    }

    /** Whether a session is free and has a message: only then is anything here for who holds none. */
    void sessionsReady(boolean now) {
        if (now != sessionsReady) {
            sessionsReady = now;
            flags.set(partition, now);
        }
    }

    @Nullable
    String forwardTo() {
        return forwardTo;
    }

    /** Says where its messages go on to, null for nowhere; what was refused before is tried again. */
    void forwardTo(@Nullable String destination) {
        forwardTo = destination;
        tryAgain();
    }

    /** Whether all its messages go on: of dead letters some may stay, and can be received (rule D5). */
    boolean handsOutNothing() {
        return forwardTo != null && this == fragment.queue;
    }

    /** What the destination has refused, and is still here, is tried again. */
    void tryAgain() {
        trials++;
        stays.clear();
        FilterScan before = tried;
        if (before != null) {
            scans.leave(before);
            tried = null;
        }
    }

    /** The next message to forward: not one that was refused. */
    @Nullable
    MessageEntry nextToForward() {
        FilterScan scan = tried;
        MessageEntry entry = scan == null ? first() : null;
        for (int priority = PRIORITIES - 1; scan != null && entry == null && priority >= 0; priority--) {
            entry = nextUnseen(scan, priority);
        }
        return entry;
    }

    /** What was refused on a trial before this one is tried again. */
    int trials() {
        return trials;
    }

    /** The destination, in another partition, has refused a message that becomes ready here again. */
    void staysHere(MessageEntry entry) {
        stays.add(entry.sequenceNumber);
    }

    /** Whether that was said of this message, once. */
    boolean takeStaysHere(MessageEntry entry) {
        return stays.remove(entry.sequenceNumber);
    }

    /** The destination does not take this message, which stays. */
    void refused(MessageEntry entry) {
        FilterScan scan = tried;
        if (scan == null) {
            // A filter of its own, so that nobody else looks with this scan.
            scan = scans.use(new MessageFilter() {
                @Override
                public boolean matches(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
                    return false;
                }
            });
            tried = scan;
        }
        scan.passOver(entry);
    }

    /** Whether contents are looked into, or needed elsewhere, before it is known which message is given to whom. */
    boolean looksIntoContents() {
        return choosers > 0 || forwardTo != null || sessions() != null;
    }

    /** Whether somebody who holds no session may find something. */
    boolean hasSomething() {
        SessionTable sessions = sessions();
        return sessions == null ? readyCount > 0 : sessions.hasFree();
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

    /** The message that is served after this one, which may be ready no more, to a receiver without filter. */
    @Nullable
    MessageEntry readyAfter(MessageEntry entry) {
        return readyCount == 0 ? null : firstFrom(entry.priority, entry.sequenceNumber + 1);
    }

    /** The ready message that was enqueued first, whatever its priority. */
    @Nullable
    MessageEntry oldestReady() {
        MessageEntry oldest = null;
        for (SequenceSet set : ready) {
            MessageEntry first = set == null || set.size() == 0 ? null : messages.get(set.firstFrom(0));
            if (first != null && (oldest == null || first.sequenceNumber < oldest.sequenceNumber)) {
                oldest = first;
            }
        }
        return oldest;
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

    /** A subscriber comes, unless it is here. */
    void subscribe(Subscriber subscriber) {
        int slot = subscriber.slot();
        if (subscription(subscriber) != null) {
            return;
        }
        if (slot >= subscriptions.length) {
            subscriptions = Arrays.copyOf(subscriptions, Math.max(slot + 1, 2 * subscriptions.length));
        }
        assert subscriptions[slot] == null : "two receivers have slot " + slot;
        MessageFilter filter = subscriber.filter();
        subscriptions[slot] = new Subscription(subscriber, filter == null ? null : scans.use(filter));
        subscribers++;
        choosers += filter == null ? 0 : 1;
    }

    /** A subscriber goes, if it is here. */
    void unsubscribe(Subscriber subscriber) {
        Subscription subscription = subscription(subscriber);
        if (subscription == null) {
            return;
        }
        subscriptions[subscriber.slot()] = null;
        subscribers--;
        FilterScan scan = subscription.scan();
        if (scan != null) {
            choosers--;
            scans.leave(scan);
        }
    }

    int subscribers() {
        return subscribers;
    }

    void forEachSubscriber(Consumer<Subscriber> action) {
        for (Subscription subscription : subscriptions) {
            if (subscription != null) {
                action.accept(subscription.subscriber());
            }
        }
    }

    @Nullable
    Subscription subscription(Subscriber subscriber) {
        Subscription subscription = subscriptionAt(subscriber.slot());
        return subscription != null && subscription.subscriber() == subscriber ? subscription : null;
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
