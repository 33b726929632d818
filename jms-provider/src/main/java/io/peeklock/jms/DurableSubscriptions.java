/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The durable subscriptions of one broker's applications: which consumers they have, and when one may be replaced or
 * deleted (Jakarta Messaging 8.3.3, 8.3.4).
 *
 * <p>Thread safe. Its lock is held while the bus creates or deletes one, so that what was checked still holds; whoever
 * waits for it can be interrupted. Closing a consumer does not need it.
 */
final class DurableSubscriptions {

    /**
     * So often the bus is asked for messages under lock. One that was on its way to a consumer which closed is given back
     * when it arrives; that is before the first answer, and so before the second question.
     */
    private static final int QUESTIONS = 2;

    private final Namespace namespace;
    private final ReentrantLock lock;
    /** Open consumers of each that has any. */
    private final Map<EntityPath, Integer> consumers;

    DurableSubscriptions(Namespace namespace) {
        this(namespace, new ReentrantLock(), new ConcurrentHashMap<>());
    }

    private DurableSubscriptions(Namespace namespace, ReentrantLock lock, Map<EntityPath, Integer> consumers) {
        this.namespace = namespace;
        this.lock = lock;
        this.consumers = consumers;
    }

    /** The same ones, as a user has them who may do what this view lets pass (rule Q6). */
    DurableSubscriptions on(Namespace view) {
        return new DurableSubscriptions(view, lock, consumers);
    }

    /** What an application asks for. */
    record Wanted(String topic, @Nullable String clientId, String name, boolean shared, SubscriptionFilter filter) {

        String nameInBus() {
            return nameInBus(shared);
        }

        /** The name of the one of the other kind, shared or not, that must not be there beside it; null if none can be. */
        @Nullable
        String twin() {
            return clientId == null ? null : nameInBus(!shared);
        }

        private String nameInBus(boolean ofShared) {
            if (ofShared) {
                return SubscriptionNames.shared(clientId, name);
            }
            if (clientId == null) {
                throw new AssertionError("an unshared durable subscription has a client identifier");
            }
            return SubscriptionNames.unshared(clientId, name);
        }
    }

    /** Finds it, creates it or puts it in the place of one with other settings. */
    OpenedSubscription open(Wanted wanted, SessionSettings settings) throws JMSException {
        begin("opening the durable subscription '" + wanted.name + "'");
        try {
            Duration timeout = settings.operationTimeout();
            SubscriptionDescription there = find(wanted.topic, wanted.nameInBus(), timeout);
            if (there == null) {
                clear(wanted, timeout);
                there = create(wanted, settings);
            } else if (!there.filter().equals(wanted.filter)) {
                delete(there, "with another selector or noLocal", timeout);
                there = create(wanted, settings);
            } else if (!wanted.shared) {
                requireNoConsumers(there.path(), "open it");
            }
            return new OpenedSubscription(there.path(), counted(there.path()));
        } finally {
            lock.unlock();
        }
    }

    /** One more consumer of a subscription, by its path in the bus. */
    ConsumerShare consume(EntityPath path, Duration timeout) throws JMSException {
        begin("opening a consumer of " + path);
        try {
            SubscriptionDescription there = find(path.name(), String.valueOf(path.subscription()), timeout);
            // As it is spelled in the bus, where case may not count.
            return counted(there == null ? path : there.path());
        } finally {
            lock.unlock();
        }
    }

    private ConsumerShare counted(EntityPath path) {
        consumers.merge(path, 1, Integer::sum);
        return new ConsumerShare() {
            @Override
            public void closed(boolean settled) {
                consumers.computeIfPresent(path, (same, count) -> count == 1 ? null : count - 1);
            }

            @Override
            public void settled() {}
        };
    }

    /**
     * Deletes what an application has made under a name.
     *
     * @throws InvalidDestinationException if there is none
     */
    void unsubscribe(@Nullable String clientId, String name, Duration timeout) throws JMSException {
        begin("unsubscribing '" + name + "'");
        try {
            List<SubscriptionDescription> found = findOnAllTopics(SubscriptionNames.shared(clientId, name), timeout);
            if (clientId != null) {
                found.addAll(findOnAllTopics(SubscriptionNames.unshared(clientId, name), timeout));
            }
            if (found.isEmpty()) {
                throw new InvalidDestinationException(
                        "there is no durable subscription '" + name + "' "
                                + (clientId == null ? "without client identifier" : "of client '" + clientId + "'"),
                        ErrorCode.EntityNotFound.name());
            }
            SubscriptionDescription own = found.stream()
                    .filter(SubscriptionDescription::madeByApplication)
                    .findFirst()
                    .orElse(found.get(0));
            delete(own, "by unsubscribe", timeout);
        } finally {
            lock.unlock();
        }
    }

