/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.partition.Submission;
import io.peeklock.broker.partition.TransactionWork;
import java.util.stream.Stream;

/**
 * What a transaction does in one partition, checked as far as a namespace can.
 *
 * <p>Immutable, thread safe.
 */
record StagedPart(int partition, TransactionWork work) {

    /** Those it does something in, by their ids. */
    Stream<Long> entities() {
        return Stream.of(
                        work.sends().stream().map(Submission::entityId),
                        work.settlements().stream().map(one -> one.token().entityId()),
                        work.states().stream().map(one -> one.session().entityId()))
                .flatMap(ids -> ids);
    }

    boolean isEmpty() {
        return work.sends().isEmpty()
                && work.settlements().isEmpty()
                && work.states().isEmpty();
    }
}
