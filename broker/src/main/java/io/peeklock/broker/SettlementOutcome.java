/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.error.BrokerException;
import org.jspecify.annotations.Nullable;

/**
 * How one of several settlements went.
 *
 * @param token the delivery
 * @param failure null if it was done and is durable; else why not ({@code MessageLockLost}, {@code OutcomeUnknown}, ...)
 */
public record SettlementOutcome(LockToken token, @Nullable BrokerException failure) {}
