/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.MessageState;
import io.peeklock.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * One message in a fragment: what never changes, where it stands, and its volatile lock.
 *
 * <p>Owned by the partition's driver; not thread safe. Kept small: a namespace holds millions.
 */
final class MessageEntry {

    /** Where a message stands with respect to receivers. Volatile. */
    enum Position {
        /** In no queue yet: a prepared part will send it. */
        STAGED,
        /** Its last change is not durable yet: nobody may see it. */
        PENDING,
        /** Can be received. */
        READY,
        /** Under lock. */
        LOCKED,
        /** Set aside: deferred or scheduled. */
        PARKED,
        /** No longer in the entity. */
        GONE
    }

    final Fragment fragment;
    /** The record in the journal, 0 for a message that is volatile (rule N10). Its chunks have the ids after it. */
    final long recordId;

    final int chunks;
    final int contentBytes;
    final byte priority;
    /** How often it was forwarded (rule W1); set before it comes into the state. */
    byte hops;

    // The next four change when a staged message is sent, three of them when the time of a delayed one comes (rule N4).
    /** 0 of a staged message. */
    long sequenceNumber;

    long enqueuedSequenceNumber;
    long enqueuedTimeMs;
    long expiresAtMs;

    /** In an entity that requires sessions; null elsewhere, and as long as a load has not seen the content. */
    @Nullable
    String sessionId;

    /** The content, or null while it lies in the swap. */
    @Nullable
    Message message;
    /** Where the content lies in the swap, 0 if it does not. */
    long swapHandle;

    DeliveryState delivery = DeliveryState.FRESH;
    Position position = Position.PENDING;

    @Nullable
    MessageLock lock;
    /** Whether other messages hold the same {@link #message}, see {@link SharedContents}. */
    boolean sharesContent;
    /** Whether the budget of the index knows that it was sent with a delay. */
    boolean countedAsDelayed;
    /** How many batches must become durable before it may be received. */
    int pendingBatches;

    MessageEntry(
            Fragment fragment,
            long recordId,
            int chunks,
            long sequenceNumber,
            long enqueuedSequenceNumber,
            long enqueuedTimeMs,
            long expiresAtMs,
            int contentBytes,
            int priority,
            @Nullable Message message) {
        this.fragment = fragment;
        this.recordId = recordId;
        this.chunks = chunks;
        this.sequenceNumber = sequenceNumber;
        this.enqueuedSequenceNumber = enqueuedSequenceNumber;
        this.enqueuedTimeMs = enqueuedTimeMs;
        this.expiresAtMs = expiresAtMs;
        this.contentBytes = contentBytes;
        // Sessions have one order only, that of the numbers (rule N9).
        this.priority = (byte) (fragment.requiresSessions() ? Fragment.ONE_PRIORITY : priority);
        this.message = message;
        this.sessionId = message != null && fragment.requiresSessions() ? message.sessionId() : null;
    }

    boolean isDurable() {
        return recordId != 0;
    }

    /** Whether its time is over; never in a dead-letter queue (rule T7), nor while it is set aside (rules F4, T8). */
    boolean isExpired(long wallMs) {
        return expiresAtMs <= wallMs && !delivery.deadLettered() && delivery.state() == MessageState.ACTIVE;
    }

    /** Takes the place that it has from now on. */
    void place(Placement placement) {
        sequenceNumber = placement.sequenceNumber();
        enqueuedTimeMs = placement.enqueuedTimeMs();
        expiresAtMs = placement.expiresAtMs();
        if (placement.firstNumber() != 0) {
            enqueuedSequenceNumber = placement.firstNumber();
        }
    }

    /** Wall time before which it must not be received; 0 if it never had to wait. */
    long dueMs() {
        return delivery.dueMs();
    }

    /** Whether a transaction has, or had, staged it: then its place is apart from its record. */
    boolean isOfATransaction() {
        Placement placement = delivery.placement();
        return sequenceNumber == 0 || placement != null && placement.firstNumber() != 0;
    }

    /** Wall time of expiry as receivers see it: none in a dead-letter queue (rule T7). */
    long effectiveExpiryMs() {
        return delivery.deadLettered() ? Long.MAX_VALUE : expiresAtMs;
    }
}
