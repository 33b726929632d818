/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.rule.CompiledRule;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which entities exist and who receives from them: what outlives a partition's failure, because it comes from outside.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Roster {
    private final Map<Long, Command.Define> definitions = new LinkedHashMap<>();
    /** By entity, then by receiver, which receives from one queue only. */
    private final Map<Long, Map<Subscriber, Command.Subscribe>> subscriptions = new LinkedHashMap<>();

    /** By the id of the subscription, then by their own. */
    private final Map<Long, Map<Long, CompiledRule>> rules = new LinkedHashMap<>();
    /** The last numbers of temporary entities: no journal knows them, and none may come twice (rule N1). */
    private final Map<Long, Long> temporaryNumbers = new HashMap<>();

    /** What has happened in the queue and the dead-letter queue of an entity, from before a failure on. */
    private record Activities(Activity queue, Activity deadLetterQueue) {}

    private final Map<Long, Activities> activities = new HashMap<>();

    private long highestEntityId;

    /**
     * Remembers an entity that was there when the namespace was opened. Says nothing about ids given out: if the
     * definitions are damaged, an entity that is missing between two others was not deleted, and keeps its messages.
     */
    void present(Command.Define define) {
        definitions.put(define.definition().id(), define);
    }

    /** Remembers a rule that was there when the namespace was opened. */
    void present(CompiledRule rule) {
        rules.computeIfAbsent(rule.subscriptionId(), id -> new TreeMap<>()).put(rule.id(), rule);
    }

    /** Remembers what a command says about entities and receivers. */
    void note(Command command) {
        if (command instanceof Command.Define define) {
            define(define);
        } else if (command instanceof Command.DefineRule rule) {
            // Not if it was deleted: that, too, came in its turn.
            if (definitions.containsKey(rule.rule().subscriptionId())) {
                define(rule.subscription());
                present(rule.rule());
            }
        } else if (command instanceof Command.DropRule drop) {
            rules.getOrDefault(drop.subscriptionId(), new TreeMap<>()).remove(drop.ruleId());
        } else if (command instanceof Command.Drop drop) {
            definitions.remove(drop.entityId());
            rules.remove(drop.entityId());
            subscriptions.remove(drop.entityId());
            temporaryNumbers.remove(drop.entityId());
            activities.remove(drop.entityId());
        } else if (command instanceof Command.Subscribe subscribe) {
            subscriptions
                    .computeIfAbsent(subscribe.entityId(), id -> new LinkedHashMap<>())
                    .put(subscribe.subscriber(), subscribe);
        } else if (command instanceof Command.Unsubscribe u) {
            forget(u.entityId(), u.subscriber());
        }
    }

    private void define(Command.Define define) {
        Command.Define known = definitions.get(define.definition().id());
        if (known == null || known.definition().version() < define.definition().version()) {
            definitions.put(define.definition().id(), define);
        }
        highestEntityId = Math.max(highestEntityId, define.definition().id());
    }

    private void forget(long entityId, Subscriber subscriber) {
        subscriptions.computeIfPresent(entityId, (id, receivers) -> {
            receivers.remove(subscriber);
            return receivers.isEmpty() ? null : receivers;
        });
    }

    /** Tells an entity's receivers that there is nothing more to wait for. */
    void endReceivers(long entityId, BrokerException cause) {
        List.copyOf(subscriptions.getOrDefault(entityId, Map.of()).keySet())
                .forEach(subscriber -> subscriber.over(cause));
    }

    /** Tells every receiver that there is nothing more to wait for. */
    void endAllReceivers(BrokerException cause) {
        subscriptions().forEach(s -> s.subscriber().over(cause));
    }

    /** Remembers what a partition that has failed knew alone. */
    void keepKnown(PartitionState failed) {
        for (Fragment fragment : failed.fragments()) {
            activities.put(
                    fragment.entityId(), new Activities(fragment.queue.activity, fragment.deadLetterQueue.activity));
            if (fragment.settings().temporary() && fragment.lastNumber > 0) {
                temporaryNumbers.put(fragment.entityId(), fragment.lastNumber);
            }
        }
    }

    /** Tells a partition that was loaded again. It stays known: the loading may yet fail. */
    void giveKnown(PartitionState loaded) {
        activities.forEach((entityId, known) -> {
            Fragment fragment = loaded.fragment(entityId);
            if (fragment != null) {
                fragment.queue.activity = known.queue();
                fragment.deadLetterQueue.activity = known.deadLetterQueue();
            }
        });
        temporaryNumbers.forEach((entityId, number) -> {
            Fragment fragment = loaded.fragment(entityId);
            if (fragment != null) {
                fragment.lastNumber = number;
            }
        });
    }

    /** Entity ids up to this one were given out. */
    void entityIdsGivenOut(long highest) {
        highestEntityId = Math.max(highestEntityId, highest);
    }

    Map<Long, Command.Define> definitions() {
        return definitions;
    }

    /** All rules but those that definitions have. */
    Collection<CompiledRule> rules() {
        return rules.values().stream().flatMap(ofOne -> ofOne.values().stream()).toList();
    }

    /** All, as they are now. */
    List<Command.Subscribe> subscriptions() {
        return subscriptions.values().stream()
                .flatMap(ofOne -> ofOne.values().stream())
                .toList();
    }

    long highestEntityId() {
        return highestEntityId;
    }
}
