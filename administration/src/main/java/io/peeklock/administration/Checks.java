/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.entity.EntityDescription;
import io.peeklock.broker.entity.EntityLimits;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a namespace would refuse of a file: what is fixed at creation, what the profile does not allow, what is too many.
 *
 * <p>Used by one thread, for one file.
 */
final class Checks {
    private static final Position TOP = new Position(1, 1);

    private final EntityLimits limits;
    private final int partitions;
    private final Problems problems;

    Checks(EntityLimits limits, int partitions, Problems problems) {
        this.limits = limits;
        this.partitions = partitions;
        this.problems = problems;
    }

    /**
     * What an entity is to be; null if that cannot be.
     *
     * @param now what it is, or null if it is not there
     */
    <D extends EntityDescription> @Nullable D next(Declaration.Entity entity, @Nullable D now, Supplier<D> making) {
        int before = problems.count();
        if (now != null) {
            fixed(entity, now);
        }
        Settings.Given forward = entity.settings().forwardTo();
        if (now != null && now.options().sessionRequired() && forward != null) {
            problems.add(forward.path(), forward.at(), Settings.FORWARDS_NO_SESSIONS);
        }
        home(entity);
        if (problems.count() > before) {
            return null;
        }
        return problems.attempt(entity.path(), entity.at(), () -> {
            D next = making.get();
            limits.check(next);
            return next;
        });
    }

    private void fixed(Declaration.Entity entity, EntityDescription now) {
        if (now.temporary()) {
            problems.add(
                    entity.path(),
                    entity.at(),
                    "there is a temporary " + entity.name().kind() + " of this name");
        }
        if (now instanceof SubscriptionDescription subscription && subscription.madeByApplication()) {
            problems.add(
                    entity.path(),
                    entity.at(),
                    "an application made this subscription, and may make it anew: have it unsubscribe, or choose another"
                            + " name");
        }
        fixed(entity, Field.REQUIRES_SESSION, now.options().sessionRequired());
        fixed(entity, Field.REQUIRES_DUPLICATE_DETECTION, now.options().detectsDuplicates());
        if (now instanceof QueueDescription queue) {
            fixed(entity, Field.ENABLE_PARTITIONING, queue.partitioned());
            fixed(entity, Field.HOME_PARTITION, (long) queue.homePartition());
        } else if (now instanceof TopicDescription topic) {
            fixed(entity, Field.ENABLE_PARTITIONING, topic.partitioned());
            fixed(entity, Field.HOME_PARTITION, (long) topic.homePartition());
        }
    }

    private void fixed(Declaration.Entity entity, Field field, Object now) {
        Settings.Given given = entity.settings().given(field);
        if (given != null && !given.value().equals(now)) {
            problems.add(
                    given.path(),
                    given.at(),
                    "it is " + now + " for " + entity.name().kind() + " '" + entity.name()
                            + "', and fixed at creation: keep it so or leave it out, or delete the "
                            + entity.name().kind() + " with its messages first");
        }
    }

    private void home(Declaration.Entity entity) {
        Settings.Given home = entity.settings().given(Field.HOME_PARTITION);
        if (home != null && (Long) home.value() >= partitions) {
            problems.add(home.path(), home.at(), "this namespace has the partitions 0 to " + (partitions - 1));
        }
    }

    /** Rule P13. */
    void counts(Collection<EntityDescription> queues, Collection<EntityDescription> topics) {
        long lasting = lasting(queues) + lasting(topics);
        if (lasting > limits.maxEntities()) {
            problems.add(
                    "",
                    TOP,
                    "there would be " + lasting + " queues and topics, of " + limits.maxEntities()
                            + " that are allowed");
        }
        long partitioned = queues.stream()
                        .filter(queue -> ((QueueDescription) queue).partitioned())
                        .count()
                + topics.stream()
                        .filter(topic -> ((TopicDescription) topic).partitioned())
                        .count();
        if (partitioned > limits.maxPartitionedEntities()) {
            problems.add(
                    "",
                    TOP,
                    "there would be " + partitioned + " partitioned queues and topics, of "
                            + limits.maxPartitionedEntities() + " that are allowed");
        }
    }

    private static long lasting(Collection<? extends EntityDescription> all) {
        return all.stream().filter(one -> !one.temporary()).count();
    }

    /** Rule R7. */
    void subscriptions(Declaration.Topic topic, Collection<SubscriptionDescription> own) {
        long lasting = lasting(own);
        if (lasting > limits.maxSubscriptions()) {
            problems.add(
                    topic.path(),
                    topic.at(),
                    "the topic would have " + lasting + " subscriptions, of " + limits.maxSubscriptions()
                            + " that are allowed");
        }
    }

    /**
     * What messages are forwarded to is there, or will be, and is not the entity itself (rule W1).
     *
     * @param destinations queues and topics that will be there, by how they are looked up
     */
    void targets(Declaration.Entity entity, Map<String, EntityDescription> destinations) {
        target(entity, Field.FORWARD_TO, destinations);
        target(entity, Field.FORWARD_DEAD_LETTERED_MESSAGES_TO, destinations);
    }

    /**
     * What an entity forwards to without the file saying so is not deleted under it.
     *
     * @param next what the entity will be, or null if that is not known
     * @param gone queues and topics that will be deleted, by how they are looked up
     */
    void deletedTargets(Declaration.Entity entity, @Nullable EntityDescription next, Set<String> gone) {
        if (next != null) {
            deletedTarget(entity, Field.FORWARD_TO, next.options().forwardTo(), gone);
            deletedTarget(
                    entity,
                    Field.FORWARD_DEAD_LETTERED_MESSAGES_TO,
                    next.options().forwardDeadLetteredMessagesTo(),
                    gone);
        }
    }

    private void deletedTarget(Declaration.Entity entity, Field field, @Nullable String target, Set<String> gone) {
        if (target != null && entity.settings().given(field) == null && gone.contains(limits.canonicalName(target))) {
            problems.add(
                    entity.path(),
                    entity.at(),
                    entity.name().kind() + " '" + entity.name() + "' forwards to '" + target
                            + "', which would be deleted: name it in the file too, or give " + field.jsonName()
                            + " another value, \"\" for none");
        }
    }

    private void target(Declaration.Entity entity, Field field, Map<String, EntityDescription> destinations) {
        Settings.Given given = entity.settings().given(field);
        String name = given == null ? "" : (String) given.value();
        if (given == null || name.isEmpty()) {
            return;
        }
        EntityDescription found = destinations.get(limits.canonicalName(name));
        if (found == null) {
            problems.add(
                    given.path(),
                    given.at(),
                    "there is no queue or topic '" + name + "', neither in the namespace nor in the file");
        } else if (found.temporary()) {
            problems.add(given.path(), given.at(), found.path().kind() + " '" + name + "' is temporary");
        } else if (found.path().kind() == entity.name().kind()
                && limits.canonicalName(name)
                        .equals(limits.canonicalName(entity.name().name()))) {
            problems.add(given.path(), given.at(), "that is itself: name another queue or topic");
        }
    }
}
