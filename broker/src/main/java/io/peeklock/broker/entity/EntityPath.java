/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The path of a queue, a topic, a subscription or a dead-letter queue, checked: one that breaks the rules for names cannot
 * be made.
 *
 * <p>Immutable. A queue and a topic of one name are two entities with two paths (rule W5).
 *
 * @param kind what it names, or what the dead-letter queue it names belongs to
 * @param name the name of the queue or topic, as {@link EntityNames#check} wants it
 * @param subscription the name of the topic's subscription, null for other kinds
 * @param deadLetter whether the path names the dead-letter queue ({@code <path>/$deadletterqueue}, rule D1)
 */
public record EntityPath(
        EntityKind kind, String name, @Nullable String subscription, boolean deadLetter) {

    private static final String DEAD_LETTER_SUFFIX = "/" + EntityNames.DEAD_LETTER_SEGMENT;
    private static final String SUBSCRIPTIONS = "/" + EntityNames.SUBSCRIPTIONS_SEGMENT + "/";

    public EntityPath {
        EntityNames.check(name);
        if (subscription != null) {
            EntityNames.checkSubscription(subscription, EntityNames.MAX_COMPOSED_CHARS);
        }
        if ((kind == EntityKind.SUBSCRIPTION) != (subscription != null)) {
            throw new IllegalArgumentException("a path of a " + kind + " with the subscription " + subscription);
        }
        if (deadLetter && kind == EntityKind.TOPIC) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "topic '" + name + "' has no dead-letter queue: each of its subscriptions has one");
        }
    }

    /** A queue itself. */
    public static EntityPath queue(String name) {
        return new EntityPath(EntityKind.QUEUE, name, null, false);
    }

    /** A topic. */
    public static EntityPath topic(String name) {
        return new EntityPath(EntityKind.TOPIC, name, null, false);
    }

    /** A subscription itself. */
    public static EntityPath subscription(String topic, String name) {
        return new EntityPath(EntityKind.SUBSCRIPTION, topic, name, false);
    }

    /**
     * Reads a path that can be received from as an application writes it: a queue's name or {@code
     * topic/Subscriptions/name}, and perhaps {@code /$deadletterqueue} behind it, these two words in any case (rule W5).
     * A topic's path is not read here, as it looks like a queue's.
     *
     * @throws BrokerException InvalidOperation for what can be no path, saying what is wrong and where
     */
    public static EntityPath parse(String path) {
        int end = path.length() - DEAD_LETTER_SUFFIX.length();
        boolean deadLetter =
                end > 0 && path.regionMatches(true, end, DEAD_LETTER_SUFFIX, 0, DEAD_LETTER_SUFFIX.length());
        String live = deadLetter ? path.substring(0, end) : path;
        int slash = live.lastIndexOf('/');
        int at = slash - SUBSCRIPTIONS.length() + 1;
        if (at > 0
                && slash + 1 < live.length()
                && live.regionMatches(true, at, SUBSCRIPTIONS, 0, SUBSCRIPTIONS.length())) {
            return new EntityPath(
                    EntityKind.SUBSCRIPTION, live.substring(0, at), live.substring(slash + 1), deadLetter);
        }
        return new EntityPath(EntityKind.QUEUE, live, null, deadLetter);
    }

    /**
     * The dead-letter queue of this one.
     *
     * @throws BrokerException InvalidOperation for a topic, which has none
     */
    public EntityPath deadLetterQueue() {
        return new EntityPath(kind, name, subscription, true);
    }

    @Override
    public String toString() {
        String path = subscription == null ? name : name + SUBSCRIPTIONS + subscription;
        return deadLetter ? path + DEAD_LETTER_SUFFIX : path;
    }

    // By hand, as a record's own takes a start milliseconds and classes to link.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EntityPath that
                && kind == that.kind
                && deadLetter == that.deadLetter
                && name.equals(that.name)
                && Objects.equals(subscription, that.subscription);
    }

    @Override
    public int hashCode() {
        int hash = 31 * (31 * kind.ordinal() + name.hashCode()) + Objects.hashCode(subscription);
        return deadLetter ? ~hash : hash;
    }
}
