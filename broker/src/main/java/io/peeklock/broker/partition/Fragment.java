/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageState;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityOptions;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one partition holds of one entity: all of it, or a fragment of a partitioned one.
 *
 * <p>Owned by the partition's driver; not thread safe. Changed by {@link PartitionState#apply} only.
 */
final class Fragment {
    /** How many sequence numbers are reserved at a time; a crash may leave a gap of at most twice as many. */
    static final int NUMBER_BLOCK = 4096;

    /**
     * After so many bytes of messages the record with the reservation is written anew though numbers are left: where it is
     * it keeps every file after it, and large messages fill files long before they use up a block.
     */
    static final long RECORD_MOVES_AFTER_BYTES = 16L << 20;

    /** That of all messages of an entity that requires sessions (rule N9). */
    static final int ONE_PRIORITY = 4;

    private static final Comparator<MessageEntry> BY_EXPIRY =
            Comparator.<MessageEntry>comparingLong(e -> e.expiresAtMs).thenComparingLong(e -> e.sequenceNumber);

    private static final Comparator<MessageEntry> BY_DUE_TIME =
            Comparator.<MessageEntry>comparingLong(MessageEntry::dueMs).thenComparingLong(e -> e.sequenceNumber);

    final SeenIds seenIds = new SeenIds();
    /** What is on its way to other partitions. */
    final Set<Transfer> transfers = new LinkedHashSet<>();

    /** What prepared parts will send to it; in neither queue. */
    final Set<MessageEntry> staged = new LinkedHashSet<>(0);

    final LockTable locks = new LockTable();
    /** Of an entity that requires sessions; of another one that was deleted, if there are states. */
    private @Nullable SessionTable sessions;

    final SubQueue queue;
    final SubQueue deadLetterQueue;
    /** Of a subscription. */
    final SubscriptionRules rules = new SubscriptionRules();

    private final EntityPath path;
    private final EntityPath deadLetterPath;
    private final TreeSet<MessageEntry> expiring = new TreeSet<>(BY_EXPIRY);
    private final TreeSet<MessageEntry> waitingForTheirTime = new TreeSet<>(BY_DUE_TIME);

    private EntityDefinition definition;
    /** What the definition says about messages. */
    private EntitySettings settings;
    /** The entity's record in this journal, 0 if it has none yet. */
    long recordId;
    /** The last number that was given out. */
    long lastNumber;
    /** Numbers up to this one are reserved in the journal. */
    long reservedNumber;
    /** Numbers up to this one are reserved and the reservation is on disk. */
    long durablyReservedNumber;
    /** Bytes of durable messages that came since its record was written, to a topic's subscriptions too. */
    long bytesSinceRecord;

    /** Whether its status, and its topic's, lets anybody receive from it (rule W3). */
    boolean receivable = true;
    /** Deleted: takes nothing any more and is being emptied. */
    boolean gone;

    /** Whether it is among those of which something may be due. */
    boolean timed;
    /** Volatile messages that wait for the disk: later ones must not overtake them (rule N10). */
    int waitingVolatile;

    long sizeBytes;

    Fragment(EntityDefinition definition, ReadyFlags queueFlags, ReadyFlags deadLetterFlags, int partition) {
        this.definition = definition;
        this.settings = definition.settings();
        this.path = definition.path();
        this.deadLetterPath = path.kind() == EntityKind.TOPIC ? path : path.deadLetterQueue();
        this.queue = new SubQueue(this, queueFlags, partition);
        this.deadLetterQueue = new SubQueue(this, deadLetterFlags, partition);
        if (settings.options().sessionRequired()) {
            sessions = new SessionTable(queue);
        }
        if (definition.temporary()) {
            // Nobody remembers its numbers, so that none need be reserved.
            reservedNumber = Long.MAX_VALUE;
            durablyReservedNumber = Long.MAX_VALUE;
        }
        rules.define(definition);
        forward(settings.options());
    }

    EntityDefinition definition() {
        return definition;
    }

    EntitySettings settings() {
        return settings;
    }

    /** Takes new settings. */
    void define(EntityDefinition now) {
        definition = now;
        settings = now.settings();
        rules.define(now);
        forward(settings.options());
    }

    private void forward(EntityOptions options) {
        queue.forwardTo(options.forwardTo());
        deadLetterQueue.forwardTo(options.forwardDeadLetteredMessagesTo());
    }

    /** Whether messages go on from here (rule W1). */
    boolean forwards() {
        return queue.forwardTo() != null || deadLetterQueue.forwardTo() != null;
    }

