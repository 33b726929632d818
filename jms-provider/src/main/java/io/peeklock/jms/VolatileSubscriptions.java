/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.error.ErrorCode;
import jakarta.jms.JMSException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The non-durable subscriptions of one broker's applications, of one consumer each or shared: temporary ones of the bus,
 * which end with their last consumer (Jakarta Messaging 8.3.1, 8.3.2).
 *
 * <p>Thread safe. Its lock is held for moments, never while the bus is waited for: whoever comes second to a shared one
 * that is being created waits for the same answer.
 */
final class VolatileSubscriptions {

    private static final Logger LOG = LoggerFactory.getLogger(VolatileSubscriptions.class);

    /** For one that only waits until its messages are settled. */
    private static final SubscriptionFilter NOTHING = SubscriptionFilter.of("1 = 0");

    private final Namespace namespace;
    private final String namePrefix;
    private final AtomicLong lastNumber;

    private final ReentrantLock lock;
    private final Map<SharedName, Volatile> shared;

    VolatileSubscriptions(Namespace namespace) {
        this(namespace, "$T$" + UUID.randomUUID() + "-", new AtomicLong(), new ReentrantLock(), new HashMap<>());
    }

    private VolatileSubscriptions(
            Namespace namespace,
            String namePrefix,
            AtomicLong lastNumber,
            ReentrantLock lock,
            Map<SharedName, Volatile> shared) {
        this.namespace = namespace;
        this.namePrefix = namePrefix;
        this.lastNumber = lastNumber;
        this.lock = lock;
        this.shared = shared;
    }

    /** The same ones, as a user has them who may do what this view lets pass (rule Q6); who has made one ends it. */
    VolatileSubscriptions on(Namespace view) {
        return new VolatileSubscriptions(view, namePrefix, lastNumber, lock, shared);
    }

    /** By what an application knows a shared one. */
    record SharedName(@Nullable String clientId, String name) {}

    /** One of its own for one consumer. */
    OpenedSubscription openOwn(String topic, SubscriptionFilter filter, SessionSettings settings) throws JMSException {
        Volatile own = new Volatile(null, describe(topic, filter, settings));
        own.create();
        return new OpenedSubscription(own.path, opened(own, settings));
    }

    /** The shared one of that name, which is created for its first consumer. */
    OpenedSubscription openShared(SharedName name, String topic, SubscriptionFilter filter, SessionSettings settings)
            throws JMSException {
        while (true) {
            Volatile there = enter(name, topic, filter, settings);
            if (there.isWanted(topic, filter)) {
                ConsumerShare share = opened(there, settings);
                if (isOn(topic, there, share, settings)) {
                    return new OpenedSubscription(there.path, share);
                }
                share.closed(true);
            }
            if (isOn(there.description.topic(), there, ConsumerShare.NONE, settings)) {
                throw JmsExceptions.invalidOperation(
                        "the shared subscription '" + name.name + "' is open on topic '" + there.description.topic()
                                + "' with selector "
                                + there.description.filter().selector()
                                + "; close its consumers before opening it otherwise");
            }
            // Its topic was deleted under it.
            forget(there);
        }
    }

    /** One consumer more of the one of that name, if it is what is wanted; a new one if there is none. */
    private Volatile enter(SharedName name, String topic, SubscriptionFilter filter, SessionSettings settings) {
        Volatile entered;
        lock.lock();
        try {
            entered = shared.get(name);
            if (entered != null) {
                if (entered.isWanted(topic, filter)) {
                    entered.consumers++;
                    entered.shares++;
                }
                return entered;
            }
            entered = new Volatile(name, describe(topic, filter, settings));
            shared.put(name, entered);
        } finally {
            lock.unlock();
        }
        entered.create();
        return entered;
    }

    private SubscriptionDescription describe(String topic, SubscriptionFilter filter, SessionSettings settings) {
        return settings.entities().subscription(topic, namePrefix + lastNumber.incrementAndGet(), filter, true);
    }

