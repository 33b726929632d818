/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation knows of one message.
 *
 * <p>Not thread safe.
 */
final class TrackedMessage {

    /** What its sender was told. */
    enum Sent {
        PENDING,
        ACKNOWLEDGED,
        UNKNOWN,
        REFUSED
    }

    final String text;
    final EntityPath queue;
    final boolean durable;
    final long delayMs;
    /** Wall time before which it must not come. */
    final long notBeforeMs;

    Sent sent = Sent.PENDING;
    long sequenceNumber = -1;
    /** Of a copy: the number that the topic gave, -1 if nobody was told. */
    long topicNumber = -1;
    /** Somebody was told that it is completed. */
    boolean completed;
    /** It may be gone, nobody knows. */
    boolean perhapsCompleted;
    /** It was perhaps cancelled before its time had come, nobody knows. */
    boolean perhapsCancelled;
    /** A volatile message that went with its partition. */
    boolean perhapsLost;

    /** The lock under which it was to be completed last. */
    @Nullable
    LockToken completing;

    /** The number that the sender to a queue was told, -1 if nobody was: it is kept whatever becomes of the message (rule N2). */
    long firstNumber = -1;
    /** Somebody may have dead-lettered it. */
    boolean perhapsDead;

    /** It may have come out of the dead-letter queue again. */
    boolean perhapsReDriven;

    /** Its queue was deleted. */
    boolean gone;
    /** How many queues of this name there were before. */
    int generation;

    /** It is being sent once more. */
    boolean repeating;

    @Nullable
    BusTransaction sentBy;

    @Nullable
    BusTransaction completedBy;

    boolean delivered;
    int leastCount;

    /** The lock that holds it, as far as its holder can know. */
    @Nullable
    LockToken holder;

    long heldUntilMs;

    TrackedMessage(String text, EntityPath queue, boolean durable, long delayMs, long nowMs) {
        this.text = text;
        this.queue = queue;
        this.durable = durable;
        this.delayMs = delayMs;
        this.notBeforeMs = nowMs + delayMs;
        // There it takes two failures that nobody sees.
        this.perhapsDead = queue.name().equals("frail");
    }

    /** What it is known by: copies in several subscriptions have one text. */
    String key() {
        return key(text, queue);
    }

    static String key(String text, EntityPath entity) {
        return entity.kind() == EntityKind.SUBSCRIPTION ? text + " in " + entity.subscription() : text;
    }

    Message.Builder content() {
        return TestBus.text(text)
                .durable(durable)
                .applicationMessageId(durable ? text : null)
                .deliveryDelayMs(delayMs);
    }

    /** One of five, or none: always the same. */
    @Nullable
    String partitionKey() {
        int hash = text.hashCode();
        return hash % 2 == 0 ? "key" + Math.floorMod(hash / 2, 5) : null;
    }

    /** Whether its queue, which detects duplicates, knows whether it was sent before. */
    boolean canBeRepeated() {
        return durable && !gone && !repeating && sent != Sent.PENDING && sentBy == null;
    }

    /** Whether it has the number that it keeps: a delayed message gets that at its time (rule N4). */
    boolean isNumbered() {
        return sequenceNumber >= 0 && (delayMs == 0 || delivered);
    }

    boolean isHeld(long wallMs) {
        return holder != null && heldUntilMs > wallMs;
    }

    /** Whether it must be in the namespace. */
    boolean mustBeThere() {
        boolean mayBeGone = completed || perhapsCompleted || perhapsCancelled || perhapsLost || gone;
        return sent == Sent.ACKNOWLEDGED && !mayBeGone;
    }

    void perhapsRemoved() {
        perhapsCompleted = true;
        completing = null;
    }

    void delivered(Delivery delivery) {
        delivered = true;
        sequenceNumber = delivery.sequenceNumber();
        leastCount = delivery.deliveryCount();
        perhapsCompleted = false;
        if (sentBy != null) {
            sentBy.happened();
        }
        if (completedBy != null) {
            completedBy.didNotHappen();
            completedBy = null;
        }
    }

    @Override
    public String toString() {
        return text + " of " + queue + " number " + Long.toHexString(sequenceNumber) + " " + sent
                + (completed ? " completed" : "") + (perhapsCompleted ? " perhaps completed" : "")
                + (perhapsCancelled ? " perhaps cancelled" : "")
                + (delivered ? " delivered" : "") + (durable ? "" : " volatile")
                + (delayMs == 0 ? "" : " delayed")
                + (gone ? " of a deleted queue" : "");
    }
}
