/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.administration.AppliedChanges.Kind;
import io.peeklock.administration.Plan.Phase;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.entity.EntityDescription;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityLimits;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a file says with what is there, and plans what is to be done; what cannot be done is a problem, found before
 * anything is.
 *
 * <p>Used by one thread, for one file.
 */
final class Planning {
    private static final int DEFINITIONS = -1;
    private static final Position TOP = new Position(1, 1);

    private final Namespace bus;
    private final Declaration declared;
    private final Snapshot there;
    private final Problems problems;
    private final EntityLimits limits;
    private final Plan plan = new Plan();
    private final Checks checks;
    private final RulePlanning rules;
    private final PolicyPlanning policies;
    /** Of entities that will be there, by how they are looked up. */
    private final Map<String, EntityDescription> queues = new LinkedHashMap<>();

    private final Map<String, EntityDescription> topics = new LinkedHashMap<>();
    private final Map<String, Map<String, SubscriptionDescription>> subscriptions = new HashMap<>();
    /** Of queues and topics that will be deleted. */
    private final Set<String> gone = new HashSet<>();

    Planning(Namespace bus, Declaration declared, Snapshot there, Problems problems) {
        this.bus = bus;
        this.declared = declared;
        this.there = there;
        this.problems = problems;
        this.limits = bus.config().profile() == Profile.JMS ? EntityLimits.JMS : EntityLimits.AZURE;
        this.checks = new Checks(limits, bus.partitions(), problems);
        this.rules = new RulePlanning(bus, there, limits, problems, plan);
        this.policies = new PolicyPlanning(bus, there, limits, problems, plan);
        there.queues().forEach(queue -> queues.put(key(queue.name()), queue));
        there.topics().forEach(topic -> {
            topics.put(key(topic.name()), topic);
            Map<String, SubscriptionDescription> own = new LinkedHashMap<>();
            there.subscriptionsOf(topic.name()).forEach(one -> own.put(key(one.name()), one));
            subscriptions.put(key(topic.name()), own);
        });
    }

    private String key(String name) {
        return limits.canonicalName(name);
    }

    /** The plan, if there is nothing to object to. */
    Plan make(boolean deleteOthers) {
        bus.health().stream()
                .filter(health -> health.partition() == DEFINITIONS && health.state() != PartitionHealth.State.SERVING)
                .findFirst()
                .ifPresent(health ->
                        problems.add("", TOP, "nothing can be changed in this namespace: " + health.reason()));
        policies.plan(null, declared.policies());
        Set<String> names = new HashSet<>();
        for (Declaration.Queue queue : declared.queues()) {
            if (isFree(names, queue, topics)) {
                queue(queue);
            }
        }
        if (!limits.oneNameSpace()) {
            names.clear();
        }
        for (Declaration.Topic topic : declared.topics()) {
            if (isFree(names, topic, queues)) {
                topic(topic);
            }
        }
        checks.counts(queues.values(), topics.values());
        if (deleteOthers) {
            deleteOthers();
        }
        checkTargets();
        problems.throwIfAny();
        return plan;
    }

    /** Whether an entity may have its name, where names are compared without case, and over queues and topics (rule W5). */
    private boolean isFree(Set<String> names, Declaration.Entity entity, Map<String, EntityDescription> others) {
        String key = key(entity.name().name());
        boolean isTwice = !names.add(key);
        if (isTwice || limits.oneNameSpace() && others.containsKey(key)) {
            problems.add(
                    entity.path() + ".Name",
                    entity.at(),
                    "the name '" + entity.name().name()
                            + "' is another's: under profile azure queues and topics have one"
                            + " space of names, in which case does not count");
            return false;
        }
        return true;
    }

    private void checkTargets() {
        // A name means the queue of that name, else the topic.
        Map<String, EntityDescription> destinations = new HashMap<>(topics);
        destinations.putAll(queues);
        gone.removeAll(destinations.keySet());
        for (Declaration.Queue queue : declared.queues()) {
            checks.targets(queue, destinations);
            checks.deletedTargets(queue, queues.get(key(queue.name().name())), gone);
        }
        for (Declaration.Topic topic : declared.topics()) {
            Map<String, SubscriptionDescription> own =
                    subscriptions.getOrDefault(key(topic.name().name()), Map.of());
            for (Declaration.Subscription one : topic.subscriptions()) {
                checks.targets(one, destinations);
                checks.deletedTargets(one, own.get(key(one.ownName())), gone);
            }
        }
    }

    // ---- Queues and topics

    private void queue(Declaration.Queue queue) {
        String name = queue.name().name();
        QueueDescription now = (QueueDescription) queues.get(key(name));
        QueueDescription next = checks.next(
                queue, now, () -> Describing.describe(now == null ? QueueDescription.of(name) : now, queue.settings()));
        if (next == null) {
            return;
        }
        queues.put(key(name), next);
        QueueDescription without = next.toBuilder()
                .forwardTo(null)
                .forwardDeadLetteredMessagesTo(null)
                .build();
        put(now, next, without, Phase.CREATE_ENTITIES, bus::createQueue, bus::updateQueue);
        policies.plan(next.path(), queue.policies());
    }