    /** A consumer's share of one that is being created, when it is. */
    private static ConsumerShare opened(Volatile one, SessionSettings settings) throws JMSException {
        Waits.answerOrUndo(
                one.created,
                settings.operationTimeout(),
                "subscribing to topic " + one.description.topic(),
                () -> one.closed(true));
        return one;
    }

    /**
     * Whether it is a topic's, which may have been deleted under it, and may be written in another case.
     *
     * @param share given back if there is no answer
     */
    private boolean isOn(String topic, Volatile there, ConsumerShare share, SessionSettings settings)
            throws JMSException {
        CompletableFuture<Boolean> found = there.created
                .thenCompose(made -> namespace.subscription(topic, there.description.name()))
                .handle((description, failure) -> failure)
                .thenCompose(failure -> JmsExceptions.isA(ErrorCode.Unauthorized, failure)
                        ? CompletableFuture.failedFuture(failure)
                        : CompletableFuture.completedFuture(failure == null));
        return Waits.answerOrUndo(
                found, settings.operationTimeout(), "looking for " + there.path, () -> share.closed(true));
    }

    /** Whoever comes next makes another. */
    private void forget(Volatile one) {
        SharedName name = one.name;
        if (name != null) {
            lock.lock();
            try {
                shared.remove(name, one);
            } finally {
                lock.unlock();
            }
        }
    }

    /** One subscription, and the share of each of its consumers. Its numbers are guarded by the lock. */
    private final class Volatile implements ConsumerShare {
        private final @Nullable SharedName name;
        private final SubscriptionDescription description;
        private final EntityPath path;
        /** What became of its creation. */
        private final CompletableFuture<Boolean> created = new CompletableFuture<>();

        private int consumers = 1;
        /** Consumers, and sessions that may still settle its messages. */
        private int shares = 1;

        Volatile(@Nullable SharedName name, SubscriptionDescription description) {
            this.name = name;
            this.description = description;
            this.path = description.path();
        }

        /** Called once, without the lock. */
        void create() {
            CompletableFuture<?> asked;
            try {
                asked = namespace.createSubscription(description);
            } catch (RuntimeException e) {
                // Others may be waiting for it.
                asked = CompletableFuture.failedFuture(e);
            }
            asked.whenComplete((nothing, failure) -> {
                if (failure == null) {
                    created.complete(true);
                } else {
                    forget(this);
                    created.completeExceptionally(failure);
                }
            });
        }

        /** As far as it can be told without asking the bus, where the case of a topic's name may not count. */
        boolean isWanted(String topic, SubscriptionFilter filter) {
            return description.filter().equals(filter) && description.topic().equalsIgnoreCase(topic);
        }

        @Override
        public void closed(boolean settled) {
            boolean over;
            boolean dry;
            lock.lock();
            try {
                consumers--;
                shares -= settled ? 1 : 0;
                over = shares == 0;
                dry = consumers == 0;
                if (dry && name != null) {
                    shared.remove(name, this);
                }
            } finally {
                lock.unlock();
            }
            if (over) {
                end();
            } else if (dry) {
                // Nobody will ever get what comes now.
                quietly(namespace.updateSubscription(
                        description.toBuilder().filter(NOTHING).build()));
            }
        }

        @Override
        public void settled() {
            boolean over;
            lock.lock();
            try {
                shares--;
                over = shares == 0;
            } finally {
                lock.unlock();
            }
            if (over) {
                end();
            }
        }

        private void end() {
            quietly(namespace.deleteSubscription(description.topic(), description.name()));
        }

        /** It may be gone with its topic, or the namespace be closed. */
        private void quietly(CompletableFuture<?> change) {
            change.whenComplete((nothing, failure) -> {
                if (failure != null) {
                    LOG.debug("{} could not be ended", path, failure);
                }
            });
        }
    }
}
