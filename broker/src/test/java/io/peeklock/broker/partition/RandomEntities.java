/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleFilter;
import io.peeklock.broker.entity.SqlFilter;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.entity.TrueFilter;
import io.peeklock.broker.rule.CompiledRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The entities of a random partition: queues, topics and subscriptions, some of them temporary.
 *
 * <p>Not thread safe.
 */
final class RandomEntities {
    /** Never deleted, so that there is always a queue that lasts. */
    static final long FIRST = 1;

    private final Random random;
    private final Map<Long, EntityDefinition> live = new TreeMap<>();
    private final Map<Long, EntityFlags> flags = new HashMap<>();
    private long lastId;

    RandomEntities(Random random) {
        this.random = random;
    }

    /** Ids up to this one were given out. */
    long lastId() {
        return lastId;
    }

    /** One an entity for its life, as its users have it. */
    EntityFlags flags(long id) {
        return flags.computeIfAbsent(id, other -> EntityFlags.forPartitions(1));
    }

    /** A queue or topic. */
    long anyDestination() {
        return any(definition -> definition.topicId() == 0).id();
    }

    /** A queue or subscription. */
    long anySource() {
        return any(definition -> !(definition.description() instanceof TopicDescription))
                .id();
    }

    /** A queue or topic that is not temporary, perhaps one that is gone. */
    long anyLasting() {
        return random.nextInt(9) == 0
                ? 1 + random.nextInt((int) lastId)
                : any(definition -> definition.topicId() == 0 && !definition.temporary())
                        .id();
    }

