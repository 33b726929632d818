/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * When a message that was sent with a delay is due, and where it stands: until then as it was sent, from then on as if it
 * were sent at that moment, behind everything that is there (rule N4). Or where a dead letter stands that was re-driven: as if it
 * were sent then. Or where one stands that a transaction had staged: as if it were sent at its commit.
 *
 * <p>Immutable.
 *
 * @param dueMs wall time before which it must not be received; 0 if it was re-driven and never delayed
 * @param sequenceNumber its number; a new one when it is enqueued at its time
 * @param enqueuedTimeMs wall time of the send, then of the moment when it was enqueued
 * @param expiresAtMs wall time of expiry, {@link Long#MAX_VALUE} for never
 * @param livesFromDue whether the time to live counts from the moment when it is enqueued at its time (rule T8), and not
 *     from the send: then the expiry is what it will be if that is in time
 * @param firstNumber its number at the first entity (rule N2) if it was staged by a transaction, and had none; 0 if its record
 *     says it
 */
record Placement(
        long dueMs,
        long sequenceNumber,
        long enqueuedTimeMs,
        long expiresAtMs,
        boolean livesFromDue,
        long firstNumber) {

    /** Of a message whose record says what was its first number. */
    Placement(long dueMs, long sequenceNumber, long enqueuedTimeMs, long expiresAtMs, boolean livesFromDue) {
        this(dueMs, sequenceNumber, enqueuedTimeMs, expiresAtMs, livesFromDue, 0);
    }

    Placement withFirstNumber(long value) {
        return new Placement(dueMs, sequenceNumber, enqueuedTimeMs, expiresAtMs, livesFromDue, value);
    }
}
