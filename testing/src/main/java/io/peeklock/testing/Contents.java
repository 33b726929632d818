/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.testing;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What is in a namespace, as text, and its end.
 *
 * <p>Stateless, thread safe; waits at most a few seconds for each answer.
 */
final class Contents {

    private static final int SHOWN = 10;
    private static final int MAX_BODY_CHARS = 200;
    private static final long WAIT_SECONDS = 10;

    private Contents() {}

    /** All places in which messages can be received, dead-letter queues apart. */
    private static List<EntityPath> places(Namespace namespace) {
        List<EntityPath> places = new ArrayList<>();
        for (QueueDescription queue : await(namespace.queues())) {
            places.add(EntityPath.queue(queue.name()));
        }
        for (TopicDescription topic : await(namespace.topics())) {
            for (SubscriptionDescription subscription : await(namespace.subscriptions(topic.name()))) {
                places.add(EntityPath.subscription(topic.name(), subscription.name()));
            }
        }
        return places;
    }

    /** @return how many are locked, and so stay */
    static long purge(Namespace namespace) {
        for (TopicDescription topic : await(namespace.topics())) {
            purge(namespace, EntityPath.topic(topic.name()));
        }
        long locked = 0;
        for (EntityPath place : places(namespace)) {
            purge(namespace, place);
            purge(namespace, place.deadLetterQueue());
            locked += await(namespace.counters(place)).locked();
        }
        return locked;
    }

    private static void purge(Namespace namespace, EntityPath place) {
        await(namespace.purgeMessages(place, MessageSelection.ALL).result());
    }

    static String describe(String name, Namespace namespace) {
        StringBuilder text = new StringBuilder(name).append(" has");
        int length = text.length();
        for (EntityPath place : places(namespace)) {
            EntityCounters counts = await(namespace.counters(place));
            if (counts.active() + counts.locked() + counts.deferred() + counts.scheduled() + counts.deadLettered()
                    > 0) {
                text.append("\n  ")
                        .append(place)
                        .append(": active ")
                        .append(counts.active())
                        .append(", locked ")
                        .append(counts.locked())
                        .append(", deferred ")
                        .append(counts.deferred())
                        .append(", scheduled ")
                        .append(counts.scheduled())
                        .append(", dead-lettered ")
                        .append(counts.deadLettered());
                describe(namespace, place, text);
                describe(namespace, place.deadLetterQueue(), text);
            }
        }
        return text.length() == length ? text.append(" no messages").toString() : text.toString();
    }

    private static void describe(Namespace namespace, EntityPath place, StringBuilder text) {
        List<Delivery> found = await(namespace.peek(place, 0, SHOWN + 1));
        found.stream().limit(SHOWN).forEach(message -> describe(message, text));
        if (found.size() > SHOWN) {
            text.append("\n    ... and more");
        }
    }

    private static void describe(Delivery one, StringBuilder text) {
        Message message = one.message();
        text.append("\n    ").append(one.sequenceNumber()).append(' ');
        if (one.entity().deadLetter()) {
            text.append("DEAD-LETTERED: ").append(one.deadLetterReason());
            if (one.deadLetterDescription() != null) {
                text.append(" (").append(one.deadLetterDescription()).append(')');
            }
        } else {
            text.append(one.state());
        }
        if (message.sessionId() != null) {
            text.append(", session ").append(message.sessionId());
        }
        text.append(", failed ").append(one.deliveryCount()).append(" times");
        if (one.expiresAtMs() < Long.MAX_VALUE) {
            text.append(", expires ").append(Instant.ofEpochMilli(one.expiresAtMs()));
        }
        if (!message.properties().isEmpty()) {
            text.append(", ").append(new TreeMap<>(message.properties()));
        }
        text.append(": ").append(body(message));
    }

    private static String body(Message message) {
        if (message.bodyKind() != BodyKind.TEXT) {
            return message.bodyKind() + " of " + message.body().remaining() + " bytes";
        }
        String body = StandardCharsets.UTF_8.decode(message.body()).toString();
        return body.length() <= MAX_BODY_CHARS ? body : body.substring(0, MAX_BODY_CHARS) + "...";
    }

    private static <T> T await(CompletableFuture<T> answer) {
        return answer.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
    }
}
