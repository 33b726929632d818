/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.namespace.TrackedMessage.Sent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the users of a simulated bus were told, and so may rely on.
 *
 * <p>Not thread safe.
 */
final class BusExpectations {
    private final Map<String, TrackedMessage> messages = new HashMap<>();
    private final Map<String, String> numbers = new HashMap<>();
    private final Map<String, Long> lastFirst = new HashMap<>();
    private final Map<EntityPath, Integer> generations = new HashMap<>();
    private final Map<EntityPath, List<CompletableFuture<?>>> reDriving = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** A message as random as its sender; every fourth is delayed. */
    TrackedMessage newMessage(EntityPath queue, Random random, long nowMs) {
        boolean durable = random.nextInt(5) > 0;
        long delayMs = random.nextInt(4) == 0 ? 1 + random.nextInt(4000) : 0;
        TrackedMessage message = new TrackedMessage("m" + (messages.size() + 1), queue, durable, delayMs, nowMs);
        return known(message);
    }

    /** One that is to come at a time. */
    TrackedMessage newScheduled(EntityPath queue, Random random, long nowMs) {
        boolean durable = random.nextInt(5) > 0;
        long delayMs = 1L + random.nextInt(8000);
        return known(new TrackedMessage("m" + (messages.size() + 1), queue, durable, delayMs, nowMs));
    }

    private TrackedMessage known(TrackedMessage message) {
        message.generation = generations.getOrDefault(message.queue, 0);
        messages.put(message.key(), message);
        return message;
    }

    /** The copies of a message that is sent to the topic: all come, or none. */
    List<TrackedMessage> newPublication(Random random, long nowMs) {
        List<EntityPath> subscriptions = SimulatedTopic.SUBSCRIPTIONS;
        List<TrackedMessage> copies = new ArrayList<>();
        copies.add(newMessage(subscriptions.get(0), random, nowMs));
        TrackedMessage first = copies.get(0);
        for (EntityPath other : subscriptions.subList(1, subscriptions.size())) {
            copies.add(known(new TrackedMessage(first.text, other, first.durable, first.delayMs, nowMs)));
        }
        return copies;
    }

    /** A publish has ended. */
    void published(List<TrackedMessage> copies, @Nullable Long number) {
        if (number != null) {
            copies.forEach(copy -> copy.topicNumber = number);
        }
    }

    /** A send has ended. Called back, so what is wrong waits for {@link #check}. */
    void sent(TrackedMessage message, @Nullable Long number, @Nullable Throwable failure) {
        if (number != null) {
            message.sent = Sent.ACKNOWLEDGED;
            message.sequenceNumber = number;
            message.firstNumber = number;
            checkNumber(message);
        } else if (failure != null) {
            boolean unknown = ((BrokerException) failure).code() == ErrorCode.OutcomeUnknown;
            message.sent = unknown ? Sent.UNKNOWN : Sent.REFUSED;
        }
    }

    /**
     * Sends some message to this queue, which detects duplicates, once more: whatever became of it before, it is there once
     * when that succeeds (rule U1).
     */
    void sendAgain(TestBus bus, EntityPath queue, Random random, List<CompletableFuture<?>> operations) {
        List<TrackedMessage> all = messages.values().stream()
                .filter(message -> message.queue.equals(queue) && message.canBeRepeated())
                .sorted(Comparator.comparing(message -> message.text))
                .toList();
        if (!all.isEmpty()) {
            TrackedMessage message = all.get(random.nextInt(all.size()));
            Message content =
                    message.content().partitionKey(message.partitionKey()).build();
            CompletableFuture<Long> again = bus.namespace.send(queue, content);
            operations.add(again);
            repeats(message, again);
        }
    }

    private void repeats(TrackedMessage message, CompletableFuture<Long> again) {
        boolean refused = message.sent == Sent.REFUSED;
        message.sent = refused ? Sent.PENDING : message.sent;
        message.repeating = true;
        again.whenComplete((number, failure) -> {
            message.repeating = false;
            if (number != null) {
                boolean isKnown = message.sent == Sent.ACKNOWLEDGED && message.isNumbered();
                if (isKnown && message.firstNumber >= 0 && number != message.firstNumber) {
                    violations.add("the duplicate of " + message + " was answered with " + number);
                }
                message.sent = Sent.ACKNOWLEDGED;
                message.sequenceNumber = message.delivered ? message.sequenceNumber : number;
            } else if (failure != null && message.sent == Sent.PENDING) {
                boolean unknown = ((BrokerException) failure).code() == ErrorCode.OutcomeUnknown;
                message.sent = unknown ? Sent.UNKNOWN : Sent.REFUSED;
            }
        });
    }

    private void checkNumber(TrackedMessage message) {
        String before =
                numbers.put(message.queue + "#" + message.generation + "#" + message.sequenceNumber, message.text);
        if (before != null && !before.equals(message.text)) {
            violations.add("the number of " + message + " is that of " + before);
        }
    }

