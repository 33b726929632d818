/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/**
 * What a transaction does with a message it has received: one settlement of a {@link PartitionCommit}. Immutable.
 *
 * @param token the delivery
 * @param settlement what becomes of the message if the transaction is committed
 */
public record StagedSettlement(LockToken token, Settlement settlement) {}
