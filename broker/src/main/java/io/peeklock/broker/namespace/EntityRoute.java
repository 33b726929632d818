/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityOptions;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.EntityFlags;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.broker.routing.RoundRobin;
import io.peeklock.broker.runtime.BusClock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where an entity lies, and what is shared about it between its partitions and its users. One an entity, for its life;
 * neither what it is nor where it lies ever changes (rule P1), its settings may.
 *
 * <p>Thread safe.
 */
final class EntityRoute {
    private static final long MAX_IDLE_MS = TimeUnit.DAYS.toMillis(36_500);

    private final long entityId;
    private final String name;
    private final boolean partitioned;
    private final int homePartition;
    private final int[] partitions;
    private final EntityFlags flags;
    private final RoundRobin roundRobin;
    private final @Nullable EntityRoute topic;
    /** Open ones, those of its subscriptions if it is a topic. */
    private final Set<PartitionedReceiver> receivers = ConcurrentHashMap.newKeySet();

    private final BusClock clock;
    private final Usage usage;
    private volatile EntityDefinition definition;

    /** @param topic the way to the topic of a subscription */
    EntityRoute(EntityDefinition definition, @Nullable EntityRoute topic, int partitionCount, BusClock clock) {
        this.definition = definition;
        this.clock = clock;
        this.usage = new Usage(clock.nanoTime());
        this.topic = topic;
        this.entityId = definition.id();
        this.name = definition.name();
        this.partitioned = definition.partitioned();
        this.homePartition = definition.homePartition();
        this.flags = EntityFlags.forPartitions(partitionCount);
        this.roundRobin = new RoundRobin(partitionCount, (int) definition.id());
        this.partitions = new int[partitioned ? partitionCount : 1];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = partitioned ? i : homePartition;
        }
    }

    long entityId() {
        return entityId;
    }

    boolean isPartitioned() {
        return partitioned;
    }

    /** The partition of an unpartitioned entity. */
    int homePartition() {
        return homePartition;
    }

    /** The partitions it lies in. Not to be changed. */
    int[] partitions() {
        return partitions;
    }

    boolean liesIn(int partition) {
        return partitioned ? partition >= 0 && partition < partitions.length : partition == homePartition;
    }

    /** Whether this is the way to a subscription of that topic. */
    boolean isOf(EntityRoute other) {
        return topic == other;
    }

    /** Whether message ids are remembered, and are keys (rules U1, P3); fixed at creation. */
    boolean detectsDuplicates() {
        return definition.description().options().detectsDuplicates();
    }

    /** Whether dead letters go on from here to an entity, which may have refused some (rule D5); or to one of like name. */
    boolean forwardsDeadLettersTo(EntityDefinition destination) {
        String name = definition.description().options().forwardDeadLetteredMessagesTo();
        return name != null && name.equalsIgnoreCase(destination.path().name());
    }

    /** Where the messages of a key lie, a session's for example (rule P5). */
    int partitionOf(String key, int partitionCount) {
        return partitioned ? PartitionHash.partitionOf(key, partitionCount) : homePartition;
    }

    EntityFlags flags() {
        return flags;
    }

    RoundRobin roundRobin() {
        return roundRobin;
    }

    /** It has other settings: if nobody may receive any more, those who wait are told so. */
    void changed(EntityDefinition now) {
        definition = now;
        // Idleness begins anew, also if it did not count before.
        usage.use(clock.nanoTime());
        held();
        receivers.forEach(PartitionedReceiver::mayBeDisabled);
    }

    /**
     * Somebody uses it, and with a subscription its topic (rule W2).
     *
     * @throws BrokerException EntityNotFound if it is being deleted because nobody did
     */
    void use() {
        if (!used()) {
            throw new BrokerException(
                    ErrorCode.EntityNotFound, title() + " is being deleted: nobody has used it for " + idleLimit());
        }
    }

    /** Somebody settles or renews what he holds of it, or changes its rules: nobody refuses that, even if it is being deleted. */
    void held() {
        used();
    }

    private boolean used() {
        if (topic != null && !topic.used()) {
            return false;
        }
        return !definition.description().options().endsWhenIdle() || usage.use(clock.nanoTime());
    }

    /** How long it may be idle, {@link Long#MAX_VALUE} if it is never deleted for that. */
    private long idleLimitNanos() {
        EntityOptions options = definition.description().options();
        boolean never = definition.temporary() || !options.endsWhenIdle() || options.forwardTo() != null;
        return never
                ? Long.MAX_VALUE
                : TimeUnit.MILLISECONDS.toNanos(
                        Math.min(options.autoDeleteOnIdle().toMillis(), MAX_IDLE_MS));
    }

    Duration idleLimit() {
        return definition.description().options().autoDeleteOnIdle();
    }

    /** Not positive if nobody has used it for too long, {@link Long#MAX_VALUE} if it does not end so. */
    long nanosUntilIdle() {
        long limit = idleLimitNanos();
        if (limit == Long.MAX_VALUE || usage.isOver()) {
            return Long.MAX_VALUE;
        }
        return receivers.isEmpty() ? limit - usage.idleNanos(clock.nanoTime()) : limit;
    }

    /** Ends it if nobody has used it for long: from now on nobody does. */
    boolean endIfIdle() {
        return nanosUntilIdle() <= 0 && usage.end(clock.nanoTime(), idleLimitNanos());
    }

    /** Messages of it are held, or will come: it is idle anew, unless it is over already. */
    void busy() {
        usage.use(clock.nanoTime());
    }

    /** It could not be deleted after it was ended. */
    void goesOn() {
        usage.goOn(clock.nanoTime());
    }

    String title() {
        return definition.title();
    }

    /** Why nothing can be received now, or null (rule W3). */
    @Nullable
    BrokerException receiveRefusal() {
        BrokerException refusal = definition.receiveRefusal();
        return refusal == null && topic != null ? topic.receiveRefusal() : refusal;
    }

    /** The same of its messages, or of its dead letters, by receivers: those that go on are not received here (rule W1). */
    @Nullable
    BrokerException receiveRefusal(boolean deadLetter) {
        BrokerException refusal = receiveRefusal();
        return refusal == null && !deadLetter ? definition.forwardRefusal() : refusal;
    }

    /** An open receiver is a use as long as it is open. */
    void opened(PartitionedReceiver receiver) {
        receivers.add(receiver);
        if (topic != null) {
            topic.opened(receiver);
        }
    }

    void closed(PartitionedReceiver receiver) {
        receivers.remove(receiver);
        held();
        if (topic != null) {
            topic.closed(receiver);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
