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
 * <p>Thread safe. Its lock is held while a shared one is created, so that two consumers never create it twice.
 */
final class VolatileSubscriptions {

    private static final Logger LOG = LoggerFactory.getLogger(VolatileSubscriptions.class);

    /** For one that only waits until its messages are settled. */
    private static final SubscriptionFilter NOTHING = SubscriptionFilter.of("1 = 0");

    private final Namespace namespace;
    private final String namePrefix = "$T$" + UUID.randomUUID() + "-";
    private final AtomicLong lastNumber = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<SharedName, Volatile> shared = new HashMap<>();

    VolatileSubscriptions(Namespace namespace) {
        this.namespace = namespace;
    }

    /** By what an application knows a shared one. */
    record SharedName(@Nullable String clientId, String name) {}

    /** One of its own for one consumer. */
    OpenedSubscription openOwn(String topic, SubscriptionFilter filter, SessionSettings settings) throws JMSException {
        Volatile created = create(null, topic, filter, settings);
        return new OpenedSubscription(created.path, created);
    }

    /** The shared one of that name, which is created for its first consumer. */
    OpenedSubscription openShared(SharedName name, String topic, SubscriptionFilter filter, SessionSettings settings)
            throws JMSException {
        lock.lock();
        try {
            Volatile there = shared.get(name);
            if (there != null && there.description.filter().equals(filter) && isOn(topic, there, settings)) {
                there.consumers++;
                there.shares++;
            } else if (there == null || !isOn(there.description.topic(), there, settings)) {
                there = create(name, topic, filter, settings);
                shared.put(name, there);
            } else {
                throw new JMSException(
                        "the shared subscription '" + name.name + "' is open on topic '" + there.description.topic()
                                + "' with selector "
                                + there.description.filter().selector()
                                + "; close its consumers before opening it otherwise",
                        ErrorCode.InvalidOperation.name());
            }
            return new OpenedSubscription(there.path, there);
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is a topic's, which may have been deleted under it, and may be written in another case. */
    private boolean isOn(String topic, Volatile there, SessionSettings settings) throws JMSException {
        CompletableFuture<Boolean> found = namespace
                .subscription(topic, there.description.name())
                .handle((description, failure) -> failure == null);
        return Waits.answer(found, settings.operationTimeout(), "looking for " + there.path);
    }

    private Volatile create(
            @Nullable SharedName name, String topic, SubscriptionFilter filter, SessionSettings settings)
            throws JMSException {
        SubscriptionDescription description =
                settings.entities().subscription(topic, namePrefix + lastNumber.incrementAndGet(), filter, true);
        Waits.answer(
                namespace.createSubscription(description),
                settings.operationTimeout(),
                "subscribing to topic " + topic);
        return new Volatile(name, description);
    }

    /** One subscription, and the share of each of its consumers. Its numbers are guarded by the lock. */
    private final class Volatile implements ConsumerShare {
        private final @Nullable SharedName name;
        private final SubscriptionDescription description;
        private final EntityPath path;
        private int consumers = 1;
        /** Consumers, and sessions that may still settle its messages. */
        private int shares = 1;

        Volatile(@Nullable SharedName name, SubscriptionDescription description) {
            this.name = name;
            this.description = description;
            this.path = description.path();
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