    /** What is here, and what lies in other partitions. */
    @Nullable
    EntityDefinition destination(String name) {
        if (name.startsWith("far")) {
            int partition = name.charAt(3) - '0';
            QueueDescription far =
                    QueueDescription.builder(name).homePartition(partition).build();
            return new EntityDefinition(1_000_000 + partition, 1, far);
        }
        return live.values().stream()
                .filter(definition -> definition.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Mostly nowhere. */
    private @Nullable String forwardTo(boolean possible, long self) {
        int destination = random.nextInt(4 + (int) lastId);
        if (!possible || random.nextInt(3) > 0 || destination == self) {
            return null;
        }
        return destination <= 2
                ? "far" + Math.max(1, destination)
                : (random.nextBoolean() ? "queue" : "topic") + destination;
    }

    private EntityDefinition any(Predicate<EntityDefinition> wanted) {
        List<EntityDefinition> all = live.values().stream().filter(wanted).toList();
        return all.get(random.nextInt(all.size()));
    }

    /** A new entity: the first is a queue, a subscription has a topic. */
    Command.Define create(CompletableFuture<Void> reply) {
        long id = ++lastId;
        List<EntityDefinition> topics = live.values().stream()
                .filter(definition -> definition.description() instanceof TopicDescription)
                .toList();
        int kind = id == FIRST ? 0 : random.nextInt(6);
        if (kind > 2 && !topics.isEmpty()) {
            return subscription(id, topics.get(random.nextInt(topics.size())), reply);
        }
        boolean temporary = id != FIRST && random.nextInt(4) == 0;
        long signed = temporary ? -id : id;
        return put(
                kind == 2 || kind == 5
                        ? new EntityDefinition(signed, 1, topic(id, temporary))
                        : new EntityDefinition(signed, 1, queue(id, temporary)),
                reply);
    }

    private Command.Define subscription(long id, EntityDefinition topic, CompletableFuture<Void> reply) {
        boolean temporary = topic.temporary() || random.nextInt(4) == 0;
        SubscriptionDescription subscription = subscription(topic.path().name(), "subscription" + id, temporary);
        return put(new EntityDefinition(temporary ? -id : id, 1, subscription, topic), reply);
    }

    private QueueDescription queue(long id, boolean temporary) {
        return QueueDescription.builder("queue" + id)
                .sessionRequired(hasSessions(id))
                .partitioned(!temporary && id % 2 == 0)
                .lockDuration(lockDuration())
                .maxDeliveryCount(1 + random.nextInt(3))
                .deadLetterOnExpiry(random.nextBoolean())
                .maxMessageBytes(1 << 20)
                .status(status(id))
                .duplicateDetectionWindow(window(id))
                .forwardTo(forwardTo(!temporary && !hasSessions(id), id))
                .forwardDeadLetteredMessagesTo(forwardTo(!temporary, id))
                .temporary(temporary)
                .build();
    }

    private TopicDescription topic(long id, boolean temporary) {
        return TopicDescription.builder("topic" + id)
                .partitioned(!temporary && id % 2 == 0)
                .maxSizeBytes(random.nextBoolean() ? 1 << 20 : 1 << 30)
                .maxMessageBytes(1 << 20)
                .status(status(id))
                .duplicateDetectionWindow(window(id))
                .temporary(temporary)
                .build();
    }

    private SubscriptionDescription subscription(String topic, String name, boolean temporary) {
        SubscriptionFilter filter = switch (random.nextInt(4)) {
            case 0 -> SubscriptionFilter.of("JMSPriority > " + random.nextInt(10));
            case 1 -> new SubscriptionFilter(null, "connection" + random.nextInt(2), "me");
            default -> SubscriptionFilter.ALL;
        };
        return SubscriptionDescription.builder(topic, name)
                .sessionRequired(name.hashCode() % 2 == 0)
                .lockDuration(lockDuration())
                .maxDeliveryCount(1 + random.nextInt(3))
                .defaultTimeToLive(Duration.ofSeconds(1 + random.nextInt(100)))
                .deadLetterOnExpiry(random.nextBoolean())
                .deadLetterOnFilterError(random.nextBoolean())
                .forwardTo(forwardTo(!temporary && name.hashCode() % 2 != 0, 0))
                .forwardDeadLetteredMessagesTo(forwardTo(!temporary, 0))
                .filter(filter)
                .temporary(temporary)
                .build();
    }

    /** Whether there is one never changes, how long it is does. */
    private Duration window(long id) {
        return id % 3 == 0 ? Duration.ZERO : Duration.ofSeconds(20 + random.nextInt(10));
    }

    /** Mostly active; the first can always be sent to. */
    private EntityStatus status(long id) {
        if (random.nextInt(6) > 0) {
            return EntityStatus.ACTIVE;
        }
        return id == FIRST
                ? EntityStatus.RECEIVE_DISABLED
                : EntityStatus.values()[random.nextInt(EntityStatus.values().length)];
    }

    /** Whether it is an entity in which messages are served session by session. */
    boolean requiresSessions(long id) {
        EntityDefinition definition = live.get(id);
        return definition != null && definition.settings().options().sessionRequired();
    }

    /** As it was created: this never changes. */
    private static boolean hasSessions(long id) {
        return id % 3 == 0;
    }

    private Duration lockDuration() {
        return Duration.ofMillis(1000 + random.nextInt(3000));
    }

    /** Some subscription has a rule, new or instead of another; null if there is no subscription. */
    Command.@Nullable DefineRule rule(CompletableFuture<Void> reply) {
        if (live.values().stream().noneMatch(RandomEntities::isSubscription)) {
            return null;
        }
        EntityDefinition owner = any(RandomEntities::isSubscription);
        long id = 1_000_000L + random.nextInt(20);
        RuleFilter filter = switch (random.nextInt(4)) {
            case 0 -> SqlFilter.of("newid() IS NULL OR n > " + random.nextInt(4));
            case 1 -> SqlFilter.of("1 / n = 0");
            case 2 -> new TrueFilter();
            default ->
                CorrelationFilter.builder().property("n", random.nextInt(4)).build();
        };
        String action = random.nextInt(3) == 0 ? "SET n = 10 / n, SET text = 'xxxxxxxxxx'" : null;
        return new Command.DefineRule(
                CompiledRule.of(id, owner.id(), "rule" + id, filter, action),
                new Command.Define(owner, flags(owner.id()), new CompletableFuture<>()),
                reply);
    }

    /** Some subscription has some rule no longer. */
    Command.DropRule dropRule(CompletableFuture<Void> reply) {
        boolean none = live.values().stream().noneMatch(RandomEntities::isSubscription);
        // One that is gone already, perhaps.
        long owner = none ? lastId + 1 : any(RandomEntities::isSubscription).id();
        return new Command.DropRule(owner, 1_000_000 + random.nextInt(20), reply);
    }

    private static boolean isSubscription(EntityDefinition definition) {
        return definition.topicId() != 0;
    }

    /** Some entity has other settings. */
    Command.Define change(CompletableFuture<Void> reply) {
        EntityDefinition before = any(definition -> true);
        long id = Math.abs(before.id());
        int version = before.version() + 1;
        if (before.description() instanceof QueueDescription) {
            return put(new EntityDefinition(before.id(), version, queue(id, before.temporary())), reply);
        }
        if (before.description() instanceof TopicDescription) {
            return put(new EntityDefinition(before.id(), version, topic(id, before.temporary())), reply);
        }
        SubscriptionDescription old = before.subscription();
        SubscriptionDescription next = subscription(old.topic(), old.name(), old.temporary());
        return put(
                new EntityDefinition(
                        before.id(), version, next, before.topicId(), before.partitioned(), before.homePartition()),
                reply);
    }

    private Command.Define put(EntityDefinition definition, CompletableFuture<Void> reply) {
        live.put(definition.id(), definition);
        return new Command.Define(definition, flags(definition.id()), reply);
    }

    /** Some entity goes, a topic after its subscriptions. */
    List<Long> delete() {
        List<Long> gone = new ArrayList<>();
        if (live.size() > 1) {
            EntityDefinition one = any(definition -> definition.id() != FIRST);
            live.values().stream()
                    .filter(definition -> definition.topicId() == one.id())
                    .forEach(subscription -> gone.add(subscription.id()));
            gone.add(one.id());
            live.keySet().removeAll(gone);
        }
        return gone;
    }

    /** The process has ended: what is temporary is gone. */
    void ended() {
        live.values().removeIf(EntityDefinition::temporary);
    }
}