    /** Whether it holds no messages of its own: what is sent to it goes to its subscriptions. */
    boolean isTopic() {
        return path.kind() == EntityKind.TOPIC;
    }

    /** Whether every message needs a session (rule G1). */
    boolean requiresSessions() {
        return settings.options().sessionRequired();
    }

    /** Null where there are no sessions. */
    @Nullable
    SessionTable sessions() {
        return sessions;
    }

    /** To keep a session's state: whose definition a load has not seen may have some. */
    SessionTable sessionsForState() {
        SessionTable table = sessions;
        if (table == null) {
            table = new SessionTable(queue);
            sessions = table;
        }
        return table;
    }

    /** Whether there is nothing of it here but its own record. */
    boolean holdsNothing() {
        return isEmpty() && (sessions == null || sessions.states() == 0);
    }

    /** The path of the entity or of its dead-letter queue. */
    EntityPath path(boolean deadLetter) {
        return deadLetter ? deadLetterPath : path;
    }

    long entityId() {
        return definition.id();
    }

    SubQueue subQueue(boolean deadLetter) {
        return deadLetter ? deadLetterQueue : queue;
    }

    SubQueue subQueueOf(MessageEntry entry) {
        return subQueue(entry.delivery.deadLettered());
    }

    void add(MessageEntry entry) {
        subQueueOf(entry).add(entry);
        if (sessions != null && !entry.delivery.deadLettered()) {
            sessions.joined(entry);
        }
    }

    /** A message is here, and its session has become known. */
    void joinsSession(MessageEntry entry) {
        if (sessions != null && !entry.delivery.deadLettered()) {
            sessions.joined(entry);
        }
    }

    /** The entity's record is there now, and the files before it are not kept by an older one. */
    void recordWritten(long id) {
        if (recordId != id) {
            recordId = id;
            bytesSinceRecord = 0;
        }
    }

    void numberUsed(long sequenceNumber) {
        lastNumber = Math.max(lastNumber, SequenceNumbers.counter(sequenceNumber));
    }

    void remove(MessageEntry entry) {
        subQueueOf(entry).remove(entry);
        if (sessions != null && !entry.delivery.deadLettered()) {
            sessions.left(entry);
        }
    }

    /** The message with this number, in the queue or its dead-letter queue. */
    @Nullable
    MessageEntry find(long sequenceNumber) {
        MessageEntry entry = queue.messages.get(sequenceNumber);
        return entry == null ? deadLetterQueue.messages.get(sequenceNumber) : entry;
    }

    /** The first message whose number is not below this one, in the queue or its dead-letter queue. */
    @Nullable
    MessageEntry firstFrom(long sequenceNumber) {
        MessageEntry alive = queue.messages.firstFrom(sequenceNumber);
        MessageEntry dead = deadLetterQueue.messages.firstFrom(sequenceNumber);
        if (alive == null || dead == null) {
            return alive == null ? dead : alive;
        }
        return alive.sequenceNumber < dead.sequenceNumber ? alive : dead;
    }

    boolean isEmpty() {
        return queue.messages.size() == 0
                && deadLetterQueue.messages.size() == 0
                && staged.isEmpty()
                && seenIds.size() == 0
                && transfers.isEmpty();
    }

    /** Adds one of this message to the counters (rule D6), or takes one off. */
    void count(MessageEntry entry, int delta) {
        subQueueOf(entry).tallies.count(entry, delta);
    }

    /** Messages with a time to live, soonest first. */
    void watchExpiry(MessageEntry entry) {
        if (entry.effectiveExpiryMs() != Long.MAX_VALUE) {
            expiring.add(entry);
        }
    }

    void unwatchExpiry(MessageEntry entry) {
        if (entry.expiresAtMs != Long.MAX_VALUE) {
            expiring.remove(entry);
        }
    }

    @Nullable
    MessageEntry firstToExpire() {
        return expiring.isEmpty() ? null : expiring.first();
    }

    /** Scheduled messages, soonest first; those of the same time in the order of their sends. */
    void watchDue(MessageEntry entry) {
        if (entry.delivery.state() == MessageState.SCHEDULED) {
            waitingForTheirTime.add(entry);
        }
    }

    void unwatchDue(MessageEntry entry) {
        if (entry.delivery.state() == MessageState.SCHEDULED) {
            waitingForTheirTime.remove(entry);
        }
    }

    @Nullable
    MessageEntry firstDue() {
        return waitingForTheirTime.isEmpty() ? null : waitingForTheirTime.first();
    }

    @Override
    public String toString() {
        return definition.name();
    }
}
