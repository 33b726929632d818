/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.error;

/** What a {@link BrokerException} says, for programs; the names are those of Azure Service Bus where it has them. */
public enum ErrorCode {
    /** The message's lock has expired, was given up or belongs to an earlier delivery (rule L7). */
    MessageLockLost,
    /** The session's lock has expired or was closed (rule G4). */
    SessionLockLost,
    /** The session is held by another receiver (rule G2). */
    SessionCannotBeLocked,
    /** No message with that number that could be had (rules F3, N3). */
    MessageNotFound,
    /** The message or its properties are larger than allowed (rules Q1, Q2). */
    MessageSizeExceeded,
    /** The entity, or the memory or disk behind it, is full; nothing was stored (rule Q3). */
    QuotaExceeded,
    /** No such queue, topic, subscription or rule (rule W5). */
    EntityNotFound,
    /** The name is taken. */
    EntityAlreadyExists,
    /** The entity's status bars the operation (rule W3). */
    EntityDisabled,
    /** The call breaks a rule of the bus: wrong key, wrong name, wrong state. */
    InvalidOperation,
    /** A message selector that is none; the message says what is wrong and where. */
    InvalidSelector,
    /** The disk failed while the operation was under way: it may or may not have happened. */
    OutcomeUnknown,
    /** Another process or class loader has the store open; the message names it. */
    StoreLocked,
    /** The partition is out; others go on (rule P6). */
    PartitionUnavailable,
    /** The operation's time is over; it has not happened. */
    Timeout,
    /** The user may not do that (rule Q6). */
    Unauthorized,
    /** The namespace, or what the call was made on, is closed. */
    Closed
}
