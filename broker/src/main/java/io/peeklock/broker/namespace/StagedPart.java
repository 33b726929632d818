/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.partition.TransactionWork;

/**
 * What a transaction does in one partition, checked as far as a namespace can.
 *
 * <p>Immutable, thread safe.
 */
record StagedPart(int partition, TransactionWork work) {

    boolean isEmpty() {
        return work.sends().isEmpty()
                && work.settlements().isEmpty()
                && work.states().isEmpty();
    }
}