    /** Makes room for one that is not on its topic: there may be one of the same name on another, or a twin. */
    private void clear(Wanted wanted, Duration timeout) throws JMSException {
        String twin = wanted.twin();
        if (twin != null
                && findOnAllTopics(twin, timeout).stream().anyMatch(SubscriptionDescription::madeByApplication)) {
            throw JmsExceptions.invalidOperation(
                    "there is " + (wanted.shared ? "an unshared" : "a shared") + " durable subscription '"
                            + wanted.name + "' of client '" + wanted.clientId
                            + "' already; unsubscribe it, or use another name");
        }
        for (SubscriptionDescription other : findOnAllTopics(wanted.nameInBus(), timeout)) {
            // An administrator's subscriptions have names of their own on each topic.
            if (other.madeByApplication()) {
                delete(other, "on topic '" + wanted.topic + "'", timeout);
            }
        }
    }

    private SubscriptionDescription create(Wanted wanted, SessionSettings settings) throws JMSException {
        SubscriptionDescription description =
                settings.entities().subscription(wanted.topic, wanted.nameInBus(), wanted.filter, false);
        return Waits.answer(
                namespace.createSubscription(description),
                settings.operationTimeout(),
                "creating the durable subscription '" + wanted.name + "'");
    }

    /** Deletes one if nobody needs it and an application made it. */
    private void delete(SubscriptionDescription there, String wish, Duration timeout) throws JMSException {
        EntityPath path = there.path();
        if (!there.madeByApplication()) {
            throw JmsExceptions.invalidOperation(
                    "subscription " + path + " was made by an administrator, with selector "
                            + there.filter().selector() + "; it is not replaced or deleted " + wish
                            + ": change it with Namespace.updateSubscription, or use another name");
        }
        requireNoConsumers(path, "replace or delete it");
        for (int i = 1; lockedMessages(path, timeout) > 0; i++) {
            if (i == QUESTIONS) {
                throw JmsExceptions.invalidOperation("messages of the durable subscription " + path
                        + " are part of a transaction or not acknowledged; end that before it is replaced or deleted");
            }
        }
        CompletableFuture<Void> deleted = namespace.deleteSubscription(there.topic(), there.name());
        Waits.answer(deleted, timeout, "deleting the durable subscription " + path);
    }

    private long lockedMessages(EntityPath path, Duration timeout) throws JMSException {
        return Waits.answer(namespace.counters(path), timeout, "looking into " + path)
                .locked();
    }

    private void requireNoConsumers(EntityPath path, String wish) throws JMSException {
        int count = consumers.getOrDefault(path, 0);
        if (count > 0) {
            throw JmsExceptions.invalidOperation(
                    "the durable subscription " + path + " has " + count + " open consumers; close them to " + wish);
        }
    }

    private @Nullable SubscriptionDescription find(String topic, String name, Duration timeout) throws JMSException {
        CompletableFuture<List<SubscriptionDescription>> found = namespace
                .subscription(topic, name)
                .thenApply(List::of)
                .exceptionallyCompose(failure -> JmsExceptions.isA(ErrorCode.EntityNotFound, failure)
                        ? CompletableFuture.completedFuture(List.of())
                        : CompletableFuture.failedFuture(failure));
        List<SubscriptionDescription> one = Waits.answer(found, timeout, "looking for subscription " + name);
        return one.isEmpty() ? null : one.get(0);
    }

    /** Of topics to which its user may not listen there is nothing to be found. */
    private boolean mayListen(TopicDescription topic) {
        try {
            namespace.requireClaim(Claim.LISTEN, topic.path());
            return true;
        } catch (BrokerException e) {
            return false;
        }
    }

    /** A name may be looked for without its topic: only where one is created on another topic, or deleted. */
    private List<SubscriptionDescription> findOnAllTopics(String name, Duration timeout) throws JMSException {
        List<SubscriptionDescription> found = new ArrayList<>();
        for (TopicDescription topic : Waits.answer(namespace.topics(), timeout, "looking for topics")) {
            SubscriptionDescription there =
                    topic.temporary() || !mayListen(topic) ? null : find(topic.name(), name, timeout);
            if (there != null) {
                found.add(there);
            }
        }
        return found;
    }

    private void begin(String doing) throws JMSException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw JmsExceptions.notBegun(doing, e);
        }
    }
}
