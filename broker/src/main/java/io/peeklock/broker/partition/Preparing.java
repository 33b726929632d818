/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;

/**
 * Decides about prepared parts: their coming, their end, and what is asked of them (rules X4, X5).
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Preparing {

    void execute(Round round, BranchCommand command) {
        round.refuse(
                command,
                new BrokerException(ErrorCode.InvalidOperation, "this partition cannot prepare transactions yet"));
    }
}
