/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a factory's settings say of the transactions of its connections.
 *
 * <p>Immutable, thread safe.
 *
 * @param timeout time after which an open local transaction is rolled back, zero for none, null as the profile has it (rule X2)
 * @param maxMessages messages a transaction may send, 0 as the profile has it (rule X3)
 * @param maxBytes bytes that these may have together, 0 for as many as there is memory for bodies
 * @param maxReceived received messages a transaction may hold, 0 for any number
 * @param crossPartition whether one transaction may work under keys of several partitions (rule P11)
 */
public record TransactionLimits(
        @Nullable Duration timeout, int maxMessages, long maxBytes, int maxReceived, boolean crossPartition) {}