    private void topic(Declaration.Topic topic) {
        String name = topic.name().name();
        TopicDescription now = (TopicDescription) topics.get(key(name));
        TopicDescription next = checks.next(
                topic, now, () -> Describing.describe(now == null ? TopicDescription.of(name) : now, topic.settings()));
        if (next == null) {
            return;
        }
        topics.put(key(name), next);
        put(now, next, next, Phase.CREATE_ENTITIES, bus::createTopic, bus::updateTopic);
        policies.plan(next.path(), topic.policies());
        Map<String, SubscriptionDescription> own = subscriptions.computeIfAbsent(key(name), none -> new HashMap<>());
        Set<String> names = new HashSet<>();
        for (Declaration.Subscription subscription : topic.subscriptions()) {
            if (isFree(names, subscription.path(), subscription.at(), subscription.ownName())) {
                subscription(subscription, next, own);
            }
        }
        checks.subscriptions(topic, own.values());
        rules.checkCounts(topic, own.values());
    }

    private boolean isFree(Set<String> names, String path, Position at, String name) {
        if (names.add(key(name))) {
            return true;
        }
        problems.add(
                path + ".Name", at, "the name '" + name + "' is another's: under profile azure case does not count");
        return false;
    }

    private void subscription(
            Declaration.Subscription declaredOne, TopicDescription topic, Map<String, SubscriptionDescription> own) {
        String name = declaredOne.ownName();
        SubscriptionDescription now = own.get(key(name));
        boolean defaultRule =
                now == null ? rules.hasDefault(declaredOne) : now.options().defaultRule();
        SubscriptionDescription next = checks.next(
                declaredOne,
                now,
                () -> Describing.describe(
                        now == null ? SubscriptionDescription.of(topic.name(), name) : now,
                        declaredOne.settings(),
                        defaultRule));
        if (next == null) {
            return;
        }
        own.put(key(name), next);
        SubscriptionDescription without = next.toBuilder()
                .forwardTo(null)
                .forwardDeadLetteredMessagesTo(null)
                .build();
        put(
                now,
                next,
                without,
                Phase.CREATE_SUBSCRIPTIONS,
                bus::createSubscription,
                changed -> updateKeepingItsRule(changed));
        rules.plan(declaredOne, next, now == null, topic.partitioned());
    }

    /** Rules have changed before it: whether it still has that of its description, the namespace knows. */
    private CompletableFuture<SubscriptionDescription> updateKeepingItsRule(SubscriptionDescription changed) {
        return bus.subscription(changed.topic(), changed.name())
                .thenCompose(now -> bus.updateSubscription(changed.toBuilder()
                        .filter(now.filter())
                        .options(changed.options().toBuilder()
                                .defaultRule(now.options().defaultRule())
                                .build())
                        .build()));
    }

    /** @param without the same without forwards, which come last: their targets may be new too */
    private <D extends EntityDescription> void put(
            @Nullable D now,
            D next,
            D without,
            Phase creation,
            Function<D, CompletableFuture<D>> create,
            Function<D, CompletableFuture<D>> update) {
        String title = next.path().kind() + " '" + next.path() + "'";
        boolean forwards = !next.equals(without);
        if (now == null) {
            plan.add(creation, Kind.CREATED, title, () -> create.apply(without));
            if (forwards) {
                plan.add(Phase.FORWARD, Kind.CHANGED, title, () -> update.apply(next));
            }
        } else if (!now.equals(next)) {
            Phase when = forwards ? Phase.FORWARD : Phase.CHANGE_ENTITIES;
            plan.add(when, Kind.CHANGED, title, () -> update.apply(next));
        }
    }

    // ---- What the file does not name

    private void deleteOthers() {
        Set<EntityPath> named = new HashSet<>();
        declared.queues().forEach(queue -> named.add(folded(queue.name())));
        for (Declaration.Topic topic : declared.topics()) {
            named.add(folded(topic.name()));
            topic.subscriptions().forEach(one -> named.add(folded(one.name())));
        }
        for (QueueDescription queue : there.queues()) {
            if (delete(named, queue, () -> bus.deleteQueue(queue.name()))) {
                queues.remove(key(queue.name()));
                gone.add(key(queue.name()));
            }
        }
        for (TopicDescription topic : there.topics()) {
            if (delete(named, topic, () -> bus.deleteTopic(topic.name()))) {
                topics.remove(key(topic.name()));
                gone.add(key(topic.name()));
                continue;
            }
            for (SubscriptionDescription one : there.subscriptionsOf(topic.name())) {
                if (!one.madeByApplication()) {
                    delete(named, one, () -> bus.deleteSubscription(one.topic(), one.name()));
                }
            }
        }
    }

    private EntityPath folded(EntityPath path) {
        String own = path.subscription();
        return path.kind() == EntityKind.SUBSCRIPTION && own != null
                ? EntityPath.subscription(key(path.name()), key(own))
                : new EntityPath(path.kind(), key(path.name()), null, false);
    }

    private boolean delete(Set<EntityPath> named, EntityDescription one, Supplier<CompletableFuture<?>> work) {
        if (one.temporary() || named.contains(folded(one.path()))) {
            return false;
        }
        plan.add(Phase.DELETE, Kind.DELETED, one.path().kind() + " '" + one.path() + "'", work);
        return true;
    }
}