    /** A message has come; gives it if it is known and now held under a lock. */
    @Nullable
    TrackedMessage received(Delivery delivery, ReceiveMode mode, long wallMs) {
        TrackedMessage message = messages.get(TrackedMessage.key(TestBus.textOf(delivery), delivery.entity()));
        if (message == null) {
            return null;
        }
        assertThat(message.completed)
                .as("%s was completed, and came again", message)
                .isFalse();
        assertThat(message.sent).as("%s was refused, and came", message).isNotEqualTo(Sent.REFUSED);
        assertThat(message.gone).as("%s came", message).isFalse();
        assertThat(message.isHeld(wallMs)).as("%s is held by two", message).isFalse();
        if (!message.perhapsReDriven) {
            checkPlace(message, delivery);
        }
        if (message.firstNumber >= 0) {
            assertThat(delivery.enqueuedSequenceNumber()).isEqualTo(message.firstNumber);
        }

        if (message.topicNumber >= 0) {
            assertThat(delivery.enqueuedSequenceNumber()).isEqualTo(message.topicNumber);
        }
        assertThat(delivery.enqueuedTimeMs())
                .as("enqueued time of %s", message)
                .isGreaterThanOrEqualTo(message.notBeforeMs);
        // One that was removed for a receiver and came back with a failed partition was overtaken meanwhile.
        boolean undisturbed = message.durable && !message.perhapsCompleted && !message.perhapsReDriven;
        boolean first = !message.delivered && delivery.deliveryCount() == 0 && undisturbed;
        message.delivered(delivery);
        checkNumber(message);
        LockToken token = delivery.lockToken();
        if (token == null) {
            message.completed = true;
            assertThat(mode).isEqualTo(ReceiveMode.RECEIVE_AND_DELETE);
            return null;
        }
        if (first && !delivery.entity().deadLetter()) {
            Long before = lastFirst.put(message.queue + "/" + token.partition(), delivery.sequenceNumber());
            assertThat(before == null || before < delivery.sequenceNumber())
                    .as("%s came out of order", message)
                    .isTrue();
        }
        message.holder = token;
        message.heldUntilMs = delivery.lockedUntilMs();
        return message;
    }

    private static void checkPlace(TrackedMessage message, Delivery delivery) {
        assertThat(delivery.deliveryCount()).as("count of %s", message).isGreaterThanOrEqualTo(message.leastCount);
        if (message.isNumbered()) {
            assertThat(delivery.sequenceNumber()).isEqualTo(message.sequenceNumber);
        } else if (message.sequenceNumber >= 0) {
            assertThat(delivery.enqueuedSequenceNumber()).isEqualTo(message.sequenceNumber);
        }
    }

    /** A message of this queue was perhaps removed for a receiver that never saw it: which one, nobody knows. */
    void perhapsRemovedFrom(EntityPath queue) {
        messages.values().stream().filter(m -> m.queue.equals(queue)).forEach(TrackedMessage::perhapsRemoved);
    }

    /** Dead letters of this queue begin anew, if there are any: with another number, and a count of 0. */
    void reDrives(EntityPath queue, CompletableFuture<?> redrive) {
        reDriving.computeIfAbsent(queue, q -> new ArrayList<>()).add(redrive);
        messages.values().stream()
                .filter(message -> message.queue.equals(queue) && message.perhapsDead)
                .forEach(message -> message.perhapsReDriven = true);
    }

    /** Somebody wants it dead-lettered. */
    void perhapsDead(TrackedMessage message) {
        message.perhapsDead = true;
        List<CompletableFuture<?>> all = reDriving.getOrDefault(message.queue, List.of());
        message.perhapsReDriven |= all.stream().anyMatch(redrive -> !redrive.isDone());
    }

    /** What was on its way to a receiver has gone back behind others. */
    void orderIsDisturbed() {
        lastFirst.clear();
    }

    /** A queue was deleted: nothing that was sent to it may come. */
    void deleted(EntityPath queue) {
        generations.merge(queue, 1, Integer::sum);
        lastFirst.clear();
        messages.values().stream().filter(m -> m.queue.equals(queue)).forEach(m -> m.gone = true);
    }

    /** Locks end with their partition, and so do volatile messages. */
    void partitionFailed(int partition) {
        messages.values().forEach(message -> {
            LockToken token = message.holder;
            if (token != null && token.partition() == partition) {
                message.holder = null;
            }
            message.perhapsLost |= !message.durable;
        });
    }

    void crashed() {
        for (TrackedMessage message : messages.values()) {
            message.holder = null;
            message.sent = message.sent == Sent.PENDING ? Sent.UNKNOWN : message.sent;
            message.perhapsLost |= !message.durable;
        }
    }

    void check() {
        assertThat(violations).isEmpty();
    }

    /** After everything was received. */
    void checkNothingIsLost() {
        check();
        assertThat(messages.values().stream().filter(TrackedMessage::mustBeThere))
                .as("acknowledged and lost")
                .isEmpty();
    }
}
